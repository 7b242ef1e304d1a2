// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.activation;

import org.lanewise.kernels.internal.check.Checks;

/// An activation function with its parameters. Constructors throw an [IllegalArgumentException] for a parameter out of
/// its range: every β is positive and finite (for squareplus it may be 0), every α and γ is finite.
///
/// Formulas with x the input; σ(x) = 1 / (1 + e⁻ˣ). At a kink the derivative is the one stated at the record. At ±∞
/// value and derivative are the limits, where there are any and γ is not 0; NaN gives NaN in both, except in a
/// derivative that is constant everywhere.
///
/// ## Accuracy
/// Largest errors over all floats, in units in the last place of the exact result; parameters that are not named are 1.
/// Near its root, from 0.3 to 2.5 times the root, a derivative that crosses 0 is only as accurate as its terms: there
/// the error is given in units in the last place of 1/16. Sigmoid, tanh and softplus are the functions of
/// [org.lanewise.kernels.math.Function], bit for bit.
///
/// | | value | derivative | near the root |
/// |---|---|---|---|
/// | identity | 0 | 0 | |
/// | threshold | 0 | 0 | |
/// | sign | 0 | 0 | |
/// | ReLU | 0 | 0 | |
/// | leaky ReLU (α = 0.01) | 0.5 | 0 | |
/// | sigmoid | 2.00 | 2.55 | |
/// | sigmoid (β = 1.7, γ = 0.6) | 2.41 | 2.83 | |
/// | tanh | 1.91 | 4.37 | |
/// | SiLU | 2.45 | 3.34 | 4.63 |
/// | SiLU (β = 1.7, γ = 0.6) | 3.07 | 4.50 | 4.66 |
/// | ELU | 0.98 | 1.05 | |
/// | ELU (α = 0.5) | 0.98 | 1.04 | |
/// | softplus | 1.96 | 2.41 | |
/// | softplus (β = 1.7, γ = 0.6) | 2.68 | 3.14 | |
/// | Mish | 4.21 | 7.48 | 9.08 |
/// | Mish (β = 1.7) | 45.69 | 30.29 | 10.97 |
/// | squareplus (β = 0) | 0 | 0 | |
/// | squareplus (β = 4) | 2.75 | 4.50 | |
/// | GELU | 4.83 | 5.30 | 11.26 |
/// | GELU, tanh form | 3.41 | 4.83 | 7.12 |
/// | hard sigmoid | 1.34 | 0.34 | |
/// | hard swish | 2.49 | 1.34 | 1.34 |
///
/// With a β the product β·x is not rounded where it matters. The large errors of Mish with β = 1.7 are where e^(βx) is
/// denormal. The limits at −∞ presume β of at least 2⁻³⁰; squareplus presumes β from 2⁻¹⁰⁰ to 2¹⁰⁰, or 0.
public sealed interface Activation {

    /// The identity without parameters, shared.
    Activation IDENTITY = new Identity();
    /// The rectifier, shared.
    Activation RELU = new Relu();
    /// The hyperbolic tangent, shared.
    Activation TANH = new Tanh();
    /// The logistic function with β = γ = 1, shared.
    Activation SIGMOID = new Sigmoid(1f, 1f);
    /// SiLU with β = γ = 1, shared.
    Activation SILU = new Silu(1f, 1f);
    /// GELU by the error function, shared.
    Activation GELU = new Gelu();

    /// y = x.
    record Identity() implements Activation { }

    /// y = 1 for x > 0, else 0 (NaN stays NaN); the derivative is 0 everywhere.
    record Threshold() implements Activation { }

    /// y = −1, 0, 1 as x is below, at or above 0 (±0 and NaN stay as they are); the derivative is 0 everywhere.
    record Sign() implements Activation { }

    /// y = γ·σ(β·x).
    record Sigmoid(float beta, float gamma) implements Activation {
        public Sigmoid {
            positive("sigmoid", "beta", beta);
            finite("sigmoid", "gamma", gamma);
        }
    }

    /// y = tanh(x).
    record Tanh() implements Activation { }

    /// y = max(x, 0), the derivative at 0 is 0; NaN stays NaN.
    record Relu() implements Activation { }

    /// y = x for x > 0, else α·x; the derivative at 0 is α. With α = 0 it is ReLU.
    record LeakyRelu(float alpha) implements Activation {
        public LeakyRelu {
            finite("leaky ReLU", "alpha", alpha);
        }
    }

    /// y = γ·x·σ(β·x): SiLU for β = γ = 1, swish for other β.
    record Silu(float beta, float gamma) implements Activation {
        public Silu {
            positive("SiLU", "beta", beta);
            finite("SiLU", "gamma", gamma);
        }
    }

    /// y = x for x > 0, else α·(eˣ − 1); the derivative at 0 is α.
    record Elu(float alpha) implements Activation {
        public Elu {
            finite("ELU", "alpha", alpha);
        }
    }

    /// y = γ/β·log(1 + e^(β·x)).
    record Softplus(float beta, float gamma) implements Activation {
        public Softplus {
            positive("softplus", "beta", beta);
            finite("softplus", "gamma", gamma);
        }
    }

    /// y = x·tanh(log(1 + e^(β·x)) / β).
    record Mish(float beta) implements Activation {
        public Mish {
            positive("Mish", "beta", beta);
        }
    }

    /// y = (x + √(x² + β)) / 2; with β = 0 that is ReLU, and the derivative at 0 is 0.
    record Squareplus(float beta) implements Activation {
        public Squareplus {
            Checks.parameter("squareplus", "beta", beta, beta >= 0f && beta < Float.POSITIVE_INFINITY,
                    "must be finite and not negative");
        }
    }

    /// y = x·Φ(x), with the normal distribution Φ by the error function.
    record Gelu() implements Activation { }

    /// y = x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
    record GeluTanh() implements Activation { }

    /// y = clamp(x/6 + 1/2, 0, 1); the derivative at both kinks is 0.
    record HardSigmoid() implements Activation { }

    /// y = x·clamp(x/6 + 1/2, 0, 1); the derivative at −3 is 0, at 3 it is 1.
    record HardSwish() implements Activation { }

    private static void positive(String operation, String name, float value) {
        Checks.parameter(operation, name, value, value > 0f && value < Float.POSITIVE_INFINITY,
                "must be positive and finite");
    }

    private static void finite(String operation, String name, float value) {
        Checks.parameter(operation, name, value, Float.isFinite(value), "must be finite");
    }
}
