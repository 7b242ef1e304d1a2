// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.softmax;

import java.util.Arrays;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.formula.ScalarMath;
import org.lanewise.kernels.internal.lanes.LaneScratch;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.loss.Reduction;
import org.lanewise.kernels.softmax.CrossEntropy;
import org.lanewise.kernels.softmax.MaskedRows;
import org.lanewise.kernels.softmax.Softmax;

/// The reference of [Softmax].
///
/// Below, x = z − max and Σ = Σ e^x over the row. The maximum ignores NaN; a NaN comes back through Σ, as does the NaN
/// of ∞ − ∞. Exponentials and Σ carry the factor 2²⁴ until they are divided: so no exponential is denormal, and a
/// result that is denormal is rounded once.
///
/// Where Σ < 2, it is 1 from the one element with x = 0 plus `rest` from the others. `rest` is summed by itself, and
/// log Σ = log(1 + rest) and 1 − 1/Σ = rest/Σ are computed from it.
public final class ScalarSoftmax implements Softmax {

    static final float SCALE = 0x1p24f;
    static final float UNSCALE = 0x1p-24f;

    /// log ½: at most one log-probability of a row is above.
    static final float LOG_HALF = -0x1.62e43p-1f;

    /// The reference; it needs nothing.
    public ScalarSoftmax() {
    }

    @Override
    public void softmax(Matrix z, MaskedRows masked, Matrix y) {
        SoftmaxChecks.softmax(z, masked, y);
        LaneScratch scratch = LaneScratch.take();
        float[] zs = z.data();
        float[] ys = y.data();
        int n = z.columns();
        for (int i = 0; i < z.rows(); i++) {
            int zAt = z.index(i, 0);
            int yAt = y.index(i, 0);
            float max = max(zs, zAt, n);
            if (masked == MaskedRows.ZEROS && isMasked(max, zs, zAt, n)) {
                Arrays.fill(ys, yAt, yAt + n, 0f);
                continue;
            }
            scratch.tree.clear();
            for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
                Lanes.clear(scratch.lanes);
                for (int j = first; j < Math.min(n, first + Lanes.ROW_BLOCK); j++) {
                    float e = ScalarMath.scaledExp(zs[zAt + j] - max);
                    ys[yAt + j] = e;
                    scratch.lanes[Lanes.of(j)] += e;
                }
                scratch.tree.add(Lanes.total(scratch.lanes));
            }
            float factor = 1f / (float) scratch.tree.total();
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
        float[] zs = z.data();
        float[] ys = y.data();
        int n = z.columns();
        for (int i = 0; i < z.rows(); i++) {
            int zAt = z.index(i, 0);
            int yAt = y.index(i, 0);
            float max = max(zs, zAt, n);
            scratch.tree.clear();
            scratch.tree2.clear();
            for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
                Lanes.clear(scratch.lanes);
                Lanes.clear(scratch.lanes2);
                for (int j = first; j < Math.min(n, first + Lanes.ROW_BLOCK); j++) {
                    float x = zs[zAt + j] - max;
                    float e = ScalarMath.scaledExp(x);
                    scratch.lanes[Lanes.of(j)] += e;
                    scratch.lanes2[Lanes.of(j)] += x == 0f ? 0f : e;
                }
                scratch.tree.add(Lanes.total(scratch.lanes));
                scratch.tree2.add(Lanes.total(scratch.lanes2));
            }
            float log = log((float) scratch.tree.total(), (float) scratch.tree2.total());
            for (int j = 0; j < n; j++) {
                ys[yAt + j] = zs[zAt + j] - max - log;
            }
        }
        scratch.give();
    }

    /// Whether one element has more than half of Σ.
    ///
    /// @param sum 2²⁴·Σ
    static boolean hasMajority(float sum) {
        return sum < 2f * SCALE;
    }

    /// log Σ.
    ///
    /// @param sum 2²⁴·Σ
    /// @param rest 2²⁴·Σ of the elements with x < 0; read only with a majority
    static float log(float sum, float rest) {
        return hasMajority(sum) ? ScalarMath.log1pOfUnit(Math.min(rest * UNSCALE, 1f))
                : ScalarMath.log(sum * UNSCALE);
    }

    @Override
    public void softmaxBackward(Matrix y, Matrix dy, Matrix dz) {
        SoftmaxChecks.backward("softmax backward", y, dy, dz);
        LaneScratch scratch = LaneScratch.take();
        float[] ys = y.data();
        float[] dys = dy.data();
        float[] dzs = dz.data();
        int n = y.columns();
        for (int i = 0; i < y.rows(); i++) {
            int yAt = y.index(i, 0);
            int dyAt = dy.index(i, 0);
            int dzAt = dz.index(i, 0);
            scratch.tree.clear();
            for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
                Lanes.clear(scratch.lanes);
                for (int j = first; j < Math.min(n, first + Lanes.ROW_BLOCK); j++) {
                    int lane = Lanes.of(j);
                    scratch.lanes[lane] = Math.fma(ys[yAt + j], dys[dyAt + j], scratch.lanes[lane]);
                }
                scratch.tree.add(Lanes.total(scratch.lanes));
            }
            float dot = (float) scratch.tree.total();
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
        for (int i = 0; i < y.rows(); i++) {
            logSoftmaxBackward(y.data(), y.index(i, 0), dy.data(), dy.index(i, 0), dz.data(), dz.index(i, 0),
                    y.columns(), scratch);
        }
        scratch.give();
    }

    /// dz = dy − e^y·Σ dy. Where e^y > ½, dy and Σ dy cancel and e^y is known only to half an ULP of 1. For the first
    /// such element it is −rest − (e^y − 1)·Σ dy, `rest` being the sum of the other elements' dy.
    static void logSoftmaxBackward(float[] y, int yAt, float[] dy, int dyAt, float[] dz, int dzAt, int n,
            LaneScratch scratch) {
        int likely = 0;
        while (likely < n && !(y[yAt + likely] > LOG_HALF)) {
            likely++;
        }
        scratch.tree.clear();
        for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
            Lanes.clear(scratch.lanes);
            for (int j = first; j < Math.min(n, first + Lanes.ROW_BLOCK); j++) {
                scratch.lanes[Lanes.of(j)] += j == likely ? 0f : dy[dyAt + j];
            }
            scratch.tree.add(Lanes.total(scratch.lanes));
        }
        float rest = (float) scratch.tree.total();
        float sum = likely == n ? rest : rest + dy[dyAt + likely];
        for (int j = 0; j < n; j++) {
            float p = j == likely ? ScalarMath.expm1(y[yAt + j]) : ScalarMath.exp(y[yAt + j]);
            dz[dzAt + j] = Math.fma(p, -sum, j == likely ? -rest : dy[dyAt + j]);
        }
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

    /// A label is a target row with a single 1. Let q_c = w_c·(keep·target_c + spread), keep = 1 − s, spread = s/C and
    /// Q = Σ q. A row's loss −Σ q·(x − log Σ) is computed as Q·log Σ − Σ q·x: where q ≥ 0 nothing cancels, since log Σ
    /// ≥ 0 ≥ x. A class with q = 0 adds nothing to the loss, even where x = −∞.
    ///
    /// The gradient is Q·e^x/Σ − q. Where one class has the majority of Σ and of Q, the two terms cancel; then it is
    /// computed as (Q' − q·rest)/Σ, Q' being the sum of the other classes' q.
    private static float crossEntropy(Matrix z, Matrix targets, int[] labels, int labelsOffset, CrossEntropy options,
            Matrix dz) {
        LaneScratch scratch = LaneScratch.take();
        scratch.rows.clear();
        float[] zs = z.data();
        Matrix weights = options.classWeights();
        int n = z.columns();
        float keep = 1f - options.labelSmoothing();
        float spread = options.labelSmoothing() / n;
        float divisor = divisor(options, labels, labelsOffset, z.rows());
        float scale = scale(divisor);
        for (int i = 0; i < z.rows(); i++) {
            int zAt = z.index(i, 0);
            float max = max(zs, zAt, n);
            int likely = -1;
            float likelyQ = 0f;
            scratch.tree.clear();
            scratch.tree2.clear();
            scratch.tree3.clear();
            scratch.tree4.clear();
            scratch.tree5.clear();
            for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
                Lanes.clear(scratch.lanes);
                Lanes.clear(scratch.lanes2);
                Lanes.clear(scratch.lanes3);
                Lanes.clear(scratch.lanes4);
                Lanes.clear(scratch.lanes5);
                for (int j = first; j < Math.min(n, first + Lanes.ROW_BLOCK); j++) {
                    int lane = Lanes.of(j);
                    float x = zs[zAt + j] - max;
                    float e = ScalarMath.scaledExp(x);
                    float target = targets != null ? targets.get(i, j) : labels[labelsOffset + i] == j ? 1f : 0f;
                    float q = weighted(Math.fma(keep, target, spread), weights, j);
                    if (x == 0f) {
                        likely = j;
                        likelyQ = q;
                    }
                    scratch.lanes[lane] += e;
                    scratch.lanes2[lane] += x == 0f ? 0f : e;
                    scratch.lanes3[lane] += q;
                    scratch.lanes4[lane] += x == 0f ? 0f : q;
                    scratch.lanes5[lane] = Math.fma(q, q == 0f ? 0f : x, scratch.lanes5[lane]);
                    if (dz != null) {
                        dz.set(i, j, e);
                    }
                }
                scratch.tree.add(Lanes.total(scratch.lanes));
                scratch.tree2.add(Lanes.total(scratch.lanes2));
                scratch.tree3.add(Lanes.total(scratch.lanes3));
                scratch.tree4.add(Lanes.total(scratch.lanes4));
                scratch.tree5.add(Lanes.total(scratch.lanes5));
            }
            float sum = (float) scratch.tree.total();
            float rest = (float) scratch.tree2.total();
            float total = (float) scratch.tree3.total();
            float otherQ = (float) scratch.tree4.total();
            float dot = (float) scratch.tree5.total();
            scratch.rows.add(Math.fma(total, log(sum, rest), -dot));
            if (dz != null) {
                float factor = total * scale / sum;
                for (int j = 0; j < n; j++) {
                    float target = targets != null ? targets.get(i, j) : labels[labelsOffset + i] == j ? 1f : 0f;
                    float q = weighted(Math.fma(keep, target, spread), weights, j);
                    dz.set(i, j, Math.fma(dz.get(i, j), factor, -(q * scale)));
                }
                if (hasMajority(sum) && isMost(likelyQ, total)) {
                    dz.set(i, likely, likelyGradient(likelyQ, otherQ, sum, rest, scale));
                }
            }
        }
        double losses = scratch.rows.total();
        scratch.give();
        return mean(losses, divisor);
    }

    /// Whether q is more than half of the total, whatever their signs.
    static boolean isMost(float q, float total) {
        return Math.abs(q) > 0.5f * Math.abs(total);
    }

    /// The gradient of cross-entropy for the class that has the majority.
    ///
    /// @param sum 2²⁴·Σ
    /// @param rest 2²⁴·Σ of the others
    static float likelyGradient(float q, float otherQ, float sum, float rest, float scale) {
        return Math.fma(-q, rest * UNSCALE, otherQ) * (scale * SCALE / sum);
    }

    /// The divisor of the sum of the rows' losses.
    static float divisor(CrossEntropy options, int[] labels, int labelsOffset, int rows) {
        if (options.reduction() == Reduction.SUM) {
            return 1f;
        }
        if (labels == null || options.classWeights() == null) {
            return rows;
        }
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            sum += options.classWeights().get(0, labels[labelsOffset + i]);
        }
        return (float) sum;
    }

    /// 1/divisor; 0 where all weights are 0.
    static float scale(float divisor) {
        return divisor == 0f ? 0f : 1f / divisor;
    }

    /// The rows' losses over the divisor; 0 where all weights are 0.
    static float mean(double sum, float divisor) {
        return divisor == 0f ? 0f : (float) (sum / divisor);
    }

    /// A target times its class's weight; 0 where the target is 0, whatever the weight.
    static float weighted(float target, Matrix weights, int label) {
        return weights == null || target == 0f ? target : target * weights.get(0, label);
    }

    /// The row's maximum without its NaNs; −∞ if nothing else is left. If it is a zero, its sign changes no result.
    private static float max(float[] z, int at, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            float v = z[at + j];
            max = v > max ? v : max;
        }
        return max;
    }

    /// Whether all of a row is −∞.
    static boolean isMasked(float max, float[] z, int at, int n) {
        int j = 0;
        while (max == Float.NEGATIVE_INFINITY && j < n && z[at + j] == Float.NEGATIVE_INFINITY) {
            j++;
        }
        return j == n;
    }
}
