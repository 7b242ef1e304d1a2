// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.optimizer;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.check.Checks;
import org.lanewise.kernels.internal.lanes.ScratchPool;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;
import org.lanewise.kernels.optimizer.Optimizers;

/// What the twins share: the checks and constants of a step. Each twin has its own loop for each optimizer.
abstract sealed class OptimizerPass implements Optimizers permits ScalarOptimizers, VectorOptimizers {

    /// Scaled gradients below this are harmless.
    private static final float HARMLESS = 0x1p40f;

    private final ScratchPool<OptimizerStep> steps = new ScratchPool<>(OptimizerStep::new);

    @Override
    public final void step(Optimizer optimizer, long step, float learningRate, float gradientScale, GradientRule rule,
            Matrix parameters, Matrix gradients, Matrix state) {
        check(optimizer, step, learningRate, gradientScale, rule, parameters, gradients, state);
        float[] g = gradients.data();
        int n = gradients.columns();
        if (rule.refuseNonFinite() && !isHarmless(largestMagnitude(g, gradients.offset(), n), gradientScale)) {
            refuseHarmful(optimizer, step, learningRate, gradientScale, rule, parameters, gradients, state);
        }
        OptimizerStep numbers = steps.take();
        numbers.rate = rate(optimizer, step, learningRate);
        numbers.root = root(optimizer, step);
        numbers.decay = optimizer instanceof Optimizer.Adam adam ? learningRate * adam.decoupledDecay() : 0f;
        if (gradientScale == 1f && changesNothing(rule)) {
            place(numbers, 0, n, parameters, gradients.offset(), state);
            update(optimizer, numbers, parameters.data(), g, state.data());
        } else {
            for (int from = 0; from < n; from += OptimizerStep.CHUNK) {
                int count = Math.min(OptimizerStep.CHUNK, n - from);
                place(numbers, from, count, parameters, gradients.offset() + from, state);
                applyRule(rule, gradientScale, numbers, parameters.data(), g, numbers.ruled);
                place(numbers, from, count, parameters, 0, state);
                update(optimizer, numbers, parameters.data(), numbers.ruled, state.data());
            }
        }
        steps.give(numbers);
    }

    /// Points a step at `count` elements from index `from` on.
    ///
    /// @param gAt index of their first gradient
    private static void place(OptimizerStep step, int from, int count, Matrix parameters, int gAt, Matrix state) {
        step.n = count;
        step.pAt = parameters.offset() + from;
        step.gAt = gAt;
        step.ruledAt = 0;
        step.firstAt = state.offset() + from;
        step.secondAt = step.firstAt + state.stride();
        step.thirdAt = step.secondAt + state.stride();
    }

    private static boolean changesNothing(GradientRule rule) {
        return rule.clip() == Float.POSITIVE_INFINITY && rule.l1() == 0f && rule.l2() == 0f;
    }

    static void check(Optimizer optimizer, long step, float learningRate, float gradientScale,
            GradientRule rule, Matrix parameters, Matrix gradients, Matrix state) {
        Checks.notNull("optimizer step", "optimizer", optimizer);
        Checks.notNull("optimizer step", "rule", rule);
        Checks.plain("optimizer step", "parameters", parameters);
        int n = parameters.columns();
        Checks.shape("optimizer step", "parameters", parameters, 1, n);
        Checks.shape("optimizer step", "gradients", gradients, 1, n);
        Checks.shape("optimizer step", "state", state, optimizer.stateCount(), n);
        Checks.disjoint("optimizer step", "parameters", parameters, "gradients", gradients);
        Checks.disjoint("optimizer step", "state", state, "parameters", parameters);
        Checks.disjoint("optimizer step", "state", state, "gradients", gradients);
        if (step < 1) {
            throw new IllegalArgumentException("optimizer step: step is " + step + "; steps count from 1");
        }
        Checks.parameter("optimizer step", "learning rate", learningRate, Float.isFinite(learningRate),
                "must be finite");
        Checks.parameter("optimizer step", "gradient scale", gradientScale, Float.isFinite(gradientScale),
                "must be finite");
    }

    /// η, for Adam η/(1 − β₁ᵗ): in double, and by StrictMath, whose bits are the same in every tier and on every
    /// platform.
    private static float rate(Optimizer optimizer, long step, float learningRate) {
        return optimizer instanceof Optimizer.Adam adam
                ? (float) (learningRate / (1.0 - StrictMath.pow(adam.beta1(), step))) : learningRate;
    }

    /// For Adam 1/√(1 − β₂ᵗ).
    private static float root(Optimizer optimizer, long step) {
        return optimizer instanceof Optimizer.Adam adam
                ? (float) (1.0 / Math.sqrt(1.0 - StrictMath.pow(adam.beta2(), step))) : 1f;
    }

    /// Whether no gradient is so large that a step could overflow: its square is far below what still moves the largest
    /// float.
    ///
    /// @param largest the largest |g|, NaN if there is one
    static boolean isHarmless(float largest, float gradientScale) {
        return largest < Float.POSITIVE_INFINITY && largest * Math.abs(gradientScale) < HARMLESS;
    }

    /// The largest |g|, NaN if there is one: a loop without an exit, which the compiler vectorises by itself.
    static float largestOf(float[] g, int gAt, int n) {
        float largest = 0f;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, Math.abs(g[gAt + i]));
        }
        return largest;
    }

    /// Tries a step out on copies.
    ///
    /// @throws ArithmeticException at the first gradient that is not finite, or that leaves a parameter or a state
    ///     value that is not
    static void refuseHarmful(Optimizer optimizer, long step, float learningRate, float gradientScale,
            GradientRule rule, Matrix parameters, Matrix gradients, Matrix state) {
        int n = gradients.columns();
        for (int i = 0; i < n; i++) {
            float gradient = gradients.get(0, i);
            if (!Float.isFinite(gradient)) {
                throw new ArithmeticException("optimizer step: gradient " + i + " is " + gradient
                        + "; all must be finite; nothing was written");
            }
        }
        GradientRule tried = rule.withRefuseNonFinite(false);
        Optimizers reference = new ScalarOptimizers();
        for (int from = 0; from < n; from += OptimizerStep.CHUNK) {
            int count = Math.min(OptimizerStep.CHUNK, n - from);
            Matrix triedParameters = copy(parameters.columns(from, count));
            Matrix triedState = copy(state.columns(from, count));
            reference.step(optimizer, step, learningRate, gradientScale, tried, triedParameters,
                    gradients.columns(from, count), triedState);
            for (int i = 0; i < count; i++) {
                boolean finite = Float.isFinite(triedParameters.get(0, i));
                for (int row = 0; row < triedState.rows(); row++) {
                    finite &= Float.isFinite(triedState.get(row, i));
                }
                if (!finite) {
                    throw new ArithmeticException("optimizer step: gradient " + (from + i) + " is "
                            + gradients.get(0, from + i) + ", scaled by " + gradientScale + "; the parameter or "
                            + "its state would not stay finite; nothing was written");
                }
            }
        }
    }

    private static Matrix copy(Matrix matrix) {
        Matrix copy = Matrix.zeros(matrix.rows(), matrix.columns());
        for (int row = 0; row < matrix.rows(); row++) {
            System.arraycopy(matrix.data(), matrix.index(row, 0), copy.data(), copy.index(row, 0), matrix.columns());
        }
        return copy;
    }

    /// The largest |g|, NaN if there is one.
    abstract float largestMagnitude(float[] g, int gAt, int n);

    /// ruled ← the gradients, scaled, clipped and with penalties added. Leaves the step's indices undefined.
    abstract void applyRule(GradientRule rule, float scale, OptimizerStep step, float[] p, float[] g, float[] ruled);

    /// The optimizer's loop. Leaves the step's indices undefined.
    abstract void update(Optimizer optimizer, OptimizerStep step, float[] p, float[] g, float[] state);
}
