// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.optimizer;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.check.Checks;
import org.lanewise.kernels.internal.lanes.ScratchPool;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;
import org.lanewise.kernels.optimizer.Optimizers;

/// What the twins share: checks, the constants of a step, and which loop does it. The loops themselves are the twins',
/// one for each optimizer.
abstract sealed class OptimizerPass implements Optimizers permits ScalarOptimizers, VectorOptimizers {

    /// Gradients that pass through a rule at a time, before the optimizer's loop reads them: few enough to stay in the
    /// nearest cache with all other operands, so that memory is still passed over once.
    private static final int CHUNK = 1024;

    /// Scaled gradients below this are harmless.
    private static final float HARMLESS = 0x1p40f;

    private final ScratchPool<float[]> chunks = new ScratchPool<>(() -> new float[CHUNK]);

    @Override
    public final void step(Optimizer optimizer, long step, float learningRate, float gradientScale, GradientRule rule,
            Matrix parameters, Matrix gradients, Matrix state) {
        check(optimizer, step, learningRate, gradientScale, rule, parameters, gradients, state);
        int n = parameters.columns();
        float[] p = parameters.data();
        int pAt = parameters.offset();
        float[] g = gradients.data();
        int gAt = gradients.offset();
        if (rule.refuseNonFinite() && !isHarmless(largestMagnitude(g, gAt, n), gradientScale)) {
            refuseHarmful(optimizer, step, learningRate, gradientScale, rule, parameters, gradients, state);
        }
        float rate = rate(optimizer, step, learningRate);
        float root = root(optimizer, step);
        float decay = optimizer instanceof Optimizer.Adam adam ? learningRate * adam.decoupledDecay() : 0f;
        if (gradientScale == 1f && changesNothing(rule)) {
            update(optimizer, rate, root, decay, p, pAt, g, gAt, state, 0, n);
            return;
        }
        float[] chunk = chunks.take();
        for (int from = 0; from < n; from += CHUNK) {
            int count = Math.min(CHUNK, n - from);
            applyRule(p, pAt + from, g, gAt + from, chunk, 0, count, gradientScale, rule.clip(), rule.l1(), rule.l2());
            update(optimizer, rate, root, decay, p, pAt + from, chunk, 0, state, from, count);
        }
        chunks.give(chunk);
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
        for (int from = 0; from < n; from += CHUNK) {
            int count = Math.min(CHUNK, n - from);
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

    /// @param rate η, for Adam η/(1 − β₁ᵗ)
    /// @param root for Adam 1/√(1 − β₂ᵗ)
    /// @param decay for Adam η·λ
    private void update(Optimizer optimizer, float rate, float root, float decay, float[] p, int pAt, float[] g,
            int gAt, Matrix state, int from, int n) {
        float[] s = state.data();
        int first = state.offset() + from;
        int second = first + state.stride();
        int third = second + state.stride();
        switch (optimizer) {
            case Optimizer.Sgd() -> sgd(p, pAt, g, gAt, n, rate);
            case Optimizer.Momentum(float momentum) -> momentum(p, pAt, g, gAt, s, first, n, rate, momentum);
            case Optimizer.AveragingMomentum(float beta) ->
                    averagingMomentum(p, pAt, g, gAt, s, first, n, rate, beta);
            case Optimizer.Nesterov(float momentum) -> nesterov(p, pAt, g, gAt, s, first, n, rate, momentum);
            case Optimizer.RmsProp(float rho, float epsilon) ->
                    rmsProp(p, pAt, g, gAt, s, first, n, rate, rho, epsilon);
            case Optimizer.Adagrad(float epsilon) -> adagrad(p, pAt, g, gAt, s, first, n, rate, epsilon);
            case Optimizer.Adadelta(float rho, float epsilon) ->
                    adadelta(p, pAt, g, gAt, s, first, second, n, rate, rho, epsilon);
            case Optimizer.Adam adam when adam.amsgrad() ->
                    amsgrad(p, pAt, g, gAt, s, first, second, third, n, rate, root, decay, adam.beta1(), adam.beta2(),
                            adam.epsilon());
            case Optimizer.Adam adam ->
                    adam(p, pAt, g, gAt, s, first, second, n, rate, root, decay, adam.beta1(), adam.beta2(),
                            adam.epsilon());
        }
    }

    /// The largest |g|, NaN if there is one.
    abstract float largestMagnitude(float[] g, int gAt, int n);

    abstract void applyRule(float[] p, int pAt, float[] g, int gAt, float[] ruled, int ruledAt, int n, float scale,
            float clip, float l1, float l2);

    abstract void sgd(float[] p, int pAt, float[] g, int gAt, int n, float rate);

    abstract void momentum(float[] p, int pAt, float[] g, int gAt, float[] v, int vAt, int n, float rate,
            float momentum);

    abstract void averagingMomentum(float[] p, int pAt, float[] g, int gAt, float[] v, int vAt, int n, float rate,
            float beta);

    abstract void nesterov(float[] p, int pAt, float[] g, int gAt, float[] v, int vAt, int n, float rate,
            float momentum);

    abstract void rmsProp(float[] p, int pAt, float[] g, int gAt, float[] s, int sAt, int n, float rate, float rho,
            float epsilon);

    abstract void adagrad(float[] p, int pAt, float[] g, int gAt, float[] s, int sAt, int n, float rate,
            float epsilon);

    abstract void adadelta(float[] p, int pAt, float[] g, int gAt, float[] state, int sAt, int uAt, int n, float rate,
            float rho, float epsilon);

    abstract void adam(float[] p, int pAt, float[] g, int gAt, float[] state, int mAt, int vAt, int n, float rate,
            float root, float decay, float beta1, float beta2, float epsilon);

    abstract void amsgrad(float[] p, int pAt, float[] g, int gAt, float[] state, int mAt, int vAt, int largestAt,
            int n, float rate, float root, float decay, float beta1, float beta2, float epsilon);
}
