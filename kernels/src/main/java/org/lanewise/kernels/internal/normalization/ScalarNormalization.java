// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.normalization;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.lanes.LaneScratch;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.lanes.ScalarColumnSums;
import org.lanewise.kernels.normalization.Normalization;

/// The scalar reference of [Normalization].
///
/// Means are kept as the sum of two floats, mean + rest, and d = (x − mean) − rest. The first difference is exact where
/// x is near a large mean, so the size of the mean costs the deviation no digits.
///
/// Statistics of a column are those of [ScalarStatistics]; then variance = squares / rows and
/// inverseDeviation = 1 / √(variance + ε). Statistics of a row: mean = anchor + Σ (x − anchor) / columns, counted from
/// the row's first value, then variance = Σ d² / columns; sums along a row are taken as
/// [org.lanewise.kernels.sums.Sums] does. Where the squares of a column or row overflow a float, its statistics are
/// taken in double.
///
/// A NaN or an infinity makes the inverse deviation of its column (batch norm) or row (layer norm) NaN, and with it all
/// results of that column or row.
public final class ScalarNormalization implements Normalization {

    private final ArrayActivations activations;

    /// @param activations the scalar activation passes
    public ScalarNormalization(ArrayActivations activations) {
        this.activations = activations;
    }

    @Override
    public void batchNormTraining(Matrix x, Matrix gamma, Matrix beta, float epsilon, float momentum,
            Matrix runningMean, Matrix runningVariance, Matrix mean, Matrix inverseDeviation, Activation activation,
            Matrix y, Matrix derivative) {
        NormalizationChecks.batchNormTraining(x, gamma, beta, epsilon, momentum, runningMean, runningVariance, mean,
                inverseDeviation, activation, y, derivative);
        Matrix pair = Means.room(mean);
        batchNormStatistics(x, epsilon, momentum, runningMean, runningVariance, pair, inverseDeviation);
        batchNormApply(x, gamma, beta, pair, inverseDeviation, activation, y, derivative);
        Means.give(pair, mean);
    }

    @Override
    public void batchNormStatistics(Matrix x, float epsilon, float momentum, Matrix runningMean,
            Matrix runningVariance, Matrix mean, Matrix inverseDeviation) {
        NormalizationChecks.batchNormStatistics(x, epsilon, momentum, runningMean, runningVariance, mean,
                inverseDeviation);
        int rows = x.rows();
        ScalarStatistics tree = ScalarStatistics.take(x.columns(), rows);
        for (int first = 0; first < rows; first += ScalarStatistics.LEAF_ROWS) {
            tree.addLeaf(x, first, Math.min(rows - first, ScalarStatistics.LEAF_ROWS));
        }
        float[] nodes = tree.nodes();
        int root = tree.root();
        for (int j = 0; j < x.columns(); j++) {
            float batchMean = nodes[root + tree.field(ScalarStatistics.MEAN) + j];
            float squares = nodes[root + tree.field(ScalarStatistics.SQUARES) + j];
            if (squares < Float.POSITIVE_INFINITY) {
                put(mean, 0, j, batchMean);
                put(mean, 1, j, nodes[root + tree.field(ScalarStatistics.REST) + j]);
                put(inverseDeviation, j, 1f / (float) Math.sqrt(squares / rows + epsilon));
                if (runningMean != null) {
                    put(runningMean, j, towards(at(runningMean, j), batchMean, momentum));
                    put(runningVariance, j, towards(at(runningVariance, j), squares / (rows - 1), momentum));
                }
            } else {
                wideColumn(x, j, epsilon, momentum, runningMean, runningVariance, mean, inverseDeviation);
            }
        }
        tree.give();
    }

    /// The statistics of a column whose sum of squares is not finite in float.
    static void wideColumn(Matrix x, int j, float epsilon, float momentum, Matrix runningMean, Matrix runningVariance,
            Matrix mean, Matrix inverseDeviation) {
        int rows = x.rows();
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            sum += at(x, i, j);
        }
        double batchMean = sum / rows;
        double squares = 0;
        for (int i = 0; i < rows; i++) {
            double d = at(x, i, j) - batchMean;
            squares += d * d;
        }
        put(mean, 0, j, (float) batchMean);
        put(mean, 1, j, (float) (batchMean - (float) batchMean));
        put(inverseDeviation, j, (float) (1 / Math.sqrt(squares / rows + epsilon)));
        if (runningMean != null) {
            put(runningMean, j, towards(at(runningMean, j), (float) batchMean, momentum));
            put(runningVariance, j, towards(at(runningVariance, j), (float) (squares / (rows - 1)), momentum));
        }
    }

    @Override
    public void batchNormApply(Matrix x, Matrix gamma, Matrix beta, Matrix mean, Matrix inverseDeviation,
            Activation activation, Matrix y, Matrix derivative) {
        NormalizationChecks.batchNormApply(x, gamma, beta, mean, inverseDeviation, activation, y, derivative);
        for (int j = 0; j < x.columns(); j++) {
            normalizeColumn(x, j, at(mean, 0, j), at(mean, 1, j), at(gamma, j) * at(inverseDeviation, j), at(beta, j),
                    y);
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
            normalizeColumn(x, j, at(runningMean, j), 0f, scale, at(beta, j), y);
        }
        activations.value(activation, y, y);
    }

    /// y ← fma((x − mean) − rest, scale, beta). The mean is subtracted first, so a large mean costs the difference no
    /// digits.
    private static void normalizeColumn(Matrix x, int column, float mean, float rest, float scale, float beta,
            Matrix y) {
        for (int i = 0; i < x.rows(); i++) {
            put(y, i, column, Math.fma((at(x, i, column) - mean) - rest, scale, beta));
        }
    }

    /// With x̂ = ((x − mean) − rest)·inverseDeviation and g = dy·derivative: dBeta = Σ g and dGamma = Σ fma(g, x̂, ·),
    /// in the order of [org.lanewise.kernels.sums.Sums#columnSums]; dx = scale·fma(x̂, −dGamma·(1/n), g − dBeta·(1/n))
    /// with scale = gamma·inverseDeviation.
    @Override
    public void batchNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dx, Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.batchNormBackward(x, gamma, mean, inverseDeviation, derivative, dy, dx, dGamma, dBeta);
        Matrix pair = Means.ofColumns(this, x, mean);
        batchNormParameterGradients(x, pair, inverseDeviation, derivative, dy, dGamma, dBeta);
        batchNormInputGradient(x.rows(), x, gamma, pair, inverseDeviation, derivative, dy, dGamma, dBeta, dx);
    }

    @Override
    public void batchNormParameterGradients(Matrix x, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.batchNormParameterGradients(x, mean, inverseDeviation, derivative, dy, dGamma, dBeta);
        ScalarColumnSums tree = ScalarColumnSums.take(2, x.columns(), x.rows());
        for (int first = 0; first < x.rows(); first += Lanes.PANEL_ROWS) {
            int end = Math.min(x.rows(), first + Lanes.PANEL_ROWS);
            for (int j = 0; j < x.columns(); j++) {
                float sum = 0f;
                float product = 0f;
                for (int i = first; i < end; i++) {
                    float g = gradient(dy, derivative, i, j);
                    sum += g;
                    product = Math.fma(g, normalized(x, i, j, mean, inverseDeviation), product);
                }
                tree.nodes()[tree.leaf() + j] = sum;
                tree.nodes()[tree.leaf() + tree.field(1) + j] = product;
            }
            tree.add(end - first);
        }
        tree.store(dBeta, dGamma);
        tree.give();
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
            float slope = at(dGamma, j) * perRow;
            for (int i = 0; i < x.rows(); i++) {
                float g = gradient(dy, derivative, i, j);
                float normalized = normalized(x, i, j, mean, inverseDeviation);
                put(dx, i, j, scale * Math.fma(normalized, -slope, g - gradientMean));
            }
        }
    }

    private static float normalized(Matrix x, int row, int column, Matrix mean, Matrix inverseDeviation) {
        return ((at(x, row, column) - at(mean, 0, column)) - at(mean, 1, column)) * at(inverseDeviation, column);
    }

    /// The gradient before the activation: 0 where the derivative is 0, as in all backward passes.
    private static float gradient(Matrix dy, Matrix derivative, int row, int column) {
        if (derivative == null) {
            return at(dy, row, column);
        }
        float slope = at(derivative, row, column);
        return slope == 0f ? slope : at(dy, row, column) * slope;
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

    /// y = fma(((x − mean) − rest)·inverseDeviation, gamma, beta).
    @Override
    public void layerNorm(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix mean, Matrix inverseDeviation,
            Matrix y) {
        NormalizationChecks.layerNorm(x, gamma, beta, epsilon, mean, inverseDeviation, y);
        LaneScratch scratch = LaneScratch.take();
        for (int i = 0; i < x.rows(); i++) {
            double exactMean = rowMean(x, i, scratch);
            float rowMean = (float) exactMean;
            float rest = (float) (exactMean - rowMean);
            float inverse = rowInverse(rowVariance(x, i, rowMean, rest, scratch), epsilon, x, i, exactMean);
            put(mean, 0, i, rowMean);
            if (mean.rows() == 2) {
                put(mean, 1, i, rest);
            }
            put(inverseDeviation, i, inverse);
            for (int j = 0; j < x.columns(); j++) {
                float normalized = ((at(x, i, j) - rowMean) - rest) * inverse;
                put(y, i, j, Math.fma(normalized, at(gamma, j), at(beta, j)));
            }
        }
        scratch.give();
    }

    /// The mean of a row, counted from its first value.
    static double rowMean(Matrix x, int row, LaneScratch scratch) {
        float anchor = at(x, row, 0);
        int n = x.columns();
        scratch.tree.clear();
        for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
            Lanes.clear(scratch.lanes);
            for (int j = first; j < Math.min(n, first + Lanes.ROW_BLOCK); j++) {
                scratch.lanes[Lanes.of(j)] += at(x, row, j) - anchor;
            }
            scratch.tree.add(Lanes.total(scratch.lanes));
        }
        return rowMean(anchor, scratch.tree.total(), x, row);
    }

    /// The mean of a row from the sum of its distances to the anchor; in double if that sum is not finite in float.
    static double rowMean(float anchor, double sum, Matrix x, int row) {
        if (Double.isFinite(sum)) {
            return anchor + sum * (1.0 / x.columns());
        }
        return Lanes.sumInDouble(x.data(), x.index(row, 0), x.columns()) / x.columns();
    }

    private static float rowVariance(Matrix x, int row, float mean, float rest, LaneScratch scratch) {
        int n = x.columns();
        scratch.tree.clear();
        for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
            Lanes.clear(scratch.lanes);
            for (int j = first; j < Math.min(n, first + Lanes.ROW_BLOCK); j++) {
                int lane = Lanes.of(j);
                float d = (at(x, row, j) - mean) - rest;
                scratch.lanes[lane] = Math.fma(d, d, scratch.lanes[lane]);
            }
            scratch.tree.add(Lanes.total(scratch.lanes));
        }
        return (float) (scratch.tree.total() * (1.0 / n));
    }

    /// The inverse deviation of a row; in double if its sum of squares is not finite in float.
    static float rowInverse(float variance, float epsilon, Matrix x, int row, double mean) {
        if (variance < Float.POSITIVE_INFINITY) {
            return inverseDeviation(variance, epsilon);
        }
        double squares = 0;
        for (int j = 0; j < x.columns(); j++) {
            double d = at(x, row, j) - mean;
            squares += d * d;
        }
        return (float) (1 / Math.sqrt(squares / x.columns() + epsilon));
    }

    /// With x̂ = ((x − mean) − rest)·inverseDeviation and g = dy·gamma:
    /// dx = inverseDeviation·fma(x̂, −Σ fma(g, x̂, ·)/n, g − Σ g/n), both sums along the row; dGamma = Σ fma(dy, x̂, ·)
    /// and dBeta = Σ dy down the columns, in the order of [org.lanewise.kernels.sums.Sums#columnSums].
    @Override
    public void layerNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix dy, Matrix dx,
            Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.layerNormBackward(x, gamma, mean, inverseDeviation, dy, dx, dGamma, dBeta);
        Matrix pair = Means.ofRows(x, mean);
        ScalarColumnSums tree = ScalarColumnSums.take(2, x.columns(), x.rows());
        for (int first = 0; first < x.rows(); first += Lanes.PANEL_ROWS) {
            int end = Math.min(x.rows(), first + Lanes.PANEL_ROWS);
            for (int j = 0; j < x.columns(); j++) {
                float sum = 0f;
                float product = 0f;
                for (int i = first; i < end; i++) {
                    sum += at(dy, i, j);
                    product = Math.fma(at(dy, i, j), normalizedInRow(x, i, j, pair, inverseDeviation), product);
                }
                tree.nodes()[tree.leaf() + j] = sum;
                tree.nodes()[tree.leaf() + tree.field(1) + j] = product;
            }
            tree.add(end - first);
        }
        LaneScratch scratch = LaneScratch.take();
        for (int i = 0; i < x.rows(); i++) {
            layerNormInputGradient(x, i, gamma, pair, inverseDeviation, dy, dx, scratch);
        }
        scratch.give();
        tree.store(dBeta, dGamma);
        tree.give();
    }

    private static void layerNormInputGradient(Matrix x, int i, Matrix gamma, Matrix mean, Matrix inverseDeviation,
            Matrix dy, Matrix dx, LaneScratch scratch) {
        int n = x.columns();
        scratch.tree.clear();
        scratch.tree2.clear();
        for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
            Lanes.clear(scratch.lanes);
            Lanes.clear(scratch.lanes2);
            for (int j = first; j < Math.min(n, first + Lanes.ROW_BLOCK); j++) {
                int lane = Lanes.of(j);
                float g = at(dy, i, j) * at(gamma, j);
                scratch.lanes[lane] += g;
                scratch.lanes2[lane] =
                        Math.fma(g, normalizedInRow(x, i, j, mean, inverseDeviation), scratch.lanes2[lane]);
            }
            scratch.tree.add(Lanes.total(scratch.lanes));
            scratch.tree2.add(Lanes.total(scratch.lanes2));
        }
        float gradientMean = (float) (scratch.tree.total() * (1.0 / n));
        float slope = (float) (scratch.tree2.total() * (1.0 / n));
        for (int j = 0; j < n; j++) {
            float g = at(dy, i, j) * at(gamma, j);
            float normalized = normalizedInRow(x, i, j, mean, inverseDeviation);
            put(dx, i, j, at(inverseDeviation, i) * Math.fma(normalized, -slope, g - gradientMean));
        }
    }

    private static float normalizedInRow(Matrix x, int row, int column, Matrix mean, Matrix inverseDeviation) {
        return ((at(x, row, column) - at(mean, 0, row)) - at(mean, 1, row)) * at(inverseDeviation, row);
    }

    static float inverseDeviation(float variance, float epsilon) {
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
