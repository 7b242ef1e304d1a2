// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.normalization;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.lanes.LaneScratch;
import org.lanewise.kernels.lanes.Lanes;

/// The scalar reference of [Normalization].
///
/// Statistics of a column: Welford's method, a panel of [#PANEL_ROWS] rows at a time. The mean so far is kept as the
/// sum of two floats, mean + rest; it starts from the column's first value. `squares` is the sum of squared deviations
/// so far. For a panel that ends at row n (counted from 1), with d = (x − mean) − rest:
/// ```
/// s = Σ d, q = Σ fma(d, d, ·)        chains over the panel's rows, ascending, from +0
/// shift = s · (1/n)
/// mean + rest ← mean + (rest + shift)
/// squares ← squares + fma(−s, shift, q)
/// ```
/// The batch is read once, and neither a large mean nor an outlier harms: as the first mean is one of the values, the
/// first panel's difference cannot cancel more than a factor of [#PANEL_ROWS], each later one's not more than two; and
/// the second float keeps small shifts that the first one's rounding would lose. In the end variance = squares / rows,
/// inverseDeviation = 1 / √(variance + ε).
///
/// Statistics of a row: two passes in the 16 lanes of [org.lanewise.kernels.lanes.Sums], counted from the row's first
/// value: center = Σ (x − anchor) / columns, then variance = Σ d² / columns with d = (x − anchor) − center.
///
/// A NaN or an infinity makes the inverse deviation of its column (batch norm) or row (layer norm) NaN, and with it all
/// results of that column or row.
public final class ScalarNormalization implements Normalization {

    /// Rows of a panel. Part of the definition: another number gives other bits.
    static final int PANEL_ROWS = 16;

    private final Activations activations;

    /// @param activations the scalar activation passes
    public ScalarNormalization(Activations activations) {
        this.activations = activations;
    }

    @Override
    public void batchNormTraining(Matrix x, Matrix gamma, Matrix beta, float epsilon, float momentum,
            Matrix runningMean, Matrix runningVariance, Matrix mean, Matrix inverseDeviation, Activation activation,
            Matrix y, Matrix derivative) {
        NormalizationChecks.batchNormTraining(x, gamma, beta, epsilon, momentum, runningMean, runningVariance, mean,
                inverseDeviation, activation, y, derivative);
        batchNormStatistics(x, epsilon, momentum, runningMean, runningVariance, mean, inverseDeviation);
        batchNormApply(x, gamma, beta, mean, inverseDeviation, activation, y, derivative);
    }

    @Override
    public void batchNormStatistics(Matrix x, float epsilon, float momentum, Matrix runningMean,
            Matrix runningVariance, Matrix mean, Matrix inverseDeviation) {
        NormalizationChecks.batchNormStatistics(x, epsilon, momentum, runningMean, runningVariance, mean,
                inverseDeviation);
        int rows = x.rows();
        for (int j = 0; j < x.columns(); j++) {
            float batchMean = at(x, 0, j);
            float rest = 0f;
            float squares = 0f;
            for (int first = 0; first < rows; first += PANEL_ROWS) {
                int end = Math.min(rows, first + PANEL_ROWS);
                float s = 0f;
                float q = 0f;
                for (int i = first; i < end; i++) {
                    float d = (at(x, i, j) - batchMean) - rest;
                    s += d;
                    q = Math.fma(d, d, q);
                }
                float shift = s * (1f / end);
                float step = rest + shift;
                float moved = batchMean + step;
                rest = step - (moved - batchMean);
                batchMean = moved;
                squares += Math.fma(-s, shift, q);
            }
            put(mean, j, batchMean);
            put(inverseDeviation, j, inverseDeviation(squares / rows, epsilon));
            if (runningMean != null) {
                put(runningMean, j, towards(at(runningMean, j), batchMean, momentum));
                put(runningVariance, j, towards(at(runningVariance, j), squares / (rows - 1), momentum));
            }
        }
    }

    @Override
    public void batchNormApply(Matrix x, Matrix gamma, Matrix beta, Matrix mean, Matrix inverseDeviation,
            Activation activation, Matrix y, Matrix derivative) {
        NormalizationChecks.batchNormApply(x, gamma, beta, mean, inverseDeviation, activation, y, derivative);
        for (int j = 0; j < x.columns(); j++) {
            normalizeColumn(x, j, at(mean, j), at(gamma, j) * at(inverseDeviation, j), at(beta, j), y);
        }
        if (derivative == null) {
            activations.value(activation, y, y);
        } else {
            activations.valueAndDerivative(activation, y, y, derivative);
        }
    }

    @Override
    public void batchNormInference(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix runningMean,
            Matrix runningVariance, Activation activation, Matrix y) {
        NormalizationChecks.batchNormInference(x, gamma, beta, epsilon, runningMean, runningVariance, activation, y);
        for (int j = 0; j < x.columns(); j++) {
            float scale = at(gamma, j) * inverseDeviation(at(runningVariance, j), epsilon);
            normalizeColumn(x, j, at(runningMean, j), scale, at(beta, j), y);
        }
        activations.value(activation, y, y);
    }

    /// y ← fma(x − mean, scale, beta): the mean is subtracted first, so a large one takes no digits from the rest.
    private static void normalizeColumn(Matrix x, int column, float mean, float scale, float beta, Matrix y) {
        for (int i = 0; i < x.rows(); i++) {
            put(y, i, column, Math.fma(at(x, i, column) - mean, scale, beta));
        }
    }

    /// With d = x − mean and g = dy·derivative: dBeta = Σ g and dGamma = (Σ fma(g, d, ·))·inverseDeviation, chains over
    /// the rows; dx = scale·fma(d, −slope, g − dBeta·(1/n)) with scale = gamma·inverseDeviation and
    /// slope = dGamma·inverseDeviation·(1/n).
    @Override
    public void batchNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dx, Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.batchNormBackward(x, gamma, mean, inverseDeviation, derivative, dy, dx, dGamma, dBeta);
        batchNormParameterGradients(x, mean, inverseDeviation, derivative, dy, dGamma, dBeta);
        batchNormInputGradient(x.rows(), x, gamma, mean, inverseDeviation, derivative, dy, dGamma, dBeta, dx);
    }

    @Override
    public void batchNormParameterGradients(Matrix x, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.batchNormParameterGradients(x, mean, inverseDeviation, derivative, dy, dGamma, dBeta);
        for (int j = 0; j < x.columns(); j++) {
            float sum = 0f;
            float product = 0f;
            for (int i = 0; i < x.rows(); i++) {
                float g = gradient(dy, derivative, i, j);
                sum += g;
                product = Math.fma(g, at(x, i, j) - at(mean, j), product);
            }
            put(dBeta, j, sum);
            put(dGamma, j, product * at(inverseDeviation, j));
        }
    }

    @Override
    public void batchNormInputGradient(int batchRows, Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation,
            Matrix derivative, Matrix dy, Matrix dGamma, Matrix dBeta, Matrix dx) {
        NormalizationChecks.batchNormInputGradient(batchRows, x, gamma, mean, inverseDeviation, derivative, dy, dGamma,
                dBeta, dx);
        float perRow = 1f / batchRows;
        for (int j = 0; j < x.columns(); j++) {
            float scale = at(gamma, j) * at(inverseDeviation, j);
            float gradientMean = at(dBeta, j) * perRow;
            float slope = at(dGamma, j) * at(inverseDeviation, j) * perRow;
            for (int i = 0; i < x.rows(); i++) {
                float d = at(x, i, j) - at(mean, j);
                put(dx, i, j, scale * Math.fma(d, -slope, gradient(dy, derivative, i, j) - gradientMean));
            }
        }
    }

    private static float gradient(Matrix dy, Matrix derivative, int row, int column) {
        return derivative == null ? at(dy, row, column) : at(dy, row, column) * at(derivative, row, column);
    }

    /// foldedWeights = weights·scale, foldedBias = fma(bias − runningMean, scale, beta) with
    /// scale = gamma·(1/√(runningVariance + ε)).
    @Override
    public void foldBatchNorm(Matrix weights, Matrix bias, Matrix gamma, Matrix beta, float epsilon,
            Matrix runningMean, Matrix runningVariance, Matrix foldedWeights, Matrix foldedBias) {
        NormalizationChecks.foldBatchNorm(weights, bias, gamma, beta, epsilon, runningMean, runningVariance,
                foldedWeights, foldedBias);
        for (int j = 0; j < weights.columns(); j++) {
            float scale = at(gamma, j) * inverseDeviation(at(runningVariance, j), epsilon);
            for (int i = 0; i < weights.rows(); i++) {
                put(foldedWeights, i, j, at(weights, i, j) * scale);
            }
            put(foldedBias, j, Math.fma(at(bias, j) - at(runningMean, j), scale, at(beta, j)));
        }
    }

    /// y = fma((x − mean)·inverseDeviation, gamma, beta).
    @Override
    public void layerNorm(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix mean, Matrix inverseDeviation,
            Matrix y) {
        NormalizationChecks.layerNorm(x, gamma, beta, epsilon, mean, inverseDeviation, y);
        LaneScratch scratch = LaneScratch.take();
        float[] lanes = scratch.row;
        float perColumn = 1f / x.columns();
        for (int i = 0; i < x.rows(); i++) {
            float anchor = at(x, i, 0);
            Lanes.clear(lanes);
            for (int j = 0; j < x.columns(); j++) {
                lanes[Lanes.of(j)] += at(x, i, j) - anchor;
            }
            float center = Lanes.total(lanes) * perColumn;
            Lanes.clear(lanes);
            for (int j = 0; j < x.columns(); j++) {
                float d = (at(x, i, j) - anchor) - center;
                lanes[Lanes.of(j)] = Math.fma(d, d, lanes[Lanes.of(j)]);
            }
            float variance = Lanes.total(lanes) * perColumn;
            float rowMean = anchor + center;
            float inverse = inverseDeviation(variance, epsilon);
            put(mean, i, rowMean);
            put(inverseDeviation, i, inverse);
            for (int j = 0; j < x.columns(); j++) {
                put(y, i, j, Math.fma((at(x, i, j) - rowMean) * inverse, at(gamma, j), at(beta, j)));
            }
        }
        scratch.give();
    }

    /// With d = x − mean and g = dy·gamma: dx = inverseDeviation·fma(d, −slope, g − Σ g·(1/n)), where
    /// slope = Σ fma(g, d, ·)·inverseDeviation·inverseDeviation·(1/n) and both sums are in 16 lanes;
    /// dGamma = Σ fma(dy, d·inverseDeviation, ·) and dBeta = Σ dy are chains over the rows.
    @Override
    public void layerNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix dy, Matrix dx,
            Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.layerNormBackward(x, gamma, mean, inverseDeviation, dy, dx, dGamma, dBeta);
        for (int j = 0; j < x.columns(); j++) {
            float sum = 0f;
            float product = 0f;
            for (int i = 0; i < x.rows(); i++) {
                float d = at(x, i, j) - at(mean, i);
                sum += at(dy, i, j);
                product = Math.fma(at(dy, i, j), d * at(inverseDeviation, i), product);
            }
            put(dBeta, j, sum);
            put(dGamma, j, product);
        }
        LaneScratch scratch = LaneScratch.take();
        float[] lanes = scratch.row;
        float perColumn = 1f / x.columns();
        for (int i = 0; i < x.rows(); i++) {
            float rowMean = at(mean, i);
            float inverse = at(inverseDeviation, i);
            Lanes.clear(lanes);
            for (int j = 0; j < x.columns(); j++) {
                lanes[Lanes.of(j)] += at(dy, i, j) * at(gamma, j);
            }
            float gradientMean = Lanes.total(lanes) * perColumn;
            Lanes.clear(lanes);
            for (int j = 0; j < x.columns(); j++) {
                float g = at(dy, i, j) * at(gamma, j);
                lanes[Lanes.of(j)] = Math.fma(g, at(x, i, j) - rowMean, lanes[Lanes.of(j)]);
            }
            float slope = Lanes.total(lanes) * inverse * inverse * perColumn;
            for (int j = 0; j < x.columns(); j++) {
                float g = at(dy, i, j) * at(gamma, j);
                put(dx, i, j, inverse * Math.fma(at(x, i, j) - rowMean, -slope, g - gradientMean));
            }
        }
        scratch.give();
    }

    private static float inverseDeviation(float variance, float epsilon) {
        return 1f / (float) Math.sqrt(variance + epsilon);
    }

    private static float towards(float running, float batch, float momentum) {
        return Math.fma(momentum, batch, (1f - momentum) * running);
    }

    private static float at(Matrix matrix, int row, int column) {
        return matrix.data()[matrix.offset() + row * matrix.stride() + column];
    }

    private static float at(Matrix row, int column) {
        return row.data()[row.offset() + column];
    }

    private static void put(Matrix matrix, int row, int column, float value) {
        matrix.data()[matrix.offset() + row * matrix.stride() + column] = value;
    }

    private static void put(Matrix row, int column, float value) {
        row.data()[row.offset() + column] = value;
    }
}
