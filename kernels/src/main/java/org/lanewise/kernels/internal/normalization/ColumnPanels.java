// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.normalization;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.lanes.Species;

/// The loops of batch norm, but for its statistics ([VectorStatistics]).
///
/// The loop that sums takes a panel of rows, `first` to `first + count`, along its columns, two vectors at a time: the
/// sums of a column stay in registers for the whole panel, and memory is read in as many streams as the panel has rows.
/// Columns left at the right edge go one vector at a time, under masks. Loops that write take one row after the other:
/// several streams of stores took up to twice as long out of the second-level cache.
///
/// `rests`, the rounding errors of the means, lie in an array of their own or in the second row of the means.
///
/// Masked loads and stores are written out: C2 does not inline helpers around them once the helpers are compiled by
/// themselves, and then boxes the vectors. For the same reason each method does as little as possible: the compiler
/// stops inlining when a method has too many vector operations.
final class ColumnPanels {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();

    private ColumnPanels() {
    }

    /// y ← fma((x − mean) − rest, scale, beta) for `count` rows from `first` on, a row at a time, from the last to the
    /// first, because the caches still hold the last. Two rows at a time would load the columns' factors half as often,
    /// but took 1.3 to 1.6 times as long from 256×512 on.
    static void normalize(Matrix x, Matrix mean, float[] rests, int restsAt, float[] scale, Matrix beta, Matrix y,
            int first, int count) {
        float[] source = x.data();
        float[] target = y.data();
        float[] means = mean.data();
        float[] betas = beta.data();
        int columns = x.columns();
        int bound = SPECIES.loopBound(columns);
        int meanAt = mean.offset();
        int betaAt = beta.offset();
        if (bound < columns) {
            normalizeEdge(x, mean, rests, restsAt, scale, beta, y, first, count, bound);
        }
        for (int i = first + count - 1; i >= first; i--) {
            int from = x.index(i, 0);
            int to = y.index(i, 0);
            for (int j = 0; j < bound; j += STEP) {
                FloatVector d = FloatVector.fromArray(SPECIES, source, from + j)
                        .sub(FloatVector.fromArray(SPECIES, means, meanAt + j))
                        .sub(FloatVector.fromArray(SPECIES, rests, restsAt + j));
                FloatVector factor = FloatVector.fromArray(SPECIES, scale, j);
                FloatVector z = d.fma(factor, FloatVector.fromArray(SPECIES, betas, betaAt + j));
                z.intoArray(target, to + j);
            }
        }
    }

    /// The columns from `j` on, fewer than a vector. A method of its own: see [#inputGradientsEdge].
    private static void normalizeEdge(Matrix x, Matrix mean, float[] rests, int restsAt, float[] scale, Matrix beta,
            Matrix y, int first, int count, int j) {
        VectorMask<Float> tail = SPECIES.indexInRange(j, x.columns());
        FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), mean.offset() + j, tail);
        FloatVector rest0 = FloatVector.fromArray(SPECIES, rests, restsAt + j, tail);
        FloatVector factor = FloatVector.fromArray(SPECIES, scale, j, tail);
        FloatVector shift = FloatVector.fromArray(SPECIES, beta.data(), beta.offset() + j, tail);
        for (int i = first + count - 1; i >= first; i--) {
            FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), tail).sub(mean0).sub(rest0).fma(factor, shift)
                    .intoArray(y.data(), y.index(i, j), tail);
        }
    }

    /// The same with the rectifier; NaN stays NaN. A kernel of its own: a switch in the loop took a third longer.
    ///
    /// @param derivative receives the rectifier's derivative, NaN for NaN; null for none. It has a loop of its own,
    ///     while the row is in L1: two streams of stores in one loop took longer.
    static void rectify(Matrix x, Matrix mean, float[] rests, int restsAt, float[] scale, Matrix beta, Matrix y,
            Matrix derivative) {
        float[] source = x.data();
        float[] target = y.data();
        float[] means = mean.data();
        float[] betas = beta.data();
        int columns = x.columns();
        int bound = SPECIES.loopBound(columns);
        int meanAt = mean.offset();
        int betaAt = beta.offset();
        if (bound < columns) {
            rectifyEdge(x, mean, rests, restsAt, scale, beta, y, bound);
        }
        for (int i = x.rows() - 1; i >= 0; i--) {
            int from = x.index(i, 0);
            int to = y.index(i, 0);
            for (int j = 0; j < bound; j += STEP) {
                FloatVector d = FloatVector.fromArray(SPECIES, source, from + j)
                        .sub(FloatVector.fromArray(SPECIES, means, meanAt + j))
                        .sub(FloatVector.fromArray(SPECIES, rests, restsAt + j));
                FloatVector factor = FloatVector.fromArray(SPECIES, scale, j);
                FloatVector z = d.fma(factor, FloatVector.fromArray(SPECIES, betas, betaAt + j));
                z.blend(0f, z.compare(VectorOperators.LE, 0f)).intoArray(target, to + j);
            }
            if (derivative != null) {
                slopes(target, to, derivative.data(), derivative.index(i, 0), columns);
            }
        }
    }

    /// The columns from `j` on, fewer than a vector. A method of its own: see [#inputGradientsEdge].
    private static void rectifyEdge(Matrix x, Matrix mean, float[] rests, int restsAt, float[] scale, Matrix beta,
            Matrix y, int j) {
        VectorMask<Float> tail = SPECIES.indexInRange(j, x.columns());
        FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), mean.offset() + j, tail);
        FloatVector rest0 = FloatVector.fromArray(SPECIES, rests, restsAt + j, tail);
        FloatVector factor = FloatVector.fromArray(SPECIES, scale, j, tail);
        FloatVector shift = FloatVector.fromArray(SPECIES, beta.data(), beta.offset() + j, tail);
        for (int i = x.rows() - 1; i >= 0; i--) {
            FloatVector z = FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), tail).sub(mean0).sub(rest0)
                    .fma(factor, shift);
            z.blend(0f, z.compare(VectorOperators.LE, 0f)).intoArray(y.data(), y.index(i, j), tail);
        }
    }

    /// The rectifier's derivative of one row, from its value. A method of its own: see [#inputGradientsEdge].
    private static void slopes(float[] y, int at, float[] derivative, int to, int columns) {
        int bound = SPECIES.loopBound(columns);
        int j = 0;
        for (; j < bound; j += STEP) {
            FloatVector value = FloatVector.fromArray(SPECIES, y, at + j);
            value.blend(1f, value.compare(VectorOperators.GT, 0f)).intoArray(derivative, to + j);
        }
        if (j < columns) {
            VectorMask<Float> tail = SPECIES.indexInRange(j, columns);
            FloatVector value = FloatVector.fromArray(SPECIES, y, at + j, tail);
            value.blend(1f, value.compare(VectorOperators.GT, 0f)).intoArray(derivative, to + j, tail);
        }
    }

    /// Σ g and Σ fma(g, x̂, ·) down the panel, with x̂ = ((x − mean) − rest)·inverseDeviation.
    ///
    /// @param sums receives the first at `sumsAt` and the second at `productsAt`, in whole vectors
    static void addGradients(Matrix x, int first, int count, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, float[] sums, int sumsAt, int productsAt) {
        float[] source = x.data();
        float[] gradients = dy.data();
        int columns = x.columns();
        int j = 0;
        for (; j <= columns - 2 * STEP; j += 2 * STEP) {
            int meanAt = mean.offset() + j;
            int restAt = meanAt + mean.stride();
            int inverseAt = inverseDeviation.offset() + j;
            FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), meanAt);
            FloatVector mean1 = FloatVector.fromArray(SPECIES, mean.data(), meanAt + STEP);
            FloatVector rest0 = FloatVector.fromArray(SPECIES, mean.data(), restAt);
            FloatVector rest1 = FloatVector.fromArray(SPECIES, mean.data(), restAt + STEP);
            FloatVector inverse0 = FloatVector.fromArray(SPECIES, inverseDeviation.data(), inverseAt);
            FloatVector inverse1 = FloatVector.fromArray(SPECIES, inverseDeviation.data(), inverseAt + STEP);
            FloatVector sum0 = FloatVector.zero(SPECIES);
            FloatVector sum1 = sum0;
            FloatVector product0 = sum0;
            FloatVector product1 = sum0;
            for (int i = first; i < first + count; i++) {
                int at = x.index(i, j);
                int gradientAt = dy.index(i, j);
                FloatVector x0 = FloatVector.fromArray(SPECIES, source, at).sub(mean0).sub(rest0).mul(inverse0);
                FloatVector x1 = FloatVector.fromArray(SPECIES, source, at + STEP).sub(mean1).sub(rest1).mul(inverse1);
                FloatVector g0 = FloatVector.fromArray(SPECIES, gradients, gradientAt);
                FloatVector g1 = FloatVector.fromArray(SPECIES, gradients, gradientAt + STEP);
                if (derivative != null) {
                    int slopeAt = derivative.index(i, j);
                    FloatVector slope0 = FloatVector.fromArray(SPECIES, derivative.data(), slopeAt);
                    FloatVector slope1 = FloatVector.fromArray(SPECIES, derivative.data(), slopeAt + STEP);
                    g0 = slope0.lanewise(VectorOperators.MUL, g0, slope0.compare(VectorOperators.NE, 0f));
                    g1 = slope1.lanewise(VectorOperators.MUL, g1, slope1.compare(VectorOperators.NE, 0f));
                }
                sum0 = sum0.add(g0);
                sum1 = sum1.add(g1);
                product0 = g0.fma(x0, product0);
                product1 = g1.fma(x1, product1);
            }
            sum0.intoArray(sums, sumsAt + j);
            sum1.intoArray(sums, sumsAt + j + STEP);
            product0.intoArray(sums, productsAt + j);
            product1.intoArray(sums, productsAt + j + STEP);
        }
        for (; j < columns; j += STEP) {
            addGradientsEdge(x, first, count, mean, inverseDeviation, derivative, dy, sums, sumsAt, productsAt, j);
        }
    }

    private static void addGradientsEdge(Matrix x, int first, int count, Matrix mean, Matrix inverseDeviation,
            Matrix derivative, Matrix dy, float[] sums, int sumsAt, int productsAt, int j) {
        VectorMask<Float> inRange = SPECIES.indexInRange(j, x.columns());
        int meanAt = mean.offset() + j;
        FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), meanAt, inRange);
        FloatVector rest0 = FloatVector.fromArray(SPECIES, mean.data(), meanAt + mean.stride(), inRange);
        FloatVector inverse =
                FloatVector.fromArray(SPECIES, inverseDeviation.data(), inverseDeviation.offset() + j, inRange);
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector product = sum;
        for (int i = first; i < first + count; i++) {
            FloatVector normalized = FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), inRange).sub(mean0)
                    .sub(rest0).mul(inverse);
            FloatVector g = FloatVector.fromArray(SPECIES, dy.data(), dy.index(i, j), inRange);
            if (derivative != null) {
                FloatVector slope = FloatVector.fromArray(SPECIES, derivative.data(), derivative.index(i, j), inRange);
                g = slope.lanewise(VectorOperators.MUL, g, slope.compare(VectorOperators.NE, 0f));
            }
            sum = sum.add(g);
            product = g.fma(normalized, product);
        }
        sum.intoArray(sums, sumsAt + j);
        product.intoArray(sums, productsAt + j);
    }

    /// dx ← scale·fma(x̂, −slope, g − mean gradient), from the last row to the first, because the caches still hold the
    /// last.
    ///
    /// @param factors the columns' scales, mean gradients and −slopes, one row after the other
    static void inputGradients(Matrix x, Matrix mean, Matrix inverseDeviation, Matrix derivative, Matrix dy,
            float[] factors, Matrix dx) {
        float[] source = x.data();
        float[] gradients = dy.data();
        float[] target = dx.data();
        float[] means = mean.data();
        float[] inverses = inverseDeviation.data();
        int columns = x.columns();
        int bound = SPECIES.loopBound(columns);
        int meanAt = mean.offset();
        int restAt = meanAt + mean.stride();
        int inverseAt = inverseDeviation.offset();
        for (int i = x.rows() - 1; i >= 0; i--) {
            int from = x.index(i, 0);
            int gradientAt = dy.index(i, 0);
            int slopeAt = derivative == null ? 0 : derivative.index(i, 0);
            int to = dx.index(i, 0);
            for (int j = 0; j < bound; j += STEP) {
                FloatVector g = FloatVector.fromArray(SPECIES, gradients, gradientAt + j);
                if (derivative != null) {
                    FloatVector slope = FloatVector.fromArray(SPECIES, derivative.data(), slopeAt + j);
                    g = slope.lanewise(VectorOperators.MUL, g, slope.compare(VectorOperators.NE, 0f));
                }
                FloatVector normalized = FloatVector.fromArray(SPECIES, source, from + j)
                        .sub(FloatVector.fromArray(SPECIES, means, meanAt + j))
                        .sub(FloatVector.fromArray(SPECIES, means, restAt + j))
                        .mul(FloatVector.fromArray(SPECIES, inverses, inverseAt + j));
                FloatVector fall = FloatVector.fromArray(SPECIES, factors, 2 * columns + j);
                normalized.fma(fall, g.sub(FloatVector.fromArray(SPECIES, factors, columns + j)))
                        .mul(FloatVector.fromArray(SPECIES, factors, j)).intoArray(target, to + j);
            }
        }
        if (bound < columns) {
            if (derivative != null) {
                selectGradientsEdge(derivative, dy, dx, bound);
            }
            centerGradientsEdge(derivative == null ? dy : dx, factors, dx, bound);
            inputGradientsEdge(x, mean, inverseDeviation, factors, dx, bound);
        }
    }

    /// dx ← derivative·dy in the columns from `j` on; 0 where the derivative is.
    private static void selectGradientsEdge(Matrix derivative, Matrix dy, Matrix dx, int j) {
        VectorMask<Float> tail = SPECIES.indexInRange(j, dx.columns());
        for (int i = 0; i < dx.rows(); i++) {
            FloatVector g = FloatVector.fromArray(SPECIES, dy.data(), dy.index(i, j), tail);
            FloatVector slope = FloatVector.fromArray(SPECIES, derivative.data(), derivative.index(i, j), tail);
            slope.lanewise(VectorOperators.MUL, g, slope.compare(VectorOperators.NE, 0f))
                    .intoArray(dx.data(), dx.index(i, j), tail);
        }
    }

    /// dx ← g − mean gradient.
    ///
    /// @param g the gradients, times the derivative where there is one; may be dx
    private static void centerGradientsEdge(Matrix g, float[] factors, Matrix dx, int j) {
        int columns = dx.columns();
        VectorMask<Float> tail = SPECIES.indexInRange(j, columns);
        FloatVector center = FloatVector.fromArray(SPECIES, factors, columns + j, tail);
        for (int i = dx.rows() - 1; i >= 0; i--) {
            FloatVector.fromArray(SPECIES, g.data(), g.index(i, j), tail).sub(center)
                    .intoArray(dx.data(), dx.index(i, j), tail);
        }
    }

    /// dx ← scale·fma(x̂, −slope, dx). This and the methods before it are separate, for with more in one method C1 runs
    /// out of virtual registers, and HotSpot may leave the method at a slow tier for good. Each masked load or store
    /// takes some 20 KB of C1's code; at nine it gave up in some programs.
    private static void inputGradientsEdge(Matrix x, Matrix mean, Matrix inverseDeviation, float[] factors, Matrix dx,
            int j) {
        int columns = x.columns();
        VectorMask<Float> tail = SPECIES.indexInRange(j, columns);
        int meanAt = mean.offset() + j;
        FloatVector mean0 = FloatVector.fromArray(SPECIES, mean.data(), meanAt, tail);
        FloatVector rest0 = FloatVector.fromArray(SPECIES, mean.data(), meanAt + mean.stride(), tail);
        FloatVector inverse =
                FloatVector.fromArray(SPECIES, inverseDeviation.data(), inverseDeviation.offset() + j, tail);
        FloatVector scale = FloatVector.fromArray(SPECIES, factors, j, tail);
        FloatVector fall = FloatVector.fromArray(SPECIES, factors, 2 * columns + j, tail);
        for (int i = x.rows() - 1; i >= 0; i--) {
            FloatVector centered = FloatVector.fromArray(SPECIES, dx.data(), dx.index(i, j), tail);
            FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), tail).sub(mean0).sub(rest0).mul(inverse)
                    .fma(fall, centered).mul(scale).intoArray(dx.data(), dx.index(i, j), tail);
        }
    }
}
