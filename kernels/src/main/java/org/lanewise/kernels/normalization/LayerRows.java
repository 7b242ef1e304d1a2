// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.normalization;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.lanes.LaneScratch;
import org.lanewise.kernels.lanes.Lanes;
import org.lanewise.kernels.lanes.Species;
import org.lanewise.kernels.lanes.VectorLanes;

/// The loops of layer norm.
///
/// Past a row's end, masks make zeros of x, of the gradient and of their differences to a mean: a zero leaves a sum as
/// it is, for no sum that starts from +0 is ever −0. The tails add to the lanes without the helpers of [VectorLanes]:
/// C2 finds tails cold at first, does not inline calls there, and would box the vectors for good.
final class LayerRows {

    /// What [#statistics] and [#gradientFactors] write for a row: the mean's two floats and the inverse deviation, and
    /// the latter the mean gradient and −slope, too.
    static final int FACTORS = 5;

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();
    private static final boolean ALL_IN_ONE = STEP == Lanes.COUNT;

    private LayerRows() {
    }

    /// Mean and inverse deviation of a row, block by block.
    static void statistics(Matrix x, int row, float epsilon, LaneScratch scratch, float[] factors, int at) {
        float[] data = x.data();
        int columns = x.columns();
        int from = x.index(row, 0);
        float anchor = data[from];
        scratch.tree.clear();
        for (int first = 0; first < columns; first += Lanes.BLOCK) {
            int count = Math.min(columns - first, Lanes.BLOCK);
            scratch.tree.add(sumOfDistances(data, from + first, count, anchor, scratch.lanes));
        }
        double exactMean = ScalarNormalization.rowMean(anchor, scratch.tree.total(), x, row);
        float mean = (float) exactMean;
        float rest = (float) (exactMean - mean);
        scratch.tree.clear();
        for (int first = 0; first < columns; first += Lanes.BLOCK) {
            int count = Math.min(columns - first, Lanes.BLOCK);
            scratch.tree.add(sumOfSquares(data, from + first, count, mean, rest, scratch.lanes));
        }
        double variance = scratch.tree.total() / columns;
        if (!(variance < Double.POSITIVE_INFINITY)) {
            variance = ScalarNormalization.wideRowVariance(x, row, exactMean);
        }
        factors[at] = mean;
        factors[at + 1] = rest;
        factors[at + 2] = (float) (1 / Math.sqrt(variance + epsilon));
    }

    /// Writes what [#statistics] found to where the caller wants it.
    static void store(float[] factors, int at, int row, Matrix mean, Matrix inverseDeviation) {
        mean.data()[mean.index(0, row)] = factors[at];
        if (mean.rows() == 2) {
            mean.data()[mean.index(1, row)] = factors[at + 1];
        }
        inverseDeviation.data()[inverseDeviation.index(0, row)] = factors[at + 2];
    }

    /// Σ (x − anchor) over a block.
    private static float sumOfDistances(float[] x, int at, int n, float anchor, float[] lanes) {
        int bound = SPECIES.loopBound(n);
        FloatVector sum = VectorLanes.start(lanes);
        int j = 0;
        for (; j < bound; j += STEP) {
            sum = VectorLanes.add(sum, lanes, j, FloatVector.fromArray(SPECIES, x, at + j).sub(anchor));
        }
        if (j < n) {
            VectorMask<Float> tail = SPECIES.indexInRange(j, n);
            FloatVector d = FloatVector.fromArray(SPECIES, x, at + j, tail).sub(anchor, tail);
            if (ALL_IN_ONE) {
                sum = sum.add(d);
            } else {
                int lane = Lanes.of(j);
                FloatVector.fromArray(SPECIES, lanes, lane).add(d).intoArray(lanes, lane);
            }
        }
        return VectorLanes.total(sum, lanes);
    }

    /// Σ d² over a block, with d = (x − mean) − rest.
    private static float sumOfSquares(float[] x, int at, int n, float mean, float rest, float[] lanes) {
        int bound = SPECIES.loopBound(n);
        FloatVector sum = VectorLanes.start(lanes);
        int j = 0;
        for (; j < bound; j += STEP) {
            FloatVector d = FloatVector.fromArray(SPECIES, x, at + j).sub(mean).sub(rest);
            sum = VectorLanes.addProduct(sum, lanes, j, d, d);
        }
        if (j < n) {
            VectorMask<Float> tail = SPECIES.indexInRange(j, n);
            FloatVector d = FloatVector.fromArray(SPECIES, x, at + j, tail).sub(mean, tail).sub(rest, tail);
            if (ALL_IN_ONE) {
                sum = d.fma(d, sum);
            } else {
                int lane = Lanes.of(j);
                d.fma(d, FloatVector.fromArray(SPECIES, lanes, lane)).intoArray(lanes, lane);
            }
        }
        return VectorLanes.total(sum, lanes);
    }

    /// y ← fma(((x − mean) − rest)·inverseDeviation, gamma, beta) of rows `first` to `first + count`.
    static void normalize(Matrix x, int first, int count, float[] factors, Matrix gamma, Matrix beta, Matrix y) {
        float[] source = x.data();
        float[] target = y.data();
        float[] gammas = gamma.data();
        float[] betas = beta.data();
        int columns = x.columns();
        int bound = SPECIES.loopBound(columns);
        int gammaAt = gamma.offset();
        int betaAt = beta.offset();
        VectorMask<Float> tail = SPECIES.indexInRange(bound, columns);
        for (int i = 0; i < count; i++) {
            int from = x.index(first + i, 0);
            int to = y.index(first + i, 0);
            float mean = factors[FACTORS * i];
            float rest = factors[FACTORS * i + 1];
            float inverse = factors[FACTORS * i + 2];
            int j = 0;
            for (; j < bound; j += STEP) {
                FloatVector scale = FloatVector.fromArray(SPECIES, gammas, gammaAt + j);
                FloatVector shift = FloatVector.fromArray(SPECIES, betas, betaAt + j);
                FloatVector.fromArray(SPECIES, source, from + j).sub(mean).sub(rest).mul(inverse).fma(scale, shift)
                        .intoArray(target, to + j);
            }
            if (j < columns) {
                FloatVector scale = FloatVector.fromArray(SPECIES, gammas, gammaAt + j, tail);
                FloatVector shift = FloatVector.fromArray(SPECIES, betas, betaAt + j, tail);
                FloatVector.fromArray(SPECIES, source, from + j, tail).sub(mean).sub(rest).mul(inverse)
                        .fma(scale, shift).intoArray(target, to + j, tail);
            }
        }
    }

    /// The sums along one row, as the factors that [#inputGradients] needs.
    static void gradientFactors(Matrix x, int row, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix dy,
            LaneScratch scratch, float[] factors, int factorsAt) {
        int columns = x.columns();
        float rowMean = mean.data()[mean.index(0, row)];
        float rest = mean.data()[mean.index(1, row)];
        float inverse = inverseDeviation.data()[inverseDeviation.index(0, row)];
        factors[factorsAt] = rowMean;
        factors[factorsAt + 1] = rest;
        factors[factorsAt + 2] = inverse;
        scratch.tree.clear();
        scratch.tree2.clear();
        for (int first = 0; first < columns; first += Lanes.BLOCK) {
            gradientSums(x.data(), x.index(row, first), gamma.data(), gamma.index(0, first), dy.data(),
                    dy.index(row, first), Math.min(columns - first, Lanes.BLOCK), factors, factorsAt, scratch);
            scratch.tree.add(factors[factorsAt + 3]);
            scratch.tree2.add(factors[factorsAt + 4]);
        }
        factors[factorsAt + 3] = (float) (scratch.tree.total() / columns);
        factors[factorsAt + 4] = -(float) (scratch.tree2.total() / columns);
    }

    /// Σ g and Σ fma(g, x̂, ·) over a block, with g = dy·gamma: written to where the mean gradient and −slope belong.
    private static void gradientSums(float[] x, int at, float[] gammas, int gammaAt, float[] gradients, int gradientAt,
            int n, float[] factors, int factorsAt, LaneScratch scratch) {
        float mean = factors[factorsAt];
        float rest = factors[factorsAt + 1];
        float inverse = factors[factorsAt + 2];
        float[] sumLanes = scratch.lanes;
        float[] productLanes = scratch.lanes2;
        FloatVector sum = VectorLanes.start(sumLanes);
        FloatVector product = VectorLanes.start(productLanes);
        int j = 0;
        for (; j < SPECIES.loopBound(n); j += STEP) {
            FloatVector normalized = FloatVector.fromArray(SPECIES, x, at + j).sub(mean).sub(rest).mul(inverse);
            FloatVector g = FloatVector.fromArray(SPECIES, gradients, gradientAt + j)
                    .mul(FloatVector.fromArray(SPECIES, gammas, gammaAt + j));
            sum = VectorLanes.add(sum, sumLanes, j, g);
            product = VectorLanes.addProduct(product, productLanes, j, g, normalized);
        }
        if (j < n) {
            VectorMask<Float> tail = SPECIES.indexInRange(j, n);
            FloatVector normalized = FloatVector.fromArray(SPECIES, x, at + j, tail).sub(mean, tail).sub(rest, tail)
                    .lanewise(VectorOperators.MUL, inverse, tail);
            FloatVector g = FloatVector.fromArray(SPECIES, gradients, gradientAt + j, tail)
                    .mul(FloatVector.fromArray(SPECIES, gammas, gammaAt + j, tail));
            if (ALL_IN_ONE) {
                sum = sum.add(g);
                product = g.fma(normalized, product);
            } else {
                int lane = Lanes.of(j);
                FloatVector.fromArray(SPECIES, sumLanes, lane).add(g).intoArray(sumLanes, lane);
                g.fma(normalized, FloatVector.fromArray(SPECIES, productLanes, lane)).intoArray(productLanes, lane);
            }
        }
        factors[factorsAt + 3] = VectorLanes.total(sum, sumLanes);
        factors[factorsAt + 4] = VectorLanes.total(product, productLanes);
    }

    /// Down a panel of rows, `first` to `first + count`: dx ← inverseDeviation·fma(x̂, −slope, g − mean gradient), and
    /// the sums of dy and of fma(dy, x̂, ·).
    ///
    /// @param factors of the panel's rows, one after the other
    /// @param sums receives the sums at `sumsAt` and `productsAt`, in whole vectors
    static void inputGradients(Matrix x, int first, int count, Matrix gamma, Matrix dy, float[] factors, Matrix dx,
            float[] sums, int sumsAt, int productsAt) {
        float[] source = x.data();
        float[] gradients = dy.data();
        float[] target = dx.data();
        int columns = x.columns();
        int j = 0;
        for (; j <= columns - 2 * STEP; j += 2 * STEP) {
            int gammaAt = gamma.offset() + j;
            FloatVector gamma0 = FloatVector.fromArray(SPECIES, gamma.data(), gammaAt);
            FloatVector gamma1 = FloatVector.fromArray(SPECIES, gamma.data(), gammaAt + STEP);
            FloatVector sum0 = FloatVector.zero(SPECIES);
            FloatVector sum1 = sum0;
            FloatVector product0 = sum0;
            FloatVector product1 = sum0;
            for (int i = 0; i < count; i++) {
                int at = x.index(first + i, j);
                int gradientAt = dy.index(first + i, j);
                int to = dx.index(first + i, j);
                float mean = factors[FACTORS * i];
                float rest = factors[FACTORS * i + 1];
                float inverse = factors[FACTORS * i + 2];
                float center = factors[FACTORS * i + 3];
                FloatVector fall = FloatVector.broadcast(SPECIES, factors[FACTORS * i + 4]);
                FloatVector x0 = FloatVector.fromArray(SPECIES, source, at).sub(mean).sub(rest).mul(inverse);
                FloatVector x1 = FloatVector.fromArray(SPECIES, source, at + STEP).sub(mean).sub(rest).mul(inverse);
                FloatVector g0 = FloatVector.fromArray(SPECIES, gradients, gradientAt);
                FloatVector g1 = FloatVector.fromArray(SPECIES, gradients, gradientAt + STEP);
                product0 = g0.fma(x0, product0);
                product1 = g1.fma(x1, product1);
                sum0 = sum0.add(g0);
                sum1 = sum1.add(g1);
                x0.fma(fall, g0.mul(gamma0).sub(center)).mul(inverse).intoArray(target, to);
                x1.fma(fall, g1.mul(gamma1).sub(center)).mul(inverse).intoArray(target, to + STEP);
            }
            product0.intoArray(sums, productsAt + j);
            product1.intoArray(sums, productsAt + j + STEP);
            sum0.intoArray(sums, sumsAt + j);
            sum1.intoArray(sums, sumsAt + j + STEP);
        }
        for (; j < columns; j += STEP) {
            inputGradientsEdge(x, first, count, gamma, dy, factors, dx, sums, sumsAt, productsAt, j);
        }
    }

    private static void inputGradientsEdge(Matrix x, int first, int count, Matrix gamma, Matrix dy, float[] factors,
            Matrix dx, float[] sums, int sumsAt, int productsAt, int j) {
        VectorMask<Float> inRange = SPECIES.indexInRange(j, x.columns());
        FloatVector gamma0 = FloatVector.fromArray(SPECIES, gamma.data(), gamma.offset() + j, inRange);
        FloatVector product = FloatVector.zero(SPECIES);
        FloatVector sum = product;
        for (int i = 0; i < count; i++) {
            float inverse = factors[FACTORS * i + 2];
            FloatVector fall = FloatVector.broadcast(SPECIES, factors[FACTORS * i + 4]);
            FloatVector normalized = FloatVector.fromArray(SPECIES, x.data(), x.index(first + i, j), inRange)
                    .sub(factors[FACTORS * i]).sub(factors[FACTORS * i + 1]).mul(inverse);
            FloatVector g = FloatVector.fromArray(SPECIES, dy.data(), dy.index(first + i, j), inRange);
            product = g.fma(normalized, product);
            sum = sum.add(g);
            normalized.fma(fall, g.mul(gamma0).sub(factors[FACTORS * i + 3])).mul(inverse)
                    .intoArray(dx.data(), dx.index(first + i, j), inRange);
        }
        product.intoArray(sums, productsAt + j);
        sum.intoArray(sums, sumsAt + j);
    }
}
