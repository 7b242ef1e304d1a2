// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.normalization;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.lanes.LaneScratch;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.lanes.Species;
import org.lanewise.kernels.internal.lanes.VectorLanes;

/// The loops of layer norm.
///
/// Past a row's end, masks make x, the gradient and their differences to a mean zero. Adding zero leaves a sum as it
/// is, for no sum that starts from +0 is ever −0.
///
/// The sums of a row are taken in the virtual lanes of [Lanes]. With 16 hardware lanes they stay in a register until
/// the row ends, otherwise they go through the array of lanes. Each step writes that out, as [VectorLanes] explains:
/// where C2 finds the loop or its tail cold, it does not inline a helper and boxes the vectors for good.
final class LayerRows {

    /// The factors of a row: [#statistics] writes the mean's two floats and the inverse deviation; [#gradientFactors]
    /// also writes the mean gradient and −slope.
    static final int FACTORS = 5;

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();
    private static final boolean ONE_REGISTER = VectorLanes.ONE_REGISTER;

    private LayerRows() {
    }

    /// Mean and inverse deviation of two rows, block by block, side by side so that their chains overlap. The last row
    /// of an odd number is paired with itself.
    static void statistics(Matrix x, int row0, int row1, float epsilon, LaneScratch scratch, float[] factors, int at0,
            int at1) {
        float[] data = x.data();
        int columns = x.columns();
        int from0 = x.index(row0, 0);
        int from1 = x.index(row1, 0);
        float[] sums = scratch.block;
        scratch.tree.clear();
        scratch.tree2.clear();
        for (int first = 0; first < columns; first += Lanes.ROW_BLOCK) {
            int count = Math.min(columns - first, Lanes.ROW_BLOCK);
            sumDistances(data, from0 + first, from1 + first, count, data[from0], data[from1], scratch.lanes,
                    scratch.lanes2, sums);
            scratch.tree.add(sums[0]);
            scratch.tree2.add(sums[1]);
        }
        double mean0 = ScalarNormalization.rowMean(data[from0], scratch.tree.total(), x, row0);
        double mean1 = ScalarNormalization.rowMean(data[from1], scratch.tree2.total(), x, row1);
        factors[at0] = (float) mean0;
        factors[at1] = (float) mean1;
        factors[at0 + 1] = (float) (mean0 - factors[at0]);
        factors[at1 + 1] = (float) (mean1 - factors[at1]);
        scratch.tree.clear();
        scratch.tree2.clear();
        for (int first = 0; first < columns; first += Lanes.ROW_BLOCK) {
            int count = Math.min(columns - first, Lanes.ROW_BLOCK);
            sumSquares(data, from0 + first, from1 + first, count, factors, at0, at1, scratch.lanes, scratch.lanes2,
                    sums);
            scratch.tree.add(sums[0]);
            scratch.tree2.add(sums[1]);
        }
        double perColumn = 1.0 / columns;
        factors[at0 + 2] = ScalarNormalization.rowInverse((float) (scratch.tree.total() * perColumn), epsilon, x, row0,
                mean0);
        factors[at1 + 2] = ScalarNormalization.rowInverse((float) (scratch.tree2.total() * perColumn), epsilon, x, row1,
                mean1);
    }

    /// Copies the results of [#statistics] to the caller's matrices.
    static void store(float[] factors, int at, int row, Matrix mean, Matrix inverseDeviation) {
        mean.data()[mean.index(0, row)] = factors[at];
        if (mean.rows() == 2) {
            mean.data()[mean.index(1, row)] = factors[at + 1];
        }
        inverseDeviation.data()[inverseDeviation.index(0, row)] = factors[at + 2];
    }

    /// Σ (x − anchor) over a block of two rows.
    private static void sumDistances(float[] x, int at0, int at1, int n, float anchor0, float anchor1, float[] lanes0,
            float[] lanes1, float[] sums) {
        int bound = SPECIES.loopBound(n);
        VectorLanes.clear(lanes0);
        VectorLanes.clear(lanes1);
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        int j = 0;
        for (; j < bound; j += STEP) {
            FloatVector d0 = FloatVector.fromArray(SPECIES, x, at0 + j).sub(anchor0);
            FloatVector d1 = FloatVector.fromArray(SPECIES, x, at1 + j).sub(anchor1);
            if (ONE_REGISTER) {
                sum0 = sum0.add(d0);
                sum1 = sum1.add(d1);
            } else {
                int lane = Lanes.of(j);
                FloatVector.fromArray(SPECIES, lanes0, lane).add(d0).intoArray(lanes0, lane);
                FloatVector.fromArray(SPECIES, lanes1, lane).add(d1).intoArray(lanes1, lane);
            }
        }
        if (j < n) {
            VectorMask<Float> tail = SPECIES.indexInRange(j, n);
            FloatVector d0 = FloatVector.fromArray(SPECIES, x, at0 + j, tail).sub(anchor0, tail);
            FloatVector d1 = FloatVector.fromArray(SPECIES, x, at1 + j, tail).sub(anchor1, tail);
            if (ONE_REGISTER) {
                sum0 = sum0.add(d0);
                sum1 = sum1.add(d1);
            } else {
                int lane = Lanes.of(j);
                FloatVector.fromArray(SPECIES, lanes0, lane).add(d0).intoArray(lanes0, lane);
                FloatVector.fromArray(SPECIES, lanes1, lane).add(d1).intoArray(lanes1, lane);
            }
        }
        if (ONE_REGISTER) {
            sum0.intoArray(lanes0, 0);
            sum1.intoArray(lanes1, 0);
        }
        sums[0] = Lanes.total(lanes0);
        sums[1] = Lanes.total(lanes1);
    }

    /// Σ d² over a block of two rows, with d = (x − mean) − rest.
    private static void sumSquares(float[] x, int at0, int at1, int n, float[] factors, int factors0, int factors1,
            float[] lanes0, float[] lanes1, float[] sums) {
        float mean0 = factors[factors0];
        float rest0 = factors[factors0 + 1];
        float mean1 = factors[factors1];
        float rest1 = factors[factors1 + 1];
        int bound = SPECIES.loopBound(n);
        VectorLanes.clear(lanes0);
        VectorLanes.clear(lanes1);
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        int j = 0;
        for (; j < bound; j += STEP) {
            FloatVector d0 = FloatVector.fromArray(SPECIES, x, at0 + j).sub(mean0).sub(rest0);
            FloatVector d1 = FloatVector.fromArray(SPECIES, x, at1 + j).sub(mean1).sub(rest1);
            if (ONE_REGISTER) {
                sum0 = d0.fma(d0, sum0);
                sum1 = d1.fma(d1, sum1);
            } else {
                int lane = Lanes.of(j);
                d0.fma(d0, FloatVector.fromArray(SPECIES, lanes0, lane)).intoArray(lanes0, lane);
                d1.fma(d1, FloatVector.fromArray(SPECIES, lanes1, lane)).intoArray(lanes1, lane);
            }
        }
        if (j < n) {
            VectorMask<Float> tail = SPECIES.indexInRange(j, n);
            FloatVector d0 = FloatVector.fromArray(SPECIES, x, at0 + j, tail).sub(mean0, tail).sub(rest0, tail);
            FloatVector d1 = FloatVector.fromArray(SPECIES, x, at1 + j, tail).sub(mean1, tail).sub(rest1, tail);
            if (ONE_REGISTER) {
                sum0 = d0.fma(d0, sum0);
                sum1 = d1.fma(d1, sum1);
            } else {
                int lane = Lanes.of(j);
                d0.fma(d0, FloatVector.fromArray(SPECIES, lanes0, lane)).intoArray(lanes0, lane);
                d1.fma(d1, FloatVector.fromArray(SPECIES, lanes1, lane)).intoArray(lanes1, lane);
            }
        }
        if (ONE_REGISTER) {
            sum0.intoArray(lanes0, 0);
            sum1.intoArray(lanes1, 0);
        }
        sums[0] = Lanes.total(lanes0);
        sums[1] = Lanes.total(lanes1);
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
        for (int first = 0; first < columns; first += Lanes.ROW_BLOCK) {
            gradientSums(x.data(), x.index(row, first), gamma.data(), gamma.index(0, first), dy.data(),
                    dy.index(row, first), Math.min(columns - first, Lanes.ROW_BLOCK), factors, factorsAt, scratch);
            scratch.tree.add(factors[factorsAt + 3]);
            scratch.tree2.add(factors[factorsAt + 4]);
        }
        double perColumn = 1.0 / columns;
        factors[factorsAt + 3] = (float) (scratch.tree.total() * perColumn);
        factors[factorsAt + 4] = -(float) (scratch.tree2.total() * perColumn);
    }

    /// Σ g and Σ fma(g, x̂, ·) over a block, with g = dy·gamma: written to where the mean gradient and −slope belong.
    private static void gradientSums(float[] x, int at, float[] gammas, int gammaAt, float[] gradients, int gradientAt,
            int n, float[] factors, int factorsAt, LaneScratch scratch) {
        float mean = factors[factorsAt];
        float rest = factors[factorsAt + 1];
        float inverse = factors[factorsAt + 2];
        float[] sumLanes = scratch.lanes;
        float[] productLanes = scratch.lanes2;
        VectorLanes.clear(sumLanes);
        VectorLanes.clear(productLanes);
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector product = sum;
        int j = 0;
        for (; j < SPECIES.loopBound(n); j += STEP) {
            FloatVector normalized = FloatVector.fromArray(SPECIES, x, at + j).sub(mean).sub(rest).mul(inverse);
            FloatVector g = FloatVector.fromArray(SPECIES, gradients, gradientAt + j)
                    .mul(FloatVector.fromArray(SPECIES, gammas, gammaAt + j));
            if (ONE_REGISTER) {
                sum = sum.add(g);
                product = g.fma(normalized, product);
            } else {
                int lane = Lanes.of(j);
                FloatVector.fromArray(SPECIES, sumLanes, lane).add(g).intoArray(sumLanes, lane);
                g.fma(normalized, FloatVector.fromArray(SPECIES, productLanes, lane)).intoArray(productLanes, lane);
            }
        }
        if (j < n) {
            VectorMask<Float> tail = SPECIES.indexInRange(j, n);
            FloatVector normalized = FloatVector.fromArray(SPECIES, x, at + j, tail).sub(mean, tail).sub(rest, tail)
                    .lanewise(VectorOperators.MUL, inverse, tail);
            FloatVector g = FloatVector.fromArray(SPECIES, gradients, gradientAt + j, tail)
                    .mul(FloatVector.fromArray(SPECIES, gammas, gammaAt + j, tail));
            if (ONE_REGISTER) {
                sum = sum.add(g);
                product = g.fma(normalized, product);
            } else {
                int lane = Lanes.of(j);
                FloatVector.fromArray(SPECIES, sumLanes, lane).add(g).intoArray(sumLanes, lane);
                g.fma(normalized, FloatVector.fromArray(SPECIES, productLanes, lane)).intoArray(productLanes, lane);
            }
        }
        if (ONE_REGISTER) {
            sum.intoArray(sumLanes, 0);
            product.intoArray(productLanes, 0);
        }
        factors[factorsAt + 3] = Lanes.total(sumLanes);
        factors[factorsAt + 4] = Lanes.total(productLanes);
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
