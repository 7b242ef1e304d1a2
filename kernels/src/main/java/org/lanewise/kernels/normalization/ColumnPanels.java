// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.normalization;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.lanes.Species;

/// The loops of batch norm. Each takes a panel of rows, `first` to `first + count`, along its columns, a few vectors at
/// a time: what belongs to a column stays in registers for the whole panel, and memory is read in as many streams as
/// the panel has rows. The columns that are left at the right edge go one vector at a time, under masks.
///
/// Loads and stores stand out in full: C2 does not inline helpers around masked ones once they are compiled by
/// themselves, and then boxes the vectors. For the same reason no method does more than it must: the compiler stops
/// inlining when a method has too many vector operations.
final class ColumnPanels {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();

    private ColumnPanels() {
    }

    /// One panel of Welford's method on the columns' `mean`, `rest` and `squares`.
    static void addStatistics(Matrix x, int first, int count, Matrix mean, float[] rest, Matrix squares) {
        float[] source = x.data();
        int columns = x.columns();
        int stride = x.stride();
        float weight = 1f / (first + count);
        int j = 0;
        for (; j <= columns - 2 * STEP; j += 2 * STEP) {
            int meanAt = mean.offset() + j;
            int squaresAt = squares.offset() + j;
            FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), meanAt);
            FloatVector mean1 = FloatVector.fromArray(SPECIES, mean.data(), meanAt + STEP);
            FloatVector rest0 = FloatVector.fromArray(SPECIES, rest, j);
            FloatVector rest1 = FloatVector.fromArray(SPECIES, rest, j + STEP);
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            FloatVector q0 = s0;
            FloatVector q1 = s0;
            int at = x.index(first, j);
            for (int i = 0; i < count; i++) {
                FloatVector d0 = FloatVector.fromArray(SPECIES, source, at).sub(mean0).sub(rest0);
                FloatVector d1 = FloatVector.fromArray(SPECIES, source, at + STEP).sub(mean1).sub(rest1);
                s0 = s0.add(d0);
                s1 = s1.add(d1);
                q0 = d0.fma(d0, q0);
                q1 = d1.fma(d1, q1);
                at += stride;
            }
            FloatVector shift0 = s0.mul(weight);
            FloatVector shift1 = s1.mul(weight);
            FloatVector step0 = rest0.add(shift0);
            FloatVector step1 = rest1.add(shift1);
            FloatVector moved0 = mean0.add(step0);
            FloatVector moved1 = mean1.add(step1);
            moved0.intoArray(mean.data(), meanAt);
            moved1.intoArray(mean.data(), meanAt + STEP);
            step0.sub(moved0.sub(mean0)).intoArray(rest, j);
            step1.sub(moved1.sub(mean1)).intoArray(rest, j + STEP);
            FloatVector.fromArray(SPECIES, squares.data(), squaresAt).add(s0.neg().fma(shift0, q0))
                    .intoArray(squares.data(), squaresAt);
            FloatVector.fromArray(SPECIES, squares.data(), squaresAt + STEP).add(s1.neg().fma(shift1, q1))
                    .intoArray(squares.data(), squaresAt + STEP);
        }
        for (; j < columns; j += STEP) {
            addStatisticsEdge(x, first, count, mean, rest, squares, weight, j);
        }
    }

    private static void addStatisticsEdge(Matrix x, int first, int count, Matrix mean, float[] rest, Matrix squares,
            float weight, int j) {
        VectorMask<Float> inRange = SPECIES.indexInRange(j, x.columns());
        int meanAt = mean.offset() + j;
        int squaresAt = squares.offset() + j;
        FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), meanAt, inRange);
        FloatVector rest0 = FloatVector.fromArray(SPECIES, rest, j, inRange);
        FloatVector s = FloatVector.zero(SPECIES);
        FloatVector q = s;
        for (int i = first; i < first + count; i++) {
            FloatVector d = FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), inRange).sub(mean0).sub(rest0);
            s = s.add(d);
            q = d.fma(d, q);
        }
        FloatVector shift = s.mul(weight);
        FloatVector step = rest0.add(shift);
        FloatVector moved = mean0.add(step);
        moved.intoArray(mean.data(), meanAt, inRange);
        step.sub(moved.sub(mean0)).intoArray(rest, j, inRange);
        FloatVector.fromArray(SPECIES, squares.data(), squaresAt, inRange).add(s.neg().fma(shift, q))
                .intoArray(squares.data(), squaresAt, inRange);
    }

    /// y ← fma(x − mean, scale, beta).
    static void normalize(Matrix x, int first, int count, Matrix mean, float[] scale, Matrix beta, Matrix y) {
        float[] source = x.data();
        float[] target = y.data();
        float[] means = mean.data();
        float[] betas = beta.data();
        int columns = x.columns();
        int j = 0;
        for (; j <= columns - 4 * STEP; j += 4 * STEP) {
            int meanAt = mean.offset() + j;
            int betaAt = beta.offset() + j;
            FloatVector mean0 = FloatVector.fromArray(SPECIES, means, meanAt);
            FloatVector mean1 = FloatVector.fromArray(SPECIES, means, meanAt + STEP);
            FloatVector mean2 = FloatVector.fromArray(SPECIES, means, meanAt + 2 * STEP);
            FloatVector mean3 = FloatVector.fromArray(SPECIES, means, meanAt + 3 * STEP);
            FloatVector scale0 = FloatVector.fromArray(SPECIES, scale, j);
            FloatVector scale1 = FloatVector.fromArray(SPECIES, scale, j + STEP);
            FloatVector scale2 = FloatVector.fromArray(SPECIES, scale, j + 2 * STEP);
            FloatVector scale3 = FloatVector.fromArray(SPECIES, scale, j + 3 * STEP);
            FloatVector beta0 = FloatVector.fromArray(SPECIES, betas, betaAt);
            FloatVector beta1 = FloatVector.fromArray(SPECIES, betas, betaAt + STEP);
            FloatVector beta2 = FloatVector.fromArray(SPECIES, betas, betaAt + 2 * STEP);
            FloatVector beta3 = FloatVector.fromArray(SPECIES, betas, betaAt + 3 * STEP);
            int from = x.index(first, j);
            int to = y.index(first, j);
            for (int i = 0; i < count; i++) {
                FloatVector.fromArray(SPECIES, source, from).sub(mean0).fma(scale0, beta0)
                        .intoArray(target, to);
                FloatVector.fromArray(SPECIES, source, from + STEP).sub(mean1).fma(scale1, beta1)
                        .intoArray(target, to + STEP);
                FloatVector.fromArray(SPECIES, source, from + 2 * STEP).sub(mean2).fma(scale2, beta2)
                        .intoArray(target, to + 2 * STEP);
                FloatVector.fromArray(SPECIES, source, from + 3 * STEP).sub(mean3).fma(scale3, beta3)
                        .intoArray(target, to + 3 * STEP);
                from += x.stride();
                to += y.stride();
            }
        }
        for (; j < columns; j += STEP) {
            normalizeEdge(x, first, count, mean, scale, beta, y, j);
        }
    }

    private static void normalizeEdge(Matrix x, int first, int count, Matrix mean, float[] scale, Matrix beta, Matrix y,
            int j) {
        VectorMask<Float> inRange = SPECIES.indexInRange(j, x.columns());
        FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), mean.offset() + j, inRange);
        FloatVector scale0 = FloatVector.fromArray(SPECIES, scale, j, inRange);
        FloatVector beta0 = FloatVector.fromArray(SPECIES, beta.data(), beta.offset() + j, inRange);
        for (int i = first; i < first + count; i++) {
            FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), inRange).sub(mean0).fma(scale0, beta0)
                    .intoArray(y.data(), y.index(i, j), inRange);
        }
    }

    /// y ← relu(fma(x − mean, scale, beta)).
    static void rectify(Matrix x, int first, int count, Matrix mean, float[] scale, Matrix beta, Matrix y) {
        float[] source = x.data();
        float[] target = y.data();
        float[] means = mean.data();
        float[] betas = beta.data();
        int columns = x.columns();
        int j = 0;
        for (; j <= columns - 4 * STEP; j += 4 * STEP) {
            int meanAt = mean.offset() + j;
            int betaAt = beta.offset() + j;
            FloatVector mean0 = FloatVector.fromArray(SPECIES, means, meanAt);
            FloatVector mean1 = FloatVector.fromArray(SPECIES, means, meanAt + STEP);
            FloatVector mean2 = FloatVector.fromArray(SPECIES, means, meanAt + 2 * STEP);
            FloatVector mean3 = FloatVector.fromArray(SPECIES, means, meanAt + 3 * STEP);
            FloatVector scale0 = FloatVector.fromArray(SPECIES, scale, j);
            FloatVector scale1 = FloatVector.fromArray(SPECIES, scale, j + STEP);
            FloatVector scale2 = FloatVector.fromArray(SPECIES, scale, j + 2 * STEP);
            FloatVector scale3 = FloatVector.fromArray(SPECIES, scale, j + 3 * STEP);
            FloatVector beta0 = FloatVector.fromArray(SPECIES, betas, betaAt);
            FloatVector beta1 = FloatVector.fromArray(SPECIES, betas, betaAt + STEP);
            FloatVector beta2 = FloatVector.fromArray(SPECIES, betas, betaAt + 2 * STEP);
            FloatVector beta3 = FloatVector.fromArray(SPECIES, betas, betaAt + 3 * STEP);
            int from = x.index(first, j);
            int to = y.index(first, j);
            for (int i = 0; i < count; i++) {
                FloatVector z0 = FloatVector.fromArray(SPECIES, source, from).sub(mean0).fma(scale0, beta0);
                z0.blend(0f, z0.compare(VectorOperators.LE, 0f)).intoArray(target, to);
                FloatVector z1 = FloatVector.fromArray(SPECIES, source, from + STEP).sub(mean1).fma(scale1, beta1);
                z1.blend(0f, z1.compare(VectorOperators.LE, 0f)).intoArray(target, to + STEP);
                FloatVector z2 = FloatVector.fromArray(SPECIES, source, from + 2 * STEP).sub(mean2).fma(scale2, beta2);
                z2.blend(0f, z2.compare(VectorOperators.LE, 0f)).intoArray(target, to + 2 * STEP);
                FloatVector z3 = FloatVector.fromArray(SPECIES, source, from + 3 * STEP).sub(mean3).fma(scale3, beta3);
                z3.blend(0f, z3.compare(VectorOperators.LE, 0f)).intoArray(target, to + 3 * STEP);
                from += x.stride();
                to += y.stride();
            }
        }
        for (; j < columns; j += STEP) {
            rectifyEdge(x, first, count, mean, scale, beta, y, j);
        }
    }

    private static void rectifyEdge(Matrix x, int first, int count, Matrix mean, float[] scale, Matrix beta, Matrix y,
            int j) {
        VectorMask<Float> inRange = SPECIES.indexInRange(j, x.columns());
        FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), mean.offset() + j, inRange);
        FloatVector scale0 = FloatVector.fromArray(SPECIES, scale, j, inRange);
        FloatVector beta0 = FloatVector.fromArray(SPECIES, beta.data(), beta.offset() + j, inRange);
        for (int i = first; i < first + count; i++) {
            FloatVector z = FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), inRange).sub(mean0)
                    .fma(scale0, beta0);
            z.blend(0f, z.compare(VectorOperators.LE, 0f)).intoArray(y.data(), y.index(i, j), inRange);
        }
    }

    /// The same, and the rectifier's derivative; NaN stays NaN in both.
    static void rectifyAndDerive(Matrix x, int first, int count, Matrix mean, float[] scale, Matrix beta, Matrix y,
            Matrix slopes) {
        float[] source = x.data();
        float[] target = y.data();
        float[] slope = slopes.data();
        float[] means = mean.data();
        float[] betas = beta.data();
        int columns = x.columns();
        int j = 0;
        for (; j <= columns - 4 * STEP; j += 4 * STEP) {
            int meanAt = mean.offset() + j;
            int betaAt = beta.offset() + j;
            FloatVector mean0 = FloatVector.fromArray(SPECIES, means, meanAt);
            FloatVector mean1 = FloatVector.fromArray(SPECIES, means, meanAt + STEP);
            FloatVector mean2 = FloatVector.fromArray(SPECIES, means, meanAt + 2 * STEP);
            FloatVector mean3 = FloatVector.fromArray(SPECIES, means, meanAt + 3 * STEP);
            FloatVector scale0 = FloatVector.fromArray(SPECIES, scale, j);
            FloatVector scale1 = FloatVector.fromArray(SPECIES, scale, j + STEP);
            FloatVector scale2 = FloatVector.fromArray(SPECIES, scale, j + 2 * STEP);
            FloatVector scale3 = FloatVector.fromArray(SPECIES, scale, j + 3 * STEP);
            FloatVector beta0 = FloatVector.fromArray(SPECIES, betas, betaAt);
            FloatVector beta1 = FloatVector.fromArray(SPECIES, betas, betaAt + STEP);
            FloatVector beta2 = FloatVector.fromArray(SPECIES, betas, betaAt + 2 * STEP);
            FloatVector beta3 = FloatVector.fromArray(SPECIES, betas, betaAt + 3 * STEP);
            int from = x.index(first, j);
            int to = y.index(first, j);
            int slopeTo = slopes.index(first, j);
            for (int i = 0; i < count; i++) {
                FloatVector z0 = FloatVector.fromArray(SPECIES, source, from).sub(mean0).fma(scale0, beta0);
                FloatVector y0 = z0.blend(0f, z0.compare(VectorOperators.LE, 0f));
                y0.intoArray(target, to);
                y0.blend(1f, y0.compare(VectorOperators.GT, 0f)).intoArray(slope, slopeTo);
                FloatVector z1 = FloatVector.fromArray(SPECIES, source, from + STEP).sub(mean1).fma(scale1, beta1);
                FloatVector y1 = z1.blend(0f, z1.compare(VectorOperators.LE, 0f));
                y1.intoArray(target, to + STEP);
                y1.blend(1f, y1.compare(VectorOperators.GT, 0f)).intoArray(slope, slopeTo + STEP);
                FloatVector z2 = FloatVector.fromArray(SPECIES, source, from + 2 * STEP).sub(mean2).fma(scale2, beta2);
                FloatVector y2 = z2.blend(0f, z2.compare(VectorOperators.LE, 0f));
                y2.intoArray(target, to + 2 * STEP);
                y2.blend(1f, y2.compare(VectorOperators.GT, 0f)).intoArray(slope, slopeTo + 2 * STEP);
                FloatVector z3 = FloatVector.fromArray(SPECIES, source, from + 3 * STEP).sub(mean3).fma(scale3, beta3);
                FloatVector y3 = z3.blend(0f, z3.compare(VectorOperators.LE, 0f));
                y3.intoArray(target, to + 3 * STEP);
                y3.blend(1f, y3.compare(VectorOperators.GT, 0f)).intoArray(slope, slopeTo + 3 * STEP);
                from += x.stride();
                to += y.stride();
                slopeTo += slopes.stride();
            }
        }
        for (; j < columns; j += STEP) {
            rectifyAndDeriveEdge(x, first, count, mean, scale, beta, y, slopes, j);
        }
    }

    private static void rectifyAndDeriveEdge(Matrix x, int first, int count, Matrix mean, float[] scale, Matrix beta,
            Matrix y, Matrix slopes, int j) {
        VectorMask<Float> inRange = SPECIES.indexInRange(j, x.columns());
        FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), mean.offset() + j, inRange);
        FloatVector scale0 = FloatVector.fromArray(SPECIES, scale, j, inRange);
        FloatVector beta0 = FloatVector.fromArray(SPECIES, beta.data(), beta.offset() + j, inRange);
        for (int i = first; i < first + count; i++) {
            FloatVector z = FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), inRange).sub(mean0)
                    .fma(scale0, beta0);
            FloatVector y0 = z.blend(0f, z.compare(VectorOperators.LE, 0f));
            y0.intoArray(y.data(), y.index(i, j), inRange);
            y0.blend(1f, y0.compare(VectorOperators.GT, 0f)).intoArray(slopes.data(), slopes.index(i, j), inRange);
        }
    }

    /// dBeta ← dBeta + Σ g and dGamma ← fma(g, d, ·) down the panel.
    static void addGradients(Matrix x, int first, int count, Matrix mean, Matrix derivative, Matrix dy, Matrix dGamma,
            Matrix dBeta) {
        float[] source = x.data();
        float[] gradients = dy.data();
        int columns = x.columns();
        int j = 0;
        for (; j <= columns - 2 * STEP; j += 2 * STEP) {
            int meanAt = mean.offset() + j;
            int sumAt = dBeta.offset() + j;
            int productAt = dGamma.offset() + j;
            FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), meanAt);
            FloatVector mean1 = FloatVector.fromArray(SPECIES, mean.data(), meanAt + STEP);
            FloatVector sum0 = FloatVector.fromArray(SPECIES, dBeta.data(), sumAt);
            FloatVector sum1 = FloatVector.fromArray(SPECIES, dBeta.data(), sumAt + STEP);
            FloatVector product0 = FloatVector.fromArray(SPECIES, dGamma.data(), productAt);
            FloatVector product1 = FloatVector.fromArray(SPECIES, dGamma.data(), productAt + STEP);
            for (int i = first; i < first + count; i++) {
                int at = x.index(i, j);
                int gradientAt = dy.index(i, j);
                FloatVector d0 = FloatVector.fromArray(SPECIES, source, at).sub(mean0);
                FloatVector d1 = FloatVector.fromArray(SPECIES, source, at + STEP).sub(mean1);
                FloatVector g0 = FloatVector.fromArray(SPECIES, gradients, gradientAt);
                FloatVector g1 = FloatVector.fromArray(SPECIES, gradients, gradientAt + STEP);
                if (derivative != null) {
                    int slopeAt = derivative.index(i, j);
                    g0 = g0.mul(FloatVector.fromArray(SPECIES, derivative.data(), slopeAt));
                    g1 = g1.mul(FloatVector.fromArray(SPECIES, derivative.data(), slopeAt + STEP));
                }
                sum0 = sum0.add(g0);
                sum1 = sum1.add(g1);
                product0 = g0.fma(d0, product0);
                product1 = g1.fma(d1, product1);
            }
            sum0.intoArray(dBeta.data(), sumAt);
            sum1.intoArray(dBeta.data(), sumAt + STEP);
            product0.intoArray(dGamma.data(), productAt);
            product1.intoArray(dGamma.data(), productAt + STEP);
        }
        for (; j < columns; j += STEP) {
            addGradientsEdge(x, first, count, mean, derivative, dy, dGamma, dBeta, j);
        }
    }

    private static void addGradientsEdge(Matrix x, int first, int count, Matrix mean, Matrix derivative, Matrix dy,
            Matrix dGamma, Matrix dBeta, int j) {
        VectorMask<Float> inRange = SPECIES.indexInRange(j, x.columns());
        FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), mean.offset() + j, inRange);
        FloatVector sum = FloatVector.fromArray(SPECIES, dBeta.data(), dBeta.offset() + j, inRange);
        FloatVector product = FloatVector.fromArray(SPECIES, dGamma.data(), dGamma.offset() + j, inRange);
        for (int i = first; i < first + count; i++) {
            FloatVector d = FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), inRange).sub(mean0);
            FloatVector g = FloatVector.fromArray(SPECIES, dy.data(), dy.index(i, j), inRange);
            if (derivative != null) {
                g = g.mul(FloatVector.fromArray(SPECIES, derivative.data(), derivative.index(i, j), inRange));
            }
            sum = sum.add(g);
            product = g.fma(d, product);
        }
        sum.intoArray(dBeta.data(), dBeta.offset() + j, inRange);
        product.intoArray(dGamma.data(), dGamma.offset() + j, inRange);
    }

    /// dx ← scale·fma(d, −slope, g − mean gradient).
    ///
    /// @param factors the columns' scales, mean gradients and −slopes, one row after the other
    static void inputGradients(Matrix x, int first, int count, Matrix mean, Matrix derivative, Matrix dy,
            float[] factors, Matrix dx) {
        float[] source = x.data();
        float[] gradients = dy.data();
        float[] target = dx.data();
        int columns = x.columns();
        int j = 0;
        for (; j <= columns - 2 * STEP; j += 2 * STEP) {
            int meanAt = mean.offset() + j;
            FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), meanAt);
            FloatVector mean1 = FloatVector.fromArray(SPECIES, mean.data(), meanAt + STEP);
            FloatVector scale0 = FloatVector.fromArray(SPECIES, factors, j);
            FloatVector scale1 = FloatVector.fromArray(SPECIES, factors, j + STEP);
            FloatVector center0 = FloatVector.fromArray(SPECIES, factors, columns + j);
            FloatVector center1 = FloatVector.fromArray(SPECIES, factors, columns + j + STEP);
            FloatVector fall0 = FloatVector.fromArray(SPECIES, factors, 2 * columns + j);
            FloatVector fall1 = FloatVector.fromArray(SPECIES, factors, 2 * columns + j + STEP);
            for (int i = first; i < first + count; i++) {
                int at = x.index(i, j);
                int gradientAt = dy.index(i, j);
                FloatVector d0 = FloatVector.fromArray(SPECIES, source, at).sub(mean0);
                FloatVector d1 = FloatVector.fromArray(SPECIES, source, at + STEP).sub(mean1);
                FloatVector g0 = FloatVector.fromArray(SPECIES, gradients, gradientAt);
                FloatVector g1 = FloatVector.fromArray(SPECIES, gradients, gradientAt + STEP);
                if (derivative != null) {
                    int slopeAt = derivative.index(i, j);
                    g0 = g0.mul(FloatVector.fromArray(SPECIES, derivative.data(), slopeAt));
                    g1 = g1.mul(FloatVector.fromArray(SPECIES, derivative.data(), slopeAt + STEP));
                }
                int to = dx.index(i, j);
                d0.fma(fall0, g0.sub(center0)).mul(scale0).intoArray(target, to);
                d1.fma(fall1, g1.sub(center1)).mul(scale1).intoArray(target, to + STEP);
            }
        }
        for (; j < columns; j += STEP) {
            inputGradientsEdge(x, first, count, mean, derivative, dy, factors, dx, j);
        }
    }

    private static void inputGradientsEdge(Matrix x, int first, int count, Matrix mean, Matrix derivative, Matrix dy,
            float[] factors, Matrix dx, int j) {
        int columns = x.columns();
        VectorMask<Float> inRange = SPECIES.indexInRange(j, columns);
        FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), mean.offset() + j, inRange);
        FloatVector scale = FloatVector.fromArray(SPECIES, factors, j, inRange);
        FloatVector center = FloatVector.fromArray(SPECIES, factors, columns + j, inRange);
        FloatVector fall = FloatVector.fromArray(SPECIES, factors, 2 * columns + j, inRange);
        for (int i = first; i < first + count; i++) {
            FloatVector d = FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), inRange).sub(mean0);
            FloatVector g = FloatVector.fromArray(SPECIES, dy.data(), dy.index(i, j), inRange);
            if (derivative != null) {
                g = g.mul(FloatVector.fromArray(SPECIES, derivative.data(), derivative.index(i, j), inRange));
            }
            d.fma(fall, g.sub(center)).mul(scale).intoArray(dx.data(), dx.index(i, j), inRange);
        }
    }
}
