// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.softmax;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.formula.ScalarMath;
import org.lanewise.kernels.lanes.LaneScratch;
import org.lanewise.kernels.lanes.Lanes;
import org.lanewise.kernels.loss.Reduction;

/// The reference of [Softmax].
///
/// Below, x = z − max and Σ = Σ e^x over the row. The maximum passes over NaN, which comes back through Σ, as does the
/// NaN of ∞ − ∞. Exponentials carry the factor 2²⁴ until they are divided by Σ, which carries it, too: so they are
/// never denormal, and what becomes so in the end is rounded once.
public final class ScalarSoftmax implements Softmax {

    static final float UNSCALE = 0x1p-24f;

    /// The reference; it needs nothing.
    public ScalarSoftmax() {
    }

    @Override
    public void softmax(Matrix z, Matrix y) {
        SoftmaxChecks.forward("softmax", z, y);
        LaneScratch scratch = LaneScratch.take();
        float[] lanes = scratch.row;
        float[] zs = z.data();
        float[] ys = y.data();
        int n = z.columns();
        for (int i = 0; i < z.rows(); i++) {
            int zAt = z.index(i, 0);
            int yAt = y.index(i, 0);
            float max = max(zs, zAt, n);
            Lanes.clear(lanes);
            for (int j = 0; j < n; j++) {
                float e = ScalarMath.scaledExp(zs[zAt + j] - max);
                ys[yAt + j] = e;
                lanes[Lanes.of(j)] += e;
            }
            float factor = 1f / Lanes.total(lanes);
            for (int j = 0; j < n; j++) {
                ys[yAt + j] *= factor;
            }
        }
        scratch.give();
    }

    @Override
    public void logSoftmax(Matrix z, Matrix y) {
        SoftmaxChecks.forward("log-softmax", z, y);
        LaneScratch scratch = LaneScratch.take();
        float[] lanes = scratch.row;
        float[] zs = z.data();
        float[] ys = y.data();
        int n = z.columns();
        for (int i = 0; i < z.rows(); i++) {
            int zAt = z.index(i, 0);
            int yAt = y.index(i, 0);
            float max = max(zs, zAt, n);
            Lanes.clear(lanes);
            for (int j = 0; j < n; j++) {
                lanes[Lanes.of(j)] += ScalarMath.scaledExp(zs[zAt + j] - max);
            }
            float log = ScalarMath.log(Lanes.total(lanes) * UNSCALE);
            for (int j = 0; j < n; j++) {
                ys[yAt + j] = zs[zAt + j] - max - log;
            }
        }
        scratch.give();
    }

    @Override
    public void softmaxBackward(Matrix y, Matrix dy, Matrix dz) {
        SoftmaxChecks.backward("softmax backward", y, dy, dz);
        LaneScratch scratch = LaneScratch.take();
        float[] lanes = scratch.row;
        float[] ys = y.data();
        float[] dys = dy.data();
        float[] dzs = dz.data();
        int n = y.columns();
        for (int i = 0; i < y.rows(); i++) {
            int yAt = y.index(i, 0);
            int dyAt = dy.index(i, 0);
            int dzAt = dz.index(i, 0);
            Lanes.clear(lanes);
            for (int j = 0; j < n; j++) {
                int lane = Lanes.of(j);
                lanes[lane] = Math.fma(ys[yAt + j], dys[dyAt + j], lanes[lane]);
            }
            float dot = Lanes.total(lanes);
            for (int j = 0; j < n; j++) {
                dzs[dzAt + j] = ys[yAt + j] * (dys[dyAt + j] - dot);
            }
        }
        scratch.give();
    }

    @Override
    public void logSoftmaxBackward(Matrix y, Matrix dy, Matrix dz) {
        SoftmaxChecks.backward("log-softmax backward", y, dy, dz);
        LaneScratch scratch = LaneScratch.take();
        float[] lanes = scratch.row;
        float[] ys = y.data();
        float[] dys = dy.data();
        float[] dzs = dz.data();
        int n = y.columns();
        for (int i = 0; i < y.rows(); i++) {
            int yAt = y.index(i, 0);
            int dyAt = dy.index(i, 0);
            int dzAt = dz.index(i, 0);
            Lanes.clear(lanes);
            for (int j = 0; j < n; j++) {
                lanes[Lanes.of(j)] += dys[dyAt + j];
            }
            float minusSum = -Lanes.total(lanes);
            for (int j = 0; j < n; j++) {
                dzs[dzAt + j] = Math.fma(ScalarMath.exp(ys[yAt + j]), minusSum, dys[dyAt + j]);
            }
        }
        scratch.give();
    }

    @Override
    public float crossEntropy(Matrix z, int[] labels, int labelsOffset, CrossEntropy options, Matrix dz) {
        SoftmaxChecks.crossEntropy(z, labels, labelsOffset, options, dz);
        return crossEntropy(z, null, labels, labelsOffset, options, dz);
    }

    @Override
    public float crossEntropy(Matrix z, Matrix targets, CrossEntropy options, Matrix dz) {
        SoftmaxChecks.crossEntropy(z, targets, options, dz);
        return crossEntropy(z, targets, null, 0, options, dz);
    }

    /// A label is a target row of one 1. With q_c = w_c·(keep·target_c + spread), keep = 1 − s, spread = s/C and
    /// Q = Σ q, a row's loss −Σ q·(x − log Σ) is Q·log Σ − Σ q·x: where q ≥ 0 nothing cancels, since log Σ ≥ 0 ≥ x. Its
    /// gradient is Q·e^x/Σ − q. A class with q = 0 adds nothing to the loss, even where x = −∞.
    private static float crossEntropy(Matrix z, Matrix targets, int[] labels, int labelsOffset, CrossEntropy options,
            Matrix dz) {
        LaneScratch scratch = LaneScratch.take();
        float[] zs = z.data();
        Matrix weights = options.classWeights();
        int n = z.columns();
        float keep = 1f - options.labelSmoothing();
        float spread = options.labelSmoothing() / n;
        float divisor = divisor(options, labels, labelsOffset, z.rows(), scratch.row);
        float scale = 1f / divisor;
        for (int i = 0; i < z.rows(); i++) {
            int zAt = z.index(i, 0);
            float max = max(zs, zAt, n);
            Lanes.clear(scratch.row);
            Lanes.clear(scratch.row2);
            Lanes.clear(scratch.row3);
            for (int j = 0; j < n; j++) {
                int lane = Lanes.of(j);
                float x = zs[zAt + j] - max;
                float e = ScalarMath.scaledExp(x);
                float target = targets != null ? targets.get(i, j) : labels[labelsOffset + i] == j ? 1f : 0f;
                float q = weighted(Math.fma(keep, target, spread), weights, j);
                scratch.row[lane] += e;
                scratch.row2[lane] += q;
                scratch.row3[lane] = Math.fma(q, q == 0f ? 0f : x, scratch.row3[lane]);
                if (dz != null) {
                    dz.set(i, j, e);
                }
            }
            float sum = Lanes.total(scratch.row);
            float total = Lanes.total(scratch.row2);
            float dot = Lanes.total(scratch.row3);
            scratch.rows[Lanes.of(i)] += Math.fma(total, ScalarMath.log(sum * UNSCALE), -dot);
            if (dz != null) {
                float factor = total * scale / sum;
                for (int j = 0; j < n; j++) {
                    float target = targets != null ? targets.get(i, j) : labels[labelsOffset + i] == j ? 1f : 0f;
                    float q = weighted(Math.fma(keep, target, spread), weights, j);
                    dz.set(i, j, Math.fma(dz.get(i, j), factor, -(q * scale)));
                }
            }
        }
        float loss = Lanes.total(scratch.rows) / divisor;
        scratch.give();
        return loss;
    }

    /// What the sum of the rows' losses is divided by.
    static float divisor(CrossEntropy options, int[] labels, int labelsOffset, int rows, float[] lanes) {
        if (options.reduction() == Reduction.SUM) {
            return 1f;
        }
        if (labels == null || options.classWeights() == null) {
            return rows;
        }
        Lanes.clear(lanes);
        for (int i = 0; i < rows; i++) {
            lanes[Lanes.of(i)] += options.classWeights().get(0, labels[labelsOffset + i]);
        }
        return Lanes.total(lanes);
    }

    /// A target times its class's weight; 0 where the target is 0, whatever the weight.
    static float weighted(float target, Matrix weights, int label) {
        return weights == null || target == 0f ? target : target * weights.get(0, label);
    }

    /// The row's maximum, NaN passed over; −∞ if there is nothing else. Which of two zeros it is changes no result.
    private static float max(float[] z, int at, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            float v = z[at + j];
            max = v > max ? v : max;
        }
        return max;
    }
}
