// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.normalization;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.lanes.LaneScratch;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.lanes.Species;
import org.lanewise.kernels.internal.lanes.VectorColumnSums;
import org.lanewise.kernels.normalization.Normalization;

/// The SIMD twin of [ScalarNormalization], which states the arithmetic.
///
/// Batch norm sums the batch in panels of rows ([VectorStatistics], [ColumnPanels]). The writing pass takes a row at a
/// time, from the last, which the caches still hold.
///
/// Tried, and slower (4096×1024, 1.4 to 1.6 times the time): a strip of columns through all passes before the next
/// strip, to read memory once. Each row of a strip lies on a page of its own, a strip's edges share cache lines with
/// its neighbours, and rows a power of two apart share few cache sets.
final class VectorNormalization implements Normalization {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();
    private static final int PANEL_ROWS = Lanes.PANEL_ROWS;

    /// 16 KiB, half of a small first-level cache.
    private static final int HOT_ELEMENTS = 4096;

    private final ArrayActivations activations;

    /// @param activations the SIMD activation passes
    VectorNormalization(ArrayActivations activations) {
        this.activations = activations;
    }

    @Override
    public void batchNormTraining(Matrix x, Matrix gamma, Matrix beta, float epsilon, float momentum,
            Matrix runningMean, Matrix runningVariance, Matrix mean, Matrix inverseDeviation, Activation activation,
            Matrix y, Matrix derivative) {
        NormalizationChecks.batchNormTraining(x, gamma, beta, epsilon, momentum, runningMean, runningVariance, mean,
                inverseDeviation, activation, y, derivative);
        Matrix pair = Means.room(mean);
        statistics(x, epsilon, momentum, runningMean, runningVariance, pair, inverseDeviation);
        apply(x, gamma, beta, pair, inverseDeviation, activation, y, derivative);
        Means.give(pair, mean);
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
        VectorStatistics tree = VectorStatistics.take(columns, rows);
        for (int first = 0; first < rows; first += ScalarStatistics.LEAF_ROWS) {
            tree.addLeaf(x, first, Math.min(rows - first, ScalarStatistics.LEAF_ROWS));
        }
        int root = tree.root();
        float[] nodes = tree.nodes();
        int squares = root + tree.field(ScalarStatistics.SQUARES);
        int wide = firstWide(nodes, squares, columns, 0);
        Matrix oldMean = wide == columns || runningMean == null ? null : copy(runningMean);
        Matrix oldVariance = wide == columns || runningMean == null ? null : copy(runningVariance);
        System.arraycopy(nodes, root + tree.field(ScalarStatistics.MEAN), mean.data(), mean.index(0, 0), columns);
        System.arraycopy(nodes, root + tree.field(ScalarStatistics.REST), mean.data(), mean.index(1, 0), columns);
        if (runningMean != null) {
            move(runningMean, mean.data(), mean.offset(), 1f, momentum);
            move(runningVariance, nodes, squares, rows - 1, momentum);
        }
        finishDeviation(nodes, squares, rows, epsilon, inverseDeviation);
        for (int j = wide; j < columns; j = firstWide(nodes, squares, columns, j + 1)) {
            if (oldMean != null) {
                runningMean.set(0, j, oldMean.get(0, j));
                runningVariance.set(0, j, oldVariance.get(0, j));
            }
            ScalarNormalization.wideColumn(x, j, epsilon, momentum, runningMean, runningVariance, mean,
                    inverseDeviation);
        }
        tree.give();
    }

    /// The first column from `from` on whose squares are no finite float; the number of columns if there is none.
    private static int firstWide(float[] nodes, int squares, int columns, int from) {
        int j = from;
        while (j < columns && nodes[squares + j] < Float.POSITIVE_INFINITY) {
            j++;
        }
        return j;
    }

    private static Matrix copy(Matrix row) {
        Matrix copy = Matrix.zeros(1, row.columns());
        System.arraycopy(row.data(), row.offset(), copy.data(), 0, row.columns());
        return copy;
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
        normalize(x, mean, mean.data(), mean.index(1, 0), scale, beta, activation, y, derivative);
        ColumnScratch.give(scale);
    }

    /// Moves a running statistic towards the batch's, which is `batch / divisor`.
    private static void move(Matrix running, float[] batch, int batchAt, float divisor, float momentum) {
        int columns = running.columns();
        float[] data = running.data();
        float keep = 1f - momentum;
        FloatVector weight = FloatVector.broadcast(SPECIES, momentum);
        for (int j = 0; j < columns; j += STEP) {
            VectorMask<Float> inRange = SPECIES.indexInRange(j, columns);
            FloatVector value = FloatVector.fromArray(SPECIES, batch, batchAt + j, inRange).div(divisor);
            FloatVector kept = FloatVector.fromArray(SPECIES, data, running.offset() + j, inRange).mul(keep);
            value.fma(weight, kept).intoArray(data, running.offset() + j, inRange);
        }
    }

    /// inverseDeviation ← 1/√(squares/rows + ε).
    private static void finishDeviation(float[] squares, int at, int rows, float epsilon, Matrix inverseDeviation) {
        int columns = inverseDeviation.columns();
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int j = 0; j < columns; j += STEP) {
            VectorMask<Float> inRange = SPECIES.indexInRange(j, columns);
            FloatVector sum = FloatVector.fromArray(SPECIES, squares, at + j, inRange);
            one.div(sum.div((float) rows).add(epsilon).sqrt())
                    .intoArray(inverseDeviation.data(), inverseDeviation.offset() + j, inRange);
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
        float[] scale = ColumnScratch.take(2 * x.columns());
        inferenceScale(gamma, runningVariance, epsilon, scale);
        Arrays.fill(scale, x.columns(), 2 * x.columns(), 0f);
        normalize(x, runningMean, scale, x.columns(), scale, beta, activation, y, null);
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

    /// y ← σ(fma((x − mean) − rest, scale, beta)). ReLU is applied in registers, any other activation to a few rows at
    /// a time, while they are in cache.
    private void normalize(Matrix x, Matrix mean, float[] rests, int restsAt, float[] scale, Matrix beta,
            Activation activation, Matrix y, Matrix derivative) {
        if (activation instanceof Activation.Relu) {
            ColumnPanels.rectify(x, mean, rests, restsAt, scale, beta, y, derivative);
            return;
        }
        boolean alone = activation instanceof Activation.Identity && derivative == null;
        int most = alone ? x.rows() : Math.max(1, HOT_ELEMENTS / Math.max(1, x.columns()));
        int first;
        for (int end = x.rows(); end > 0; end = first) {
            first = Math.max(0, end - most);
            int count = end - first;
            ColumnPanels.normalize(x, mean, rests, restsAt, scale, beta, y, first, count);
            if (derivative != null) {
                activations.valueAndDerivative(activation, y.data(), y.index(first, 0), y.stride(), derivative,
                        derivative.index(first, 0), count, y.columns());
            } else if (!alone) {
                activations.value(activation, y.data(), y.index(first, 0), y.stride(), count, y.columns());
            }
        }
    }

    @Override
    public void batchNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dx, Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.batchNormBackward(x, gamma, mean, inverseDeviation, derivative, dy, dx, dGamma, dBeta);
        Matrix pair = Means.ofColumns(this, x, mean);
        parameterGradients(x, pair, inverseDeviation, derivative, dy, dGamma, dBeta);
        inputGradient(x.rows(), x, gamma, pair, inverseDeviation, derivative, dy, dGamma, dBeta, dx);
    }

    @Override
    public void batchNormParameterGradients(Matrix x, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.batchNormParameterGradients(x, mean, inverseDeviation, derivative, dy, dGamma, dBeta);
        parameterGradients(x, mean, inverseDeviation, derivative, dy, dGamma, dBeta);
    }

    private static void parameterGradients(Matrix x, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dGamma, Matrix dBeta) {
        VectorColumnSums tree = VectorColumnSums.take(2, x.columns(), x.rows());
        for (int first = 0; first < x.rows(); first += PANEL_ROWS) {
            int count = panelRows(x, first);
            ColumnPanels.addGradients(x, first, count, mean, inverseDeviation, derivative, dy, tree.nodes(),
                    tree.leaf(), tree.leaf() + tree.field(1));
            tree.add(count);
        }
        tree.store(dBeta, dGamma);
        tree.give();
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
        ColumnPanels.inputGradients(x, mean, inverseDeviation, derivative, dy, factors, dx);
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
            FloatVector.fromArray(SPECIES, dGamma.data(), dGamma.offset() + j, inRange).mul(perRow).neg()
                    .intoArray(factors, 2 * columns + j, inRange);
        }
    }

    @Override
    public void foldBatchNorm(Matrix weights, Matrix bias, Matrix gamma, Matrix beta, float epsilon,
            Matrix runningMean, Matrix runningVariance, Matrix foldedWeights, Matrix foldedBias) {
        NormalizationChecks.foldBatchNorm(weights, bias, gamma, beta, epsilon, runningMean, runningVariance,
                foldedWeights, foldedBias);
        float[] scale = ColumnScratch.take(2 * weights.columns());
        inferenceScale(gamma, runningVariance, epsilon, scale);
        for (int i = 0; i < weights.rows(); i++) {
            scaleRow(weights, i, scale, foldedWeights);
        }
        Arrays.fill(scale, weights.columns(), 2 * weights.columns(), 0f);
        ColumnPanels.normalize(bias, runningMean, scale, weights.columns(), scale, beta, foldedBias, 0, 1);
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

    /// Each step takes as many rows as stay in cache for the next step. The sums of those rows overlap; each ends in a
    /// long chain of dependent additions.
    @Override
    public void layerNorm(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix mean, Matrix inverseDeviation,
            Matrix y) {
        NormalizationChecks.layerNorm(x, gamma, beta, epsilon, mean, inverseDeviation, y);
        LaneScratch scratch = LaneScratch.take();
        float[] factors = ColumnScratch.take(LayerRows.FACTORS * PANEL_ROWS);
        int hot = Math.clamp(HOT_ELEMENTS / x.columns(), 2, PANEL_ROWS);
        for (int first = 0; first < x.rows(); first += hot) {
            int count = Math.min(x.rows() - first, hot);
            for (int i = 0; i < count; i += 2) {
                int next = Math.min(i + 1, count - 1);
                LayerRows.statistics(x, first + i, first + next, epsilon, scratch, factors, LayerRows.FACTORS * i,
                        LayerRows.FACTORS * next);
            }
            LayerRows.normalize(x, first, count, factors, gamma, beta, y);
            for (int i = 0; i < count; i++) {
                LayerRows.store(factors, LayerRows.FACTORS * i, first + i, mean, inverseDeviation);
            }
        }
        ColumnScratch.give(factors);
        scratch.give();
    }

    /// First the sums along the rows of a panel, then the pass along the panel's columns, as in batch norm.
    @Override
    public void layerNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix dy, Matrix dx,
            Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.layerNormBackward(x, gamma, mean, inverseDeviation, dy, dx, dGamma, dBeta);
        Matrix pair = Means.ofRows(x, mean);
        LaneScratch scratch = LaneScratch.take();
        float[] factors = ColumnScratch.take(LayerRows.FACTORS * PANEL_ROWS);
        VectorColumnSums tree = VectorColumnSums.take(2, x.columns(), x.rows());
        for (int first = 0; first < x.rows(); first += PANEL_ROWS) {
            int count = panelRows(x, first);
            for (int i = 0; i < count; i++) {
                LayerRows.gradientFactors(x, first + i, gamma, pair, inverseDeviation, dy, scratch, factors,
                        LayerRows.FACTORS * i);
            }
            LayerRows.inputGradients(x, first, count, gamma, dy, factors, dx, tree.nodes(), tree.leaf(),
                    tree.leaf() + tree.field(1));
            tree.add(count);
        }
        tree.store(dBeta, dGamma);
        tree.give();
        ColumnScratch.give(factors);
        scratch.give();
    }

    private static int panelRows(Matrix x, int first) {
        return Math.min(x.rows() - first, PANEL_ROWS);
    }
}
