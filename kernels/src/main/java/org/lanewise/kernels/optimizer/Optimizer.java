// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.optimizer;

import java.util.Objects;
import org.lanewise.kernels.internal.check.Checks;

/// An optimizer with its constants; the learning rate is given at each step. p are parameters, g gradients, η the
/// learning rate, t the step from 1; state arrays start at zero. The scalar reference fixes the order of
/// operations.
///
/// A gradient whose square overflows a float, from 2⁶⁴ on, makes the means and sums of squares infinite and thereby
/// freezes its parameter for good in Adam, RMSprop, Adagrad and Adadelta: a [GradientRule] that refuses non-finite
/// gradients refuses it, too, and one that clips makes it harmless.
///
/// Constructors throw an [IllegalArgumentException] for a constant out of its range; every ε must be finite.
public sealed interface Optimizer {

    /// Number of state values that the optimizer keeps for each parameter.
    int stateCount();

    /// p ← p − η·g.
    record Sgd() implements Optimizer {
        @Override
        public int stateCount() {
            return 0;
        }
    }

    /// Classical momentum (Polyak): v ← μ·v + g, p ← p − η·v.
    ///
    /// @param momentum μ in [0, 1)
    record Momentum(float momentum) implements Optimizer {
        public Momentum {
            fraction("momentum", "momentum", momentum);
        }

        @Override
        public int stateCount() {
            return 1;
        }
    }

    /// Averaging momentum: v ← β·v + (1 − β)·g, p ← p − η·v.
    ///
    /// @param beta β in [0, 1)
    record AveragingMomentum(float beta) implements Optimizer {
        public AveragingMomentum {
            fraction("averaging momentum", "beta", beta);
        }

        @Override
        public int stateCount() {
            return 1;
        }
    }

    /// Nesterov momentum in the form of PyTorch (Sutskever et al., 2013): v ← μ·v + g, p ← p − η·(g + μ·v).
    ///
    /// @param momentum μ in [0, 1)
    record Nesterov(float momentum) implements Optimizer {
        public Nesterov {
            fraction("Nesterov", "momentum", momentum);
        }

        @Override
        public int stateCount() {
            return 1;
        }
    }

    /// RMSprop (Tieleman & Hinton, 2012): s ← ρ·s + (1 − ρ)·g², p ← p − η·g/(√s + ε).
    ///
    /// @param rho ρ in [0, 1)
    /// @param epsilon ε, positive
    record RmsProp(float rho, float epsilon) implements Optimizer {
        public RmsProp {
            fraction("RMSprop", "rho", rho);
            positive("RMSprop", "epsilon", epsilon);
        }

        @Override
        public int stateCount() {
            return 1;
        }
    }

    /// Adagrad (Duchi et al., 2011): s ← s + g², p ← p − η·g/(√s + ε).
    ///
    /// @param epsilon ε, positive
    record Adagrad(float epsilon) implements Optimizer {
        public Adagrad {
            positive("Adagrad", "epsilon", epsilon);
        }

        @Override
        public int stateCount() {
            return 1;
        }
    }

    /// Adadelta (Zeiler, 2012): s ← ρ·s + (1 − ρ)·g², d = √((u + ε)/(s + ε))·g, u ← ρ·u + (1 − ρ)·d², p ← p − η·d.
    /// The state's rows are s and u.
    ///
    /// @param rho ρ in [0, 1)
    /// @param epsilon ε, positive
    record Adadelta(float rho, float epsilon) implements Optimizer {
        public Adadelta {
            fraction("Adadelta", "rho", rho);
            positive("Adadelta", "epsilon", epsilon);
        }

        @Override
        public int stateCount() {
            return 2;
        }
    }

    /// Adam (Kingma & Ba, 2015), ε outside the root: m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²,
    /// p ← p − η·m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ). With `amsgrad` (Reddi et al., 2018) the
    /// largest v so far takes v's place in the step. The state's rows are m, v and the largest v.
    ///
    /// The corrections are folded into constants, computed in double once a step and rounded to float:
    /// p ← p − a·m/(r·√v + ε) with a = η/(1 − β₁ᵗ) and r = 1/√(1 − β₂ᵗ).
    ///
    /// Starts from [#DEFAULT], as in `Adam.DEFAULT.withDecoupledDecay(0.01f)`. Immutable.
    final class Adam implements Optimizer {

        /// The constants of the paper: β₁ = 0.9, β₂ = 0.999, ε = 1e-8; no decay, no AMSGrad.
        public static final Adam DEFAULT = new Adam(0.9f, 0.999f, 1e-8f, 0f, false);

        private final float beta1;
        private final float beta2;
        private final float epsilon;
        private final float decoupledDecay;
        private final boolean amsgrad;

        private Adam(float beta1, float beta2, float epsilon, float decoupledDecay, boolean amsgrad) {
            fraction("Adam", "beta1", beta1);
            fraction("Adam", "beta2", beta2);
            positive("Adam", "epsilon", epsilon);
            Checks.parameter("Adam", "decoupled decay", decoupledDecay,
                    decoupledDecay >= 0f && decoupledDecay < Float.POSITIVE_INFINITY,
                    "must be finite and not negative");
            this.beta1 = beta1;
            this.beta2 = beta2;
            this.epsilon = epsilon;
            this.decoupledDecay = decoupledDecay;
            this.amsgrad = amsgrad;
        }

        /// β₁ in \[0, 1); 0.9 by default.
        public float beta1() {
            return beta1;
        }

        /// β₂ in \[0, 1); 0.999 by default.
        public float beta2() {
            return beta2;
        }

        /// ε, positive; 1e-8 by default.
        public float epsilon() {
            return epsilon;
        }

        /// AdamW's weight decay λ (Loshchilov & Hutter, 2019): p ← p − η·λ·p before the step; 0 by default, for plain
        /// Adam. Computed as one fma: a factor 1 − η·λ would lose most digits of a small η·λ.
        public float decoupledDecay() {
            return decoupledDecay;
        }

        /// Whether the step divides by the largest v so far; false by default.
        public boolean amsgrad() {
            return amsgrad;
        }

        /// The same with other decays of the means.
        ///
        /// @param first β₁ in \[0, 1)
        /// @param second β₂ in \[0, 1)
        /// @throws IllegalArgumentException if one is out of range
        public Adam withBetas(float first, float second) {
            return new Adam(first, second, epsilon, decoupledDecay, amsgrad);
        }

        /// The same with another ε.
        ///
        /// @throws IllegalArgumentException if it is not positive and finite
        public Adam withEpsilon(float constant) {
            return new Adam(beta1, beta2, constant, decoupledDecay, amsgrad);
        }

        /// The same with another weight decay λ.
        ///
        /// @throws IllegalArgumentException if it is negative or not finite
        public Adam withDecoupledDecay(float decay) {
            return new Adam(beta1, beta2, epsilon, decay, amsgrad);
        }

        /// The same with or without AMSGrad.
        public Adam withAmsgrad(boolean largest) {
            return new Adam(beta1, beta2, epsilon, decoupledDecay, largest);
        }

        @Override
        public int stateCount() {
            return amsgrad ? 3 : 2;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Adam same && Float.compare(beta1, same.beta1) == 0
                    && Float.compare(beta2, same.beta2) == 0 && Float.compare(epsilon, same.epsilon) == 0
                    && Float.compare(decoupledDecay, same.decoupledDecay) == 0 && amsgrad == same.amsgrad;
        }

        @Override
        public int hashCode() {
            return Objects.hash(beta1, beta2, epsilon, decoupledDecay, amsgrad);
        }

        @Override
        public String toString() {
            return "Adam[beta1=" + beta1 + ", beta2=" + beta2 + ", epsilon=" + epsilon + ", decoupledDecay="
                    + decoupledDecay + ", amsgrad=" + amsgrad + "]";
        }
    }

    private static void fraction(String operation, String name, float value) {
        Checks.parameter(operation, name, value, value >= 0f && value < 1f, "must be in [0, 1)");
    }

    private static void positive(String operation, String name, float value) {
        Checks.parameter(operation, name, value, value > 0f && value < Float.POSITIVE_INFINITY,
                "must be positive and finite");
    }
}
