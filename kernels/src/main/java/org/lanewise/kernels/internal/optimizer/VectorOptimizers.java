// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.optimizer;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.internal.lanes.Species;

/// The SIMD twin of [ScalarOptimizers], which takes the elements past the last whole vector.
final class VectorOptimizers extends OptimizerPass {

    private static final VectorSpecies<Float> FLOAT = Species.FLOAT;
    private static final VectorSpecies<Integer> INT = Species.INT;
    private static final int WIDTH = FLOAT.length();
    private static final int MAGNITUDE_BITS = 0x7fffffff;
    private static final OptimizerPass TAIL = new ScalarOptimizers();

    /// The SIMD twin; it loads vector classes, so the Vector API must be there.
    VectorOptimizers() {
    }

    /// As integers, whose order is that of magnitudes: NaN is above infinity.
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
        return Math.max(body, TAIL.largestMagnitude(g, gAt + i, n - i));
    }

    @Override
    void applyRule(float[] p, int pAt, float[] g, int gAt, float[] ruled, int ruledAt, int n, float scale, float clip,
            float l1, float l2) {
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector parameter = FloatVector.fromArray(FLOAT, p, pAt + i);
            FloatVector scaled = FloatVector.fromArray(FLOAT, g, gAt + i).mul(scale);
            FloatVector above = scaled.blend(clip, scaled.compare(VectorOperators.GT, clip));
            FloatVector clipped = above.blend(-clip, above.compare(VectorOperators.LT, -clip));
            FloatVector sign = FloatVector.zero(FLOAT).blend(l1, parameter.compare(VectorOperators.GT, 0f))
                    .blend(-l1, parameter.compare(VectorOperators.LT, 0f));
            parameter.fma(FloatVector.broadcast(FLOAT, l2), clipped.add(sign)).intoArray(ruled, ruledAt + i);
        }
        TAIL.applyRule(p, pAt + i, g, gAt + i, ruled, ruledAt + i, n - i, scale, clip, l1, l2);
    }

    @Override
    void sgd(float[] p, int pAt, float[] g, int gAt, int n, float rate) {
        FloatVector down = FloatVector.broadcast(FLOAT, -rate);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, gAt + i);
            down.fma(gradient, FloatVector.fromArray(FLOAT, p, pAt + i)).intoArray(p, pAt + i);
        }
        TAIL.sgd(p, pAt + i, g, gAt + i, n - i, rate);
    }

    @Override
    void momentum(float[] p, int pAt, float[] g, int gAt, float[] v, int vAt, int n, float rate, float momentum) {
        FloatVector down = FloatVector.broadcast(FLOAT, -rate);
        FloatVector mu = FloatVector.broadcast(FLOAT, momentum);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, gAt + i);
            FloatVector velocity = mu.fma(FloatVector.fromArray(FLOAT, v, vAt + i), gradient);
            velocity.intoArray(v, vAt + i);
            down.fma(velocity, FloatVector.fromArray(FLOAT, p, pAt + i)).intoArray(p, pAt + i);
        }
        TAIL.momentum(p, pAt + i, g, gAt + i, v, vAt + i, n - i, rate, momentum);
    }

    @Override
    void averagingMomentum(float[] p, int pAt, float[] g, int gAt, float[] v, int vAt, int n, float rate, float beta) {
        FloatVector down = FloatVector.broadcast(FLOAT, -rate);
        FloatVector old = FloatVector.broadcast(FLOAT, beta);
        FloatVector fresh = FloatVector.broadcast(FLOAT, 1f - beta);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, gAt + i);
            FloatVector velocity = old.fma(FloatVector.fromArray(FLOAT, v, vAt + i), fresh.mul(gradient));
            velocity.intoArray(v, vAt + i);
            down.fma(velocity, FloatVector.fromArray(FLOAT, p, pAt + i)).intoArray(p, pAt + i);
        }
        TAIL.averagingMomentum(p, pAt + i, g, gAt + i, v, vAt + i, n - i, rate, beta);
    }

    @Override
    void nesterov(float[] p, int pAt, float[] g, int gAt, float[] v, int vAt, int n, float rate, float momentum) {
        FloatVector down = FloatVector.broadcast(FLOAT, -rate);
        FloatVector mu = FloatVector.broadcast(FLOAT, momentum);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, gAt + i);
            FloatVector velocity = mu.fma(FloatVector.fromArray(FLOAT, v, vAt + i), gradient);
            velocity.intoArray(v, vAt + i);
            down.fma(mu.fma(velocity, gradient), FloatVector.fromArray(FLOAT, p, pAt + i)).intoArray(p, pAt + i);
        }
        TAIL.nesterov(p, pAt + i, g, gAt + i, v, vAt + i, n - i, rate, momentum);
    }

    @Override
    void rmsProp(float[] p, int pAt, float[] g, int gAt, float[] s, int sAt, int n, float rate, float rho,
            float epsilon) {
        FloatVector down = FloatVector.broadcast(FLOAT, -rate);
        FloatVector old = FloatVector.broadcast(FLOAT, rho);
        FloatVector fresh = FloatVector.broadcast(FLOAT, 1f - rho);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, gAt + i);
            FloatVector mean = old.fma(FloatVector.fromArray(FLOAT, s, sAt + i), fresh.mul(gradient).mul(gradient));
            mean.intoArray(s, sAt + i);
            FloatVector direction = gradient.div(mean.sqrt().add(epsilon));
            down.fma(direction, FloatVector.fromArray(FLOAT, p, pAt + i)).intoArray(p, pAt + i);
        }
        TAIL.rmsProp(p, pAt + i, g, gAt + i, s, sAt + i, n - i, rate, rho, epsilon);
    }

    @Override
    void adagrad(float[] p, int pAt, float[] g, int gAt, float[] s, int sAt, int n, float rate, float epsilon) {
        FloatVector down = FloatVector.broadcast(FLOAT, -rate);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, gAt + i);
            FloatVector sum = gradient.fma(gradient, FloatVector.fromArray(FLOAT, s, sAt + i));
            sum.intoArray(s, sAt + i);
            FloatVector direction = gradient.div(sum.sqrt().add(epsilon));
            down.fma(direction, FloatVector.fromArray(FLOAT, p, pAt + i)).intoArray(p, pAt + i);
        }
        TAIL.adagrad(p, pAt + i, g, gAt + i, s, sAt + i, n - i, rate, epsilon);
    }

    @Override
    void adadelta(float[] p, int pAt, float[] g, int gAt, float[] state, int sAt, int uAt, int n, float rate,
            float rho, float epsilon) {
        FloatVector down = FloatVector.broadcast(FLOAT, -rate);
        FloatVector old = FloatVector.broadcast(FLOAT, rho);
        FloatVector fresh = FloatVector.broadcast(FLOAT, 1f - rho);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, gAt + i);
            FloatVector mean = old.fma(FloatVector.fromArray(FLOAT, state, sAt + i),
                    fresh.mul(gradient).mul(gradient));
            mean.intoArray(state, sAt + i);
            FloatVector updates = FloatVector.fromArray(FLOAT, state, uAt + i);
            FloatVector direction = updates.add(epsilon).div(mean.add(epsilon)).sqrt().mul(gradient);
            old.fma(updates, fresh.mul(direction).mul(direction)).intoArray(state, uAt + i);
            down.fma(direction, FloatVector.fromArray(FLOAT, p, pAt + i)).intoArray(p, pAt + i);
        }
        TAIL.adadelta(p, pAt + i, g, gAt + i, state, sAt + i, uAt + i, n - i, rate, rho, epsilon);
    }

    @Override
    void adam(float[] p, int pAt, float[] g, int gAt, float[] state, int mAt, int vAt, int n, float rate, float root,
            float decay, float beta1, float beta2, float epsilon) {
        FloatVector down = FloatVector.broadcast(FLOAT, -rate);
        FloatVector shrink = FloatVector.broadcast(FLOAT, -decay);
        FloatVector old1 = FloatVector.broadcast(FLOAT, beta1);
        FloatVector fresh1 = FloatVector.broadcast(FLOAT, 1f - beta1);
        FloatVector old2 = FloatVector.broadcast(FLOAT, beta2);
        FloatVector fresh2 = FloatVector.broadcast(FLOAT, 1f - beta2);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, gAt + i);
            FloatVector m = old1.fma(FloatVector.fromArray(FLOAT, state, mAt + i), fresh1.mul(gradient));
            m.intoArray(state, mAt + i);
            FloatVector v = old2.fma(FloatVector.fromArray(FLOAT, state, vAt + i), fresh2.mul(gradient).mul(gradient));
            v.intoArray(state, vAt + i);
            FloatVector direction = m.div(v.sqrt().fma(root, epsilon));
            FloatVector parameter = FloatVector.fromArray(FLOAT, p, pAt + i);
            down.fma(direction, shrink.fma(parameter, parameter)).intoArray(p, pAt + i);
        }
        TAIL.adam(p, pAt + i, g, gAt + i, state, mAt + i, vAt + i, n - i, rate, root, decay, beta1, beta2, epsilon);
    }

    @Override
    void amsgrad(float[] p, int pAt, float[] g, int gAt, float[] state, int mAt, int vAt, int largestAt, int n,
            float rate, float root, float decay, float beta1, float beta2, float epsilon) {
        FloatVector down = FloatVector.broadcast(FLOAT, -rate);
        FloatVector shrink = FloatVector.broadcast(FLOAT, -decay);
        FloatVector old1 = FloatVector.broadcast(FLOAT, beta1);
        FloatVector fresh1 = FloatVector.broadcast(FLOAT, 1f - beta1);
        FloatVector old2 = FloatVector.broadcast(FLOAT, beta2);
        FloatVector fresh2 = FloatVector.broadcast(FLOAT, 1f - beta2);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector gradient = FloatVector.fromArray(FLOAT, g, gAt + i);
            FloatVector m = old1.fma(FloatVector.fromArray(FLOAT, state, mAt + i), fresh1.mul(gradient));
            m.intoArray(state, mAt + i);
            FloatVector v = old2.fma(FloatVector.fromArray(FLOAT, state, vAt + i), fresh2.mul(gradient).mul(gradient));
            v.intoArray(state, vAt + i);
            FloatVector before = FloatVector.fromArray(FLOAT, state, largestAt + i);
            FloatVector largest = before.blend(v, before.compare(VectorOperators.LT, v));
            largest.intoArray(state, largestAt + i);
            FloatVector direction = m.div(largest.sqrt().fma(root, epsilon));
            FloatVector parameter = FloatVector.fromArray(FLOAT, p, pAt + i);
            down.fma(direction, shrink.fma(parameter, parameter)).intoArray(p, pAt + i);
        }
        TAIL.amsgrad(p, pAt + i, g, gAt + i, state, mAt + i, vAt + i, largestAt + i, n - i, rate, root, decay, beta1,
                beta2, epsilon);
    }
}
