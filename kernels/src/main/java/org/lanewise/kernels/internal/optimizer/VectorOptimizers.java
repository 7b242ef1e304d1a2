// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.optimizer;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.internal.lanes.Species;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;

/// The SIMD twin of [ScalarOptimizers], which takes the elements past the last whole vector.
final class VectorOptimizers extends OptimizerPass {

    private static final VectorSpecies<Float> FLOAT = Species.FLOAT;
    private static final VectorSpecies<Integer> INT = Species.INT;
    private static final int WIDTH = FLOAT.length();
    private static final int MAGNITUDE_BITS = 0x7fffffff;

    /// The SIMD twin; it loads vector classes, so the Vector API must be there.
    VectorOptimizers() {
    }

    /// Compared as integers, whose order is that of magnitudes: NaN is above infinity.
    @Override
    float largestMagnitude(float[] g, int gAt, int n) {
        IntVector largest = IntVector.zero(INT);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            IntVector magnitude = FloatVector.fromArray(FLOAT, g, gAt + i).reinterpretAsInts()
                    .lanewise(VectorOperators.AND, MAGNITUDE_BITS);
            largest = largest.max(magnitude);
        }
        float body = Float.intBitsToFloat(largest.reduceLanes(VectorOperators.MAX));
        return Math.max(body, largestOf(g, gAt + i, n - i));
    }

    @Override
    void applyRule(GradientRule rule, float scale, OptimizerStep step, float[] p, float[] g, float[] ruled) {
        float clip = rule.clip();
        float l1 = rule.l1();
        FloatVector l2 = FloatVector.broadcast(FLOAT, rule.l2());
        int i = 0;
        for (; i <= step.n - WIDTH; i += WIDTH) {
            FloatVector parameter = FloatVector.fromArray(FLOAT, p, step.pAt + i);
            FloatVector scaled = FloatVector.fromArray(FLOAT, g, step.gAt + i).mul(scale);
            FloatVector above = scaled.blend(clip, scaled.compare(VectorOperators.GT, clip));
            FloatVector clipped = above.blend(-clip, above.compare(VectorOperators.LT, -clip));
            FloatVector sign = FloatVector.zero(FLOAT).blend(l1, parameter.compare(VectorOperators.GT, 0f))
                    .blend(-l1, parameter.compare(VectorOperators.LT, 0f));
            parameter.fma(l2, clipped.add(sign)).intoArray(ruled, step.ruledAt + i);
        }
        step.skip(i);
        ScalarOptimizers.rule(rule, scale, step, p, g, ruled);
    }

    @Override
    void update(Optimizer optimizer, OptimizerStep step, float[] p, float[] g, float[] state) {
        switch (optimizer) {
            case Optimizer.Sgd() -> sgd(step, p, g);
            case Optimizer.Momentum(float momentum) -> momentum(step, p, g, state, momentum);
            case Optimizer.AveragingMomentum(float beta) -> averagingMomentum(step, p, g, state, beta);
            case Optimizer.Nesterov(float momentum) -> nesterov(step, p, g, state, momentum);
            case Optimizer.RmsProp(float rho, float epsilon) -> rmsProp(step, p, g, state, rho, epsilon);
            case Optimizer.Adagrad(float epsilon) -> adagrad(step, p, g, state, epsilon);
            case Optimizer.Adadelta(float rho, float epsilon) -> adadelta(step, p, g, state, rho, epsilon);
            case Optimizer.Adam adam when adam.amsgrad() -> amsgrad(step, p, g, state, adam);
            case Optimizer.Adam adam -> adam(step, p, g, state, adam);
        }
    }

    private static void sgd(OptimizerStep step, float[] p, float[] g) {
        FloatVector down = FloatVector.broadcast(FLOAT, -step.rate);
        int i = 0;
        for (; i <= step.n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, step.gAt + i);
            down.fma(gradient, FloatVector.fromArray(FLOAT, p, step.pAt + i)).intoArray(p, step.pAt + i);
        }
        step.skip(i);
        ScalarOptimizers.sgd(step, p, g);
    }

    private static void momentum(OptimizerStep step, float[] p, float[] g, float[] state, float momentum) {
        FloatVector down = FloatVector.broadcast(FLOAT, -step.rate);
        FloatVector mu = FloatVector.broadcast(FLOAT, momentum);
        int i = 0;
        for (; i <= step.n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, step.gAt + i);
            FloatVector velocity = mu.fma(FloatVector.fromArray(FLOAT, state, step.firstAt + i), gradient);
            velocity.intoArray(state, step.firstAt + i);
            down.fma(velocity, FloatVector.fromArray(FLOAT, p, step.pAt + i)).intoArray(p, step.pAt + i);
        }
        step.skip(i);
        ScalarOptimizers.momentum(step, p, g, state, momentum);
    }

    private static void averagingMomentum(OptimizerStep step, float[] p, float[] g, float[] state, float beta) {
        FloatVector down = FloatVector.broadcast(FLOAT, -step.rate);
        FloatVector old = FloatVector.broadcast(FLOAT, beta);
        FloatVector fresh = FloatVector.broadcast(FLOAT, 1f - beta);
        int i = 0;
        for (; i <= step.n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, step.gAt + i);
            FloatVector velocity = old.fma(FloatVector.fromArray(FLOAT, state, step.firstAt + i), fresh.mul(gradient));
            velocity.intoArray(state, step.firstAt + i);
            down.fma(velocity, FloatVector.fromArray(FLOAT, p, step.pAt + i)).intoArray(p, step.pAt + i);
        }
        step.skip(i);
        ScalarOptimizers.averagingMomentum(step, p, g, state, beta);
    }

    private static void nesterov(OptimizerStep step, float[] p, float[] g, float[] state, float momentum) {
        FloatVector down = FloatVector.broadcast(FLOAT, -step.rate);
        FloatVector mu = FloatVector.broadcast(FLOAT, momentum);
        int i = 0;
        for (; i <= step.n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, step.gAt + i);
            FloatVector velocity = mu.fma(FloatVector.fromArray(FLOAT, state, step.firstAt + i), gradient);
            velocity.intoArray(state, step.firstAt + i);
            down.fma(mu.fma(velocity, gradient), FloatVector.fromArray(FLOAT, p, step.pAt + i))
                    .intoArray(p, step.pAt + i);
        }
        step.skip(i);
        ScalarOptimizers.nesterov(step, p, g, state, momentum);
    }

    private static void rmsProp(OptimizerStep step, float[] p, float[] g, float[] state, float rho, float epsilon) {
        FloatVector down = FloatVector.broadcast(FLOAT, -step.rate);
        FloatVector old = FloatVector.broadcast(FLOAT, rho);
        FloatVector fresh = FloatVector.broadcast(FLOAT, 1f - rho);
        int i = 0;
        for (; i <= step.n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, step.gAt + i);
            FloatVector mean = old.fma(FloatVector.fromArray(FLOAT, state, step.firstAt + i),
                    fresh.mul(gradient).mul(gradient));
            mean.intoArray(state, step.firstAt + i);
            FloatVector direction = gradient.div(mean.sqrt().add(epsilon));
            down.fma(direction, FloatVector.fromArray(FLOAT, p, step.pAt + i)).intoArray(p, step.pAt + i);
        }
        step.skip(i);
        ScalarOptimizers.rmsProp(step, p, g, state, rho, epsilon);
    }

    private static void adagrad(OptimizerStep step, float[] p, float[] g, float[] state, float epsilon) {
        FloatVector down = FloatVector.broadcast(FLOAT, -step.rate);
        int i = 0;
        for (; i <= step.n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, step.gAt + i);
            FloatVector sum = gradient.fma(gradient, FloatVector.fromArray(FLOAT, state, step.firstAt + i));
            sum.intoArray(state, step.firstAt + i);
            FloatVector direction = gradient.div(sum.sqrt().add(epsilon));
            down.fma(direction, FloatVector.fromArray(FLOAT, p, step.pAt + i)).intoArray(p, step.pAt + i);
        }
        step.skip(i);
        ScalarOptimizers.adagrad(step, p, g, state, epsilon);
    }

    private static void adadelta(OptimizerStep step, float[] p, float[] g, float[] state, float rho, float epsilon) {
        FloatVector down = FloatVector.broadcast(FLOAT, -step.rate);
        FloatVector old = FloatVector.broadcast(FLOAT, rho);
        FloatVector fresh = FloatVector.broadcast(FLOAT, 1f - rho);
        int i = 0;
        for (; i <= step.n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, step.gAt + i);
            FloatVector mean = old.fma(FloatVector.fromArray(FLOAT, state, step.firstAt + i),
                    fresh.mul(gradient).mul(gradient));
            mean.intoArray(state, step.firstAt + i);
            FloatVector updates = FloatVector.fromArray(FLOAT, state, step.secondAt + i);
            FloatVector direction = updates.add(epsilon).div(mean.add(epsilon)).sqrt().mul(gradient);
            old.fma(updates, fresh.mul(direction).mul(direction)).intoArray(state, step.secondAt + i);
            down.fma(direction, FloatVector.fromArray(FLOAT, p, step.pAt + i)).intoArray(p, step.pAt + i);
        }
        step.skip(i);
        ScalarOptimizers.adadelta(step, p, g, state, rho, epsilon);
    }

    private static void adam(OptimizerStep step, float[] p, float[] g, float[] state, Optimizer.Adam adam) {
        FloatVector down = FloatVector.broadcast(FLOAT, -step.rate);
        FloatVector shrink = FloatVector.broadcast(FLOAT, -step.decay);
        FloatVector old1 = FloatVector.broadcast(FLOAT, adam.beta1());
        FloatVector fresh1 = FloatVector.broadcast(FLOAT, 1f - adam.beta1());
        FloatVector old2 = FloatVector.broadcast(FLOAT, adam.beta2());
        FloatVector fresh2 = FloatVector.broadcast(FLOAT, 1f - adam.beta2());
        int i = 0;
        for (; i <= step.n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, step.gAt + i);
            FloatVector m = old1.fma(FloatVector.fromArray(FLOAT, state, step.firstAt + i), fresh1.mul(gradient));
            m.intoArray(state, step.firstAt + i);
            FloatVector v = old2.fma(FloatVector.fromArray(FLOAT, state, step.secondAt + i),
                    fresh2.mul(gradient).mul(gradient));
            v.intoArray(state, step.secondAt + i);
            FloatVector direction = m.div(v.sqrt().fma(step.root, adam.epsilon()));
            FloatVector parameter = FloatVector.fromArray(FLOAT, p, step.pAt + i);
            down.fma(direction, shrink.fma(parameter, parameter)).intoArray(p, step.pAt + i);
        }
        step.skip(i);
        ScalarOptimizers.adam(step, p, g, state, adam);
    }

    private static void amsgrad(OptimizerStep step, float[] p, float[] g, float[] state, Optimizer.Adam adam) {
        FloatVector down = FloatVector.broadcast(FLOAT, -step.rate);
        FloatVector shrink = FloatVector.broadcast(FLOAT, -step.decay);
        FloatVector old1 = FloatVector.broadcast(FLOAT, adam.beta1());
        FloatVector fresh1 = FloatVector.broadcast(FLOAT, 1f - adam.beta1());
        FloatVector old2 = FloatVector.broadcast(FLOAT, adam.beta2());
        FloatVector fresh2 = FloatVector.broadcast(FLOAT, 1f - adam.beta2());
        int i = 0;
        for (; i <= step.n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, step.gAt + i);
            FloatVector m = old1.fma(FloatVector.fromArray(FLOAT, state, step.firstAt + i), fresh1.mul(gradient));
            m.intoArray(state, step.firstAt + i);
            FloatVector v = old2.fma(FloatVector.fromArray(FLOAT, state, step.secondAt + i),
                    fresh2.mul(gradient).mul(gradient));
            v.intoArray(state, step.secondAt + i);
            FloatVector before = FloatVector.fromArray(FLOAT, state, step.thirdAt + i);
            FloatVector largest = before.blend(v, before.compare(VectorOperators.LT, v));
            largest.intoArray(state, step.thirdAt + i);
            FloatVector direction = m.div(largest.sqrt().fma(step.root, adam.epsilon()));
            FloatVector parameter = FloatVector.fromArray(FLOAT, p, step.pAt + i);
            down.fma(direction, shrink.fma(parameter, parameter)).intoArray(p, step.pAt + i);
        }
        step.skip(i);
        ScalarOptimizers.amsgrad(step, p, g, state, adam);
    }
}
