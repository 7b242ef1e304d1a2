// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.normalization;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.lanes.Lanes;
import org.lanewise.kernels.lanes.Species;
import org.lanewise.kernels.lanes.VectorLanes;

/// The loops of layer norm.
///
/// Past a row's end, masks make zeros of x, of the gradient and of their differences to a mean: a zero leaves a sum as
/// it is, for no sum that starts from +0 is ever −0. The tails add to the lanes without the helpers of [VectorLanes]:
/// C2 finds tails cold at first, does not inline calls there, and would box the vectors for good.
final class LayerRows {

    /// What [#gradientFactors] writes for a row: mean, inverse deviation, mean gradient and −slope.
    static final int FACTORS = 4;

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();
    private static final boolean ALL_IN_ONE = STEP == Lanes.COUNT;

    private LayerRows() {
    }

    /// center ← Σ (x − anchor) / columns of rows `first` to `first + count`. Two rows go side by side,
    /// so that their chains overlap; the last of an odd number stands in for its neighbour.
    static void centers(Matrix x, int first, int count, Matrix center, float[] lanes0, float[] lanes1) {
        float[] data = x.data();
        int columns = x.columns();
        float perColumn = 1f / columns;
        int bound = SPECIES.loopBound(columns);
        VectorMask<Float> tail = SPECIES.indexInRange(bound, columns);
        int last = first + count - 1;
        for (int row0 = first; row0 <= last; row0 += 2) {
            int row1 = Math.min(row0 + 1, last);
            int at0 = x.index(row0, 0);
            int at1 = x.index(row1, 0);
            float anchor0 = data[at0];
            float anchor1 = data[at1];
            FloatVector sum0 = VectorLanes.start(lanes0);
            FloatVector sum1 = VectorLanes.start(lanes1);
            int j = 0;
            for (; j < bound; j += STEP) {
                sum0 = VectorLanes.add(sum0, lanes0, j, FloatVector.fromArray(SPECIES, data, at0 + j).sub(anchor0));
                sum1 = VectorLanes.add(sum1, lanes1, j, FloatVector.fromArray(SPECIES, data, at1 + j).sub(anchor1));
            }
            if (j < columns) {
                FloatVector d0 = FloatVector.fromArray(SPECIES, data, at0 + j, tail).sub(anchor0, tail);
                FloatVector d1 = FloatVector.fromArray(SPECIES, data, at1 + j, tail).sub(anchor1, tail);
                if (ALL_IN_ONE) {
                    sum0 = sum0.add(d0);
                    sum1 = sum1.add(d1);
                } else {
                    int lane = Lanes.of(j);
                    FloatVector.fromArray(SPECIES, lanes0, lane).add(d0).intoArray(lanes0, lane);
                    FloatVector.fromArray(SPECIES, lanes1, lane).add(d1).intoArray(lanes1, lane);
                }
            }
            center.data()[center.offset() + row0] = VectorLanes.total(sum0, lanes0) * perColumn;
            center.data()[center.offset() + row1] = VectorLanes.total(sum1, lanes1) * perColumn;
        }
    }

    /// inverseDeviation ← 1 / √(Σ d² / columns + ε) with d = (x − anchor) − center, and center → mean, likewise.
    static void deviations(Matrix x, int first, int count, Matrix mean, float epsilon, Matrix inverseDeviation,
            float[] lanes0, float[] lanes1) {
        float[] data = x.data();
        int columns = x.columns();
        float perColumn = 1f / columns;
        int bound = SPECIES.loopBound(columns);
        VectorMask<Float> tail = SPECIES.indexInRange(bound, columns);
        int last = first + count - 1;
        for (int row0 = first; row0 <= last; row0 += 2) {
            int row1 = Math.min(row0 + 1, last);
            int at0 = x.index(row0, 0);
            int at1 = x.index(row1, 0);
            float anchor0 = data[at0];
            float anchor1 = data[at1];
            float center0 = mean.data()[mean.offset() + row0];
            float center1 = mean.data()[mean.offset() + row1];
            FloatVector sum0 = VectorLanes.start(lanes0);
            FloatVector sum1 = VectorLanes.start(lanes1);
            int j = 0;
            for (; j < bound; j += STEP) {
                FloatVector d0 = FloatVector.fromArray(SPECIES, data, at0 + j).sub(anchor0).sub(center0);
                FloatVector d1 = FloatVector.fromArray(SPECIES, data, at1 + j).sub(anchor1).sub(center1);
                sum0 = VectorLanes.addProduct(sum0, lanes0, j, d0, d0);
                sum1 = VectorLanes.addProduct(sum1, lanes1, j, d1, d1);
            }
            if (j < columns) {
                FloatVector d0 = FloatVector.fromArray(SPECIES, data, at0 + j, tail).sub(anchor0, tail)
                        .sub(center0, tail);
                FloatVector d1 = FloatVector.fromArray(SPECIES, data, at1 + j, tail).sub(anchor1, tail)
                        .sub(center1, tail);
                if (ALL_IN_ONE) {
                    sum0 = d0.fma(d0, sum0);
                    sum1 = d1.fma(d1, sum1);
                } else {
                    int lane = Lanes.of(j);
                    d0.fma(d0, FloatVector.fromArray(SPECIES, lanes0, lane)).intoArray(lanes0, lane);
                    d1.fma(d1, FloatVector.fromArray(SPECIES, lanes1, lane)).intoArray(lanes1, lane);
                }
            }
            float variance0 = VectorLanes.total(sum0, lanes0) * perColumn;
            float variance1 = VectorLanes.total(sum1, lanes1) * perColumn;
            mean.data()[mean.offset() + row0] = anchor0 + center0;
            mean.data()[mean.offset() + row1] = anchor1 + center1;
            inverseDeviation.data()[inverseDeviation.offset() + row0] = 1f / (float) Math.sqrt(variance0 + epsilon);
            inverseDeviation.data()[inverseDeviation.offset() + row1] = 1f / (float) Math.sqrt(variance1 + epsilon);
        }
    }

    /// y ← fma((x − mean)·inverseDeviation, gamma, beta) of rows `first` to `first + count`.
    static void normalize(Matrix x, int first, int count, Matrix mean, Matrix inverseDeviation, Matrix gamma,
            Matrix beta, Matrix y) {
        float[] source = x.data();
        float[] target = y.data();
        float[] gammas = gamma.data();
        float[] betas = beta.data();
        int columns = x.columns();
        int bound = SPECIES.loopBound(columns);
        int gammaAt = gamma.offset();
        int betaAt = beta.offset();
        VectorMask<Float> tail = SPECIES.indexInRange(bound, columns);
        for (int i = first; i < first + count; i++) {
            int from = x.index(i, 0);
            int to = y.index(i, 0);
            float rowMean = mean.data()[mean.offset() + i];
            float inverse = inverseDeviation.data()[inverseDeviation.offset() + i];
            int j = 0;
            for (; j < bound; j += STEP) {
                FloatVector scale = FloatVector.fromArray(SPECIES, gammas, gammaAt + j);
                FloatVector shift = FloatVector.fromArray(SPECIES, betas, betaAt + j);
                FloatVector.fromArray(SPECIES, source, from + j).sub(rowMean).mul(inverse).fma(scale, shift)
                        .intoArray(target, to + j);
            }
            if (j < columns) {
                FloatVector scale = FloatVector.fromArray(SPECIES, gammas, gammaAt + j, tail);
                FloatVector shift = FloatVector.fromArray(SPECIES, betas, betaAt + j, tail);
                FloatVector.fromArray(SPECIES, source, from + j, tail).sub(rowMean).mul(inverse).fma(scale, shift)
                        .intoArray(target, to + j, tail);
            }
        }
    }

    /// The sums along one row, as the factors that [#inputGradients] needs.
    static void gradientFactors(Matrix x, int row, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix dy,
            float[] sumLanes, float[] productLanes, float[] factors, int factorsAt) {
        float[] source = x.data();
        float[] gradients = dy.data();
        float[] gammas = gamma.data();
        int columns = x.columns();
        int from = x.index(row, 0);
        int gradientAt = dy.index(row, 0);
        int gammaAt = gamma.offset();
        float rowMean = mean.data()[mean.offset() + row];
        float inverse = inverseDeviation.data()[inverseDeviation.offset() + row];
        FloatVector sum = VectorLanes.start(sumLanes);
        FloatVector product = VectorLanes.start(productLanes);
        int j = 0;
        for (; j < SPECIES.loopBound(columns); j += STEP) {
            FloatVector d = FloatVector.fromArray(SPECIES, source, from + j).sub(rowMean);
            FloatVector g = FloatVector.fromArray(SPECIES, gradients, gradientAt + j)
                    .mul(FloatVector.fromArray(SPECIES, gammas, gammaAt + j));
            sum = VectorLanes.add(sum, sumLanes, j, g);
            product = VectorLanes.addProduct(product, productLanes, j, g, d);
        }
        if (j < columns) {
            VectorMask<Float> tail = SPECIES.indexInRange(j, columns);
            FloatVector d = FloatVector.fromArray(SPECIES, source, from + j, tail).sub(rowMean, tail);
            FloatVector g = FloatVector.fromArray(SPECIES, gradients, gradientAt + j, tail)
                    .mul(FloatVector.fromArray(SPECIES, gammas, gammaAt + j, tail));
            if (ALL_IN_ONE) {
                sum = sum.add(g);
                product = g.fma(d, product);
            } else {
                int lane = Lanes.of(j);
                FloatVector.fromArray(SPECIES, sumLanes, lane).add(g).intoArray(sumLanes, lane);
                g.fma(d, FloatVector.fromArray(SPECIES, productLanes, lane)).intoArray(productLanes, lane);
            }
        }
        float perColumn = 1f / columns;
        factors[factorsAt] = rowMean;
        factors[factorsAt + 1] = inverse;
        factors[factorsAt + 2] = VectorLanes.total(sum, sumLanes) * perColumn;
        factors[factorsAt + 3] = -(VectorLanes.total(product, productLanes) * inverse * inverse * perColumn);
    }

    /// Down a panel of rows, `first` to `first + count`: dx ← inverseDeviation·fma(d, −slope, g − mean gradient),
    /// dGamma ← fma(dy, d·inverseDeviation, ·) and dBeta ← dBeta + dy.
    ///
    /// @param factors of the panel's rows, one after the other
    static void inputGradients(Matrix x, int first, int count, Matrix gamma, Matrix dy, float[] factors, Matrix dx,
            Matrix dGamma, Matrix dBeta) {
        float[] source = x.data();
        float[] gradients = dy.data();
        float[] target = dx.data();
        int columns = x.columns();
        int j = 0;
        for (; j <= columns - 2 * STEP; j += 2 * STEP) {
            int gammaAt = gamma.offset() + j;
            int productAt = dGamma.offset() + j;
            int sumAt = dBeta.offset() + j;
            FloatVector gamma0 = FloatVector.fromArray(SPECIES, gamma.data(), gammaAt);
            FloatVector gamma1 = FloatVector.fromArray(SPECIES, gamma.data(), gammaAt + STEP);
            FloatVector product0 = FloatVector.fromArray(SPECIES, dGamma.data(), productAt);
            FloatVector product1 = FloatVector.fromArray(SPECIES, dGamma.data(), productAt + STEP);
            FloatVector sum0 = FloatVector.fromArray(SPECIES, dBeta.data(), sumAt);
            FloatVector sum1 = FloatVector.fromArray(SPECIES, dBeta.data(), sumAt + STEP);
            for (int i = 0; i < count; i++) {
                int at = x.index(first + i, j);
                int gradientAt = dy.index(first + i, j);
                int to = dx.index(first + i, j);
                float mean = factors[FACTORS * i];
                float inverse = factors[FACTORS * i + 1];
                float center = factors[FACTORS * i + 2];
                FloatVector fall = FloatVector.broadcast(SPECIES, factors[FACTORS * i + 3]);
                FloatVector d0 = FloatVector.fromArray(SPECIES, source, at).sub(mean);
                FloatVector d1 = FloatVector.fromArray(SPECIES, source, at + STEP).sub(mean);
                FloatVector g0 = FloatVector.fromArray(SPECIES, gradients, gradientAt);
                FloatVector g1 = FloatVector.fromArray(SPECIES, gradients, gradientAt + STEP);
                product0 = g0.fma(d0.mul(inverse), product0);
                product1 = g1.fma(d1.mul(inverse), product1);
                sum0 = sum0.add(g0);
                sum1 = sum1.add(g1);
                d0.fma(fall, g0.mul(gamma0).sub(center)).mul(inverse).intoArray(target, to);
                d1.fma(fall, g1.mul(gamma1).sub(center)).mul(inverse).intoArray(target, to + STEP);
            }
            product0.intoArray(dGamma.data(), productAt);
            product1.intoArray(dGamma.data(), productAt + STEP);
            sum0.intoArray(dBeta.data(), sumAt);
            sum1.intoArray(dBeta.data(), sumAt + STEP);
        }
        for (; j < columns; j += STEP) {
            inputGradientsEdge(x, first, count, gamma, dy, factors, dx, dGamma, dBeta, j);
        }
    }

    private static void inputGradientsEdge(Matrix x, int first, int count, Matrix gamma, Matrix dy, float[] factors,
            Matrix dx, Matrix dGamma, Matrix dBeta, int j) {
        VectorMask<Float> inRange = SPECIES.indexInRange(j, x.columns());
        int productAt = dGamma.offset() + j;
        int sumAt = dBeta.offset() + j;
        FloatVector gamma0 = FloatVector.fromArray(SPECIES, gamma.data(), gamma.offset() + j, inRange);
        FloatVector product = FloatVector.fromArray(SPECIES, dGamma.data(), productAt, inRange);
        FloatVector sum = FloatVector.fromArray(SPECIES, dBeta.data(), sumAt, inRange);
        for (int i = 0; i < count; i++) {
            float inverse = factors[FACTORS * i + 1];
            FloatVector fall = FloatVector.broadcast(SPECIES, factors[FACTORS * i + 3]);
            FloatVector d = FloatVector.fromArray(SPECIES, x.data(), x.index(first + i, j), inRange)
                    .sub(factors[FACTORS * i]);
            FloatVector g = FloatVector.fromArray(SPECIES, dy.data(), dy.index(first + i, j), inRange);
            product = g.fma(d.mul(inverse), product);
            sum = sum.add(g);
            d.fma(fall, g.mul(gamma0).sub(factors[FACTORS * i + 2])).mul(inverse)
                    .intoArray(dx.data(), dx.index(first + i, j), inRange);
        }
        product.intoArray(dGamma.data(), productAt, inRange);
        sum.intoArray(dBeta.data(), sumAt, inRange);
    }
}
