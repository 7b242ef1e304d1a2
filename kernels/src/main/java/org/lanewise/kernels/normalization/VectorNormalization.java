// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.normalization;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.lanes.LaneScratch;
import org.lanewise.kernels.lanes.Species;

/// The SIMD twin of [ScalarNormalization], which states the arithmetic.
///
/// Batch norm sums the batch in panels of rows ([ColumnPanels]); a column's sums wait in the output rows between two
/// panels. The pass that writes goes a row at a time, from the last row, which the caches still hold.
///
/// Tried, and slower (4096×1024, 1.4 to 1.6 times the time): a strip of columns through all passes before the next
/// strip, to read memory once. Each row of a strip lies on a page of its own, a strip's edges share cache lines with
/// its neighbours, and rows a power of two apart share few cache sets.
public final class VectorNormalization implements Normalization {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();
    private static final int PANEL_ROWS = ScalarNormalization.PANEL_ROWS;

    /// 16 KiB, half of a small first-level cache.
    private static final int HOT_ELEMENTS = 4096;

    private final Activations activations;

    /// @param activations the SIMD activation passes
    public VectorNormalization(Activations activations) {
        this.activations = activations;
    }

    @Override
    public void batchNormTraining(Matrix x, Matrix gamma, Matrix beta, float epsilon, float momentum,
            Matrix runningMean, Matrix runningVariance, Matrix mean, Matrix inverseDeviation, Activation activation,
            Matrix y, Matrix derivative) {
        NormalizationChecks.batchNormTraining(x, gamma, beta, epsilon, momentum, runningMean, runningVariance, mean,
                inverseDeviation, activation, y, derivative);
        statistics(x, epsilon, momentum, runningMean, runningVariance, mean, inverseDeviation);
        apply(x, gamma, beta, mean, inverseDeviation, activation, y, derivative);
    }

    @Override
    public void batchNormStatistics(Matrix x, float epsilon, float momentum, Matrix runningMean,
            Matrix runningVariance, Matrix mean, Matrix inverseDeviation) {
        NormalizationChecks.batchNormStatistics(x, epsilon, momentum, runningMean, runningVariance, mean,
                inverseDeviation);
        statistics(x, epsilon, momentum, runningMean, runningVariance, mean, inverseDeviation);
    }

    private static void statistics(Matrix x, float epsilon, float momentum, Matrix runningMean,
            Matrix runningVariance, Matrix mean, Matrix inverseDeviation) {
        int rows = x.rows();
        int columns = x.columns();
        float[] rest = ColumnScratch.take(columns);
        System.arraycopy(x.data(), x.offset(), mean.data(), mean.offset(), columns);
        Arrays.fill(rest, 0, columns, 0f);
        clear(inverseDeviation);
        for (int first = 0; first < rows; first += PANEL_ROWS) {
            ColumnPanels.addStatistics(x, first, panelRows(x, first), mean, rest, inverseDeviation);
        }
        ColumnScratch.give(rest);
        if (runningMean != null) {
            move(runningMean, mean, 1f, momentum);
            move(runningVariance, inverseDeviation, rows - 1, momentum);
        }
        finishDeviation(inverseDeviation, rows, epsilon);
    }

    @Override
    public void batchNormApply(Matrix x, Matrix gamma, Matrix beta, Matrix mean, Matrix inverseDeviation,
            Activation activation, Matrix y, Matrix derivative) {
        NormalizationChecks.batchNormApply(x, gamma, beta, mean, inverseDeviation, activation, y, derivative);
        apply(x, gamma, beta, mean, inverseDeviation, activation, y, derivative);
    }

    private void apply(Matrix x, Matrix gamma, Matrix beta, Matrix mean, Matrix inverseDeviation,
            Activation activation, Matrix y, Matrix derivative) {
        float[] scale = ColumnScratch.take(x.columns());
        scale(gamma, inverseDeviation, scale, 0);
        normalize(x, mean, scale, beta, activation, y, derivative);
        ColumnScratch.give(scale);
    }

    /// Moves a running statistic towards the batch's, which is `batch / divisor`.
    private static void move(Matrix running, Matrix batch, float divisor, float momentum) {
        int columns = running.columns();
        float[] data = running.data();
        float keep = 1f - momentum;
        FloatVector weight = FloatVector.broadcast(SPECIES, momentum);
        for (int j = 0; j < columns; j += STEP) {
            VectorMask<Float> inRange = SPECIES.indexInRange(j, columns);
            FloatVector value = FloatVector.fromArray(SPECIES, batch.data(), batch.offset() + j, inRange).div(divisor);
            FloatVector kept = FloatVector.fromArray(SPECIES, data, running.offset() + j, inRange).mul(keep);
            value.fma(weight, kept).intoArray(data, running.offset() + j, inRange);
        }
    }

    /// squares → inverse deviation.
    private static void finishDeviation(Matrix squares, int rows, float epsilon) {
        int columns = squares.columns();
        float[] data = squares.data();
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int j = 0; j < columns; j += STEP) {
            VectorMask<Float> inRange = SPECIES.indexInRange(j, columns);
            FloatVector sum = FloatVector.fromArray(SPECIES, data, squares.offset() + j, inRange);
            one.div(sum.div((float) rows).add(epsilon).sqrt()).intoArray(data, squares.offset() + j, inRange);
        }
    }

    /// scaled ← row·inverseDeviation.
    private static void scale(Matrix row, Matrix inverseDeviation, float[] scaled, int at) {
        int columns = row.columns();
        for (int j = 0; j < columns; j += STEP) {
            VectorMask<Float> inRange = SPECIES.indexInRange(j, columns);
            FloatVector inverse =
                    FloatVector.fromArray(SPECIES, inverseDeviation.data(), inverseDeviation.offset() + j, inRange);
            FloatVector.fromArray(SPECIES, row.data(), row.offset() + j, inRange).mul(inverse)
                    .intoArray(scaled, at + j, inRange);
        }
    }

    @Override
    public void batchNormInference(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix runningMean,
            Matrix runningVariance, Activation activation, Matrix y) {
        NormalizationChecks.batchNormInference(x, gamma, beta, epsilon, runningMean, runningVariance, activation, y);
        float[] scale = ColumnScratch.take(x.columns());
        inferenceScale(gamma, runningVariance, epsilon, scale);
        normalize(x, runningMean, scale, beta, activation, y, null);
        ColumnScratch.give(scale);
    }

    private static void inferenceScale(Matrix gamma, Matrix runningVariance, float epsilon, float[] scale) {
        int columns = gamma.columns();
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int j = 0; j < columns; j += STEP) {
            VectorMask<Float> inRange = SPECIES.indexInRange(j, columns);
            FloatVector variance =
                    FloatVector.fromArray(SPECIES, runningVariance.data(), runningVariance.offset() + j, inRange);
            FloatVector inverse = one.div(variance.add(epsilon).sqrt());
            FloatVector.fromArray(SPECIES, gamma.data(), gamma.offset() + j, inRange).mul(inverse)
                    .intoArray(scale, j, inRange);
        }
    }

    /// y ← σ(fma(x − mean, scale, beta)). The rectifier is applied in registers, any other activation to some rows at a
    /// time, while they are hot.
    private void normalize(Matrix x, Matrix mean, float[] scale, Matrix beta, Activation activation, Matrix y,
            Matrix derivative) {
        if (activation instanceof Activation.Relu) {
            ColumnPanels.rectify(x, mean, scale, beta, y, derivative);
            return;
        }
        boolean alone = activation instanceof Activation.Identity && derivative == null;
        int most = alone ? x.rows() : Math.max(1, HOT_ELEMENTS / Math.max(1, x.columns()));
        int first;
        for (int end = x.rows(); end > 0; end = first) {
            first = Math.max(0, end - most);
            int count = end - first;
            ColumnPanels.normalize(x, mean, scale, beta, y, first, count);
            if (derivative != null) {
                activations.valueAndDerivative(activation, y.data(), y.index(first, 0), y.stride(), derivative.data(),
                        derivative.index(first, 0), derivative.stride(), count, y.columns());
            } else if (!alone) {
                activations.value(activation, y.data(), y.index(first, 0), y.stride(), count, y.columns());
            }
        }
    }

    @Override
    public void batchNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dx, Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.batchNormBackward(x, gamma, mean, inverseDeviation, derivative, dy, dx, dGamma, dBeta);
        parameterGradients(x, mean, inverseDeviation, derivative, dy, dGamma, dBeta);
        inputGradient(x.rows(), x, gamma, mean, inverseDeviation, derivative, dy, dGamma, dBeta, dx);
    }

    @Override
    public void batchNormParameterGradients(Matrix x, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.batchNormParameterGradients(x, mean, inverseDeviation, derivative, dy, dGamma, dBeta);
        parameterGradients(x, mean, inverseDeviation, derivative, dy, dGamma, dBeta);
    }

    private static void parameterGradients(Matrix x, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dGamma, Matrix dBeta) {
        clear(dGamma);
        clear(dBeta);
        for (int first = 0; first < x.rows(); first += PANEL_ROWS) {
            ColumnPanels.addGradients(x, first, panelRows(x, first), mean, derivative, dy, dGamma, dBeta);
        }
        scale(dGamma, inverseDeviation, dGamma.data(), dGamma.offset());
    }

    @Override
    public void batchNormInputGradient(int batchRows, Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation,
            Matrix derivative, Matrix dy, Matrix dGamma, Matrix dBeta, Matrix dx) {
        NormalizationChecks.batchNormInputGradient(batchRows, x, gamma, mean, inverseDeviation, derivative, dy, dGamma,
                dBeta, dx);
        inputGradient(batchRows, x, gamma, mean, inverseDeviation, derivative, dy, dGamma, dBeta, dx);
    }

    private static void inputGradient(int batchRows, Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation,
            Matrix derivative, Matrix dy, Matrix dGamma, Matrix dBeta, Matrix dx) {
        float[] factors = ColumnScratch.take(3 * x.columns());
        gradientFactors(batchRows, gamma, inverseDeviation, dGamma, dBeta, factors);
        ColumnPanels.inputGradients(x, mean, derivative, dy, factors, dx);
        ColumnScratch.give(factors);
    }

    /// The columns' factors for [ColumnPanels#inputGradients]: scale, mean gradient and −slope, one row after the
    /// other.
    private static void gradientFactors(int rows, Matrix gamma, Matrix inverseDeviation, Matrix dGamma, Matrix dBeta,
            float[] factors) {
        int columns = gamma.columns();
        float perRow = 1f / rows;
        for (int j = 0; j < columns; j += STEP) {
            VectorMask<Float> inRange = SPECIES.indexInRange(j, columns);
            FloatVector inverse =
                    FloatVector.fromArray(SPECIES, inverseDeviation.data(), inverseDeviation.offset() + j, inRange);
            FloatVector.fromArray(SPECIES, gamma.data(), gamma.offset() + j, inRange).mul(inverse)
                    .intoArray(factors, j, inRange);
            FloatVector.fromArray(SPECIES, dBeta.data(), dBeta.offset() + j, inRange).mul(perRow)
                    .intoArray(factors, columns + j, inRange);
            FloatVector.fromArray(SPECIES, dGamma.data(), dGamma.offset() + j, inRange).mul(inverse).mul(perRow).neg()
                    .intoArray(factors, 2 * columns + j, inRange);
        }
    }

    @Override
    public void foldBatchNorm(Matrix weights, Matrix bias, Matrix gamma, Matrix beta, float epsilon,
            Matrix runningMean, Matrix runningVariance, Matrix foldedWeights, Matrix foldedBias) {
        NormalizationChecks.foldBatchNorm(weights, bias, gamma, beta, epsilon, runningMean, runningVariance,
                foldedWeights, foldedBias);
        float[] scale = ColumnScratch.take(weights.columns());
        inferenceScale(gamma, runningVariance, epsilon, scale);
        for (int i = 0; i < weights.rows(); i++) {
            scaleRow(weights, i, scale, foldedWeights);
        }
        ColumnPanels.normalize(bias, runningMean, scale, beta, foldedBias, 0, 1);
        ColumnScratch.give(scale);
    }

    private static void scaleRow(Matrix weights, int row, float[] scale, Matrix folded) {
        int columns = weights.columns();
        int from = weights.index(row, 0);
        int to = folded.index(row, 0);
        int j = 0;
        for (; j < SPECIES.loopBound(columns); j += STEP) {
            FloatVector.fromArray(SPECIES, weights.data(), from + j).mul(FloatVector.fromArray(SPECIES, scale, j))
                    .intoArray(folded.data(), to + j);
        }
        if (j < columns) {
            VectorMask<Float> tail = SPECIES.indexInRange(j, columns);
            FloatVector.fromArray(SPECIES, weights.data(), from + j, tail)
                    .mul(FloatVector.fromArray(SPECIES, scale, j, tail)).intoArray(folded.data(), to + j, tail);
        }
    }

    /// Each step goes over as many rows as stay hot before the next step does: their sums, each of which ends in a long
    /// chain of dependent additions, overlap.
    @Override
    public void layerNorm(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix mean, Matrix inverseDeviation,
            Matrix y) {
        NormalizationChecks.layerNorm(x, gamma, beta, epsilon, mean, inverseDeviation, y);
        LaneScratch scratch = LaneScratch.take();
        int hot = Math.clamp(HOT_ELEMENTS / x.columns(), 2, PANEL_ROWS);
        for (int first = 0; first < x.rows(); first += hot) {
            int count = Math.min(x.rows() - first, hot);
            LayerRows.centers(x, first, count, mean, scratch.rows, scratch.row);
            LayerRows.deviations(x, first, count, mean, epsilon, inverseDeviation, scratch.rows, scratch.row);
            LayerRows.normalize(x, first, count, mean, inverseDeviation, gamma, beta, y);
        }
        scratch.give();
    }

    /// The sums along a panel's rows come first; then the panel is walked along its columns, as in batch norm.
    @Override
    public void layerNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix dy, Matrix dx,
            Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.layerNormBackward(x, gamma, mean, inverseDeviation, dy, dx, dGamma, dBeta);
        clear(dGamma);
        clear(dBeta);
        LaneScratch scratch = LaneScratch.take();
        float[] factors = ColumnScratch.take(LayerRows.FACTORS * PANEL_ROWS);
        for (int first = 0; first < x.rows(); first += PANEL_ROWS) {
            int count = panelRows(x, first);
            for (int i = 0; i < count; i++) {
                LayerRows.gradientFactors(x, first + i, gamma, mean, inverseDeviation, dy, scratch.rows, scratch.row,
                        factors, LayerRows.FACTORS * i);
            }
            LayerRows.inputGradients(x, first, count, gamma, dy, factors, dx, dGamma, dBeta);
        }
        ColumnScratch.give(factors);
        scratch.give();
    }

    private static int panelRows(Matrix x, int first) {
        return Math.min(x.rows() - first, PANEL_ROWS);
    }

    private static void clear(Matrix row) {
        Arrays.fill(row.data(), row.offset(), row.offset() + row.columns(), 0f);
    }
}
