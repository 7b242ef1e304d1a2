// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.optimizer;

import org.lanewise.kernels.Checks;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.lanes.ScratchPool;

/// What the twins share: checks, the constants of a step, and which loop does it. The loops themselves are the twins',
/// one for each optimizer.
abstract sealed class OptimizerPass implements Optimizers permits ScalarOptimizers, VectorOptimizers {

    /// Gradients that pass through a rule at a time, before the optimizer's loop reads them: few enough to stay in the
    /// nearest cache with all other operands, so that memory is still passed over once.
    private static final int CHUNK = 1024;

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
        if (rule.refuseNonFinite() && !allFinite(g, gAt, n)) {
            refuseNonFinite(g, gAt, n);
        }
        float rate = learningRate;
        float root = 1f;
        float decay = 0f;
        if (optimizer instanceof Optimizer.Adam adam) {
            // In double, and by StrictMath, whose bits are the same in every tier and on every platform.
            rate = (float) (learningRate / (1.0 - StrictMath.pow(adam.beta1(), step)));
            root = (float) (1.0 / Math.sqrt(1.0 - StrictMath.pow(adam.beta2(), step)));
            decay = learningRate * adam.decoupledDecay();
        }
        if (gradientScale == 1f && rule.changesNothing()) {
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

    /// @throws ArithmeticException at the first gradient that is not finite
    static void refuseNonFinite(float[] g, int gAt, int n) {
        if (largestMagnitude(g, gAt, n) < Float.POSITIVE_INFINITY) {
            return;
        }
        for (int i = 0; i < n; i++) {
            if (!Float.isFinite(g[gAt + i])) {
                throw new ArithmeticException("optimizer step: gradient " + i + " is " + g[gAt + i]
                        + "; all must be finite; nothing was written");
            }
        }
    }

    /// The largest |g|, NaN if there is one: a loop without an exit, which the compiler vectorises by itself.
    private static float largestMagnitude(float[] g, int gAt, int n) {
        float largest = 0f;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, Math.abs(g[gAt + i]));
        }
        return largest;
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

    abstract boolean allFinite(float[] g, int gAt, int n);

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
