// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.normalization;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.lanes.Species;

/// The loops of batch norm.
///
/// Those that sum take a panel of rows, `first` to `first + count`, along its columns, two vectors at a time: what
/// belongs to a column stays in registers for the whole panel, and memory is read in as many streams as the panel has
/// rows. The columns that are left at the right edge go one vector at a time, under masks. Those that write go along
/// one row after the other: several streams of stores took up to twice as long out of the second-level cache.
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

    /// y ← fma(x − mean, scale, beta) for `count` rows from `first` on, a row at a time, from the last, which the
    /// caches still hold, to the first. Two rows at a time would load what belongs to the columns half as often, but
    /// took 1.3 to 1.6 times as long from 256×512 on.
    static void normalize(Matrix x, Matrix mean, float[] scale, Matrix beta, Matrix y, int first, int count) {
        float[] source = x.data();
        float[] target = y.data();
        float[] means = mean.data();
        float[] betas = beta.data();
        int columns = x.columns();
        int bound = SPECIES.loopBound(columns);
        int meanAt = mean.offset();
        int betaAt = beta.offset();
        VectorMask<Float> tail = SPECIES.indexInRange(bound, columns);
        for (int i = first + count - 1; i >= first; i--) {
            int from = x.index(i, 0);
            int to = y.index(i, 0);
            int j = 0;
            for (; j < bound; j += STEP) {
                FloatVector d = FloatVector.fromArray(SPECIES, source, from + j)
                        .sub(FloatVector.fromArray(SPECIES, means, meanAt + j));
                FloatVector factor = FloatVector.fromArray(SPECIES, scale, j);
                FloatVector z = d.fma(factor, FloatVector.fromArray(SPECIES, betas, betaAt + j));
                z.intoArray(target, to + j);
            }
            if (j < columns) {
                FloatVector d = FloatVector.fromArray(SPECIES, source, from + j, tail)
                        .sub(FloatVector.fromArray(SPECIES, means, meanAt + j, tail));
                FloatVector factor = FloatVector.fromArray(SPECIES, scale, j, tail);
                FloatVector z = d.fma(factor, FloatVector.fromArray(SPECIES, betas, betaAt + j, tail));
                z.intoArray(target, to + j, tail);
            }
        }
    }

    /// The same with the rectifier; NaN stays NaN. A kernel of its own: a switch in the loop took a third longer.
    ///
    /// @param derivative receives the rectifier's derivative, NaN for NaN; null for none. It has a loop of its own,
    ///     while the row is hot: two streams of stores in one loop took longer.
    static void rectify(Matrix x, Matrix mean, float[] scale, Matrix beta, Matrix y, Matrix derivative) {
        float[] source = x.data();
        float[] target = y.data();
        float[] means = mean.data();
        float[] betas = beta.data();
        int columns = x.columns();
        int bound = SPECIES.loopBound(columns);
        int meanAt = mean.offset();
        int betaAt = beta.offset();
        VectorMask<Float> tail = SPECIES.indexInRange(bound, columns);
        for (int i = x.rows() - 1; i >= 0; i--) {
            int from = x.index(i, 0);
            int to = y.index(i, 0);
            int j = 0;
            for (; j < bound; j += STEP) {
                FloatVector d = FloatVector.fromArray(SPECIES, source, from + j)
                        .sub(FloatVector.fromArray(SPECIES, means, meanAt + j));
                FloatVector factor = FloatVector.fromArray(SPECIES, scale, j);
                FloatVector z = d.fma(factor, FloatVector.fromArray(SPECIES, betas, betaAt + j));
                z.blend(0f, z.compare(VectorOperators.LE, 0f)).intoArray(target, to + j);
            }
            if (j < columns) {
                FloatVector d = FloatVector.fromArray(SPECIES, source, from + j, tail)
                        .sub(FloatVector.fromArray(SPECIES, means, meanAt + j, tail));
                FloatVector factor = FloatVector.fromArray(SPECIES, scale, j, tail);
                FloatVector z = d.fma(factor, FloatVector.fromArray(SPECIES, betas, betaAt + j, tail));
                z.blend(0f, z.compare(VectorOperators.LE, 0f)).intoArray(target, to + j, tail);
            }
            if (derivative != null) {
                int slopeTo = derivative.index(i, 0);
                for (j = 0; j < bound; j += STEP) {
                    FloatVector value = FloatVector.fromArray(SPECIES, target, to + j);
                    value.blend(1f, value.compare(VectorOperators.GT, 0f))
                            .intoArray(derivative.data(), slopeTo + j);
                }
                if (j < columns) {
                    FloatVector value = FloatVector.fromArray(SPECIES, target, to + j, tail);
                    value.blend(1f, value.compare(VectorOperators.GT, 0f))
                            .intoArray(derivative.data(), slopeTo + j, tail);
                }
            }
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

    /// dx ← scale·fma(d, −slope, g − mean gradient), from the last row, which the caches still hold, to the first.
    ///
    /// @param factors the columns' scales, mean gradients and −slopes, one row after the other
    static void inputGradients(Matrix x, Matrix mean, Matrix derivative, Matrix dy, float[] factors, Matrix dx) {
        float[] source = x.data();
        float[] gradients = dy.data();
        float[] target = dx.data();
        float[] means = mean.data();
        int columns = x.columns();
        int bound = SPECIES.loopBound(columns);
        int meanAt = mean.offset();
        for (int i = x.rows() - 1; i >= 0; i--) {
            int from = x.index(i, 0);
            int gradientAt = dy.index(i, 0);
            int slopeAt = derivative == null ? 0 : derivative.index(i, 0);
            int to = dx.index(i, 0);
            for (int j = 0; j < bound; j += STEP) {
                FloatVector g = FloatVector.fromArray(SPECIES, gradients, gradientAt + j);
                if (derivative != null) {
                    g = g.mul(FloatVector.fromArray(SPECIES, derivative.data(), slopeAt + j));
                }
                FloatVector d = FloatVector.fromArray(SPECIES, source, from + j)
                        .sub(FloatVector.fromArray(SPECIES, means, meanAt + j));
                FloatVector fall = FloatVector.fromArray(SPECIES, factors, 2 * columns + j);
                d.fma(fall, g.sub(FloatVector.fromArray(SPECIES, factors, columns + j)))
                        .mul(FloatVector.fromArray(SPECIES, factors, j)).intoArray(target, to + j);
            }
        }
        if (bound < columns) {
            inputGradientsEdge(x, mean, derivative, dy, factors, dx, bound);
        }
    }

    /// A method of its own: with both, C1 runs out of virtual registers, and HotSpot may leave the method at a slow
    /// tier for good.
    private static void inputGradientsEdge(Matrix x, Matrix mean, Matrix derivative, Matrix dy, float[] factors,
            Matrix dx, int j) {
        int columns = x.columns();
        VectorMask<Float> tail = SPECIES.indexInRange(j, columns);
        for (int i = x.rows() - 1; i >= 0; i--) {
            FloatVector g = FloatVector.fromArray(SPECIES, dy.data(), dy.index(i, j), tail);
            if (derivative != null) {
                g = g.mul(FloatVector.fromArray(SPECIES, derivative.data(), derivative.index(i, j), tail));
            }
            FloatVector d = FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), tail)
                    .sub(FloatVector.fromArray(SPECIES, mean.data(), mean.offset() + j, tail));
            FloatVector fall = FloatVector.fromArray(SPECIES, factors, 2 * columns + j, tail);
            d.fma(fall, g.sub(FloatVector.fromArray(SPECIES, factors, columns + j, tail)))
                    .mul(FloatVector.fromArray(SPECIES, factors, j, tail)).intoArray(dx.data(), dx.index(i, j), tail);
        }
    }
}
