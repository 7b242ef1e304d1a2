// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.normalization;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.Team;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.lanes.Lanes;

/// Splits batch norm by columns, each with statistics of its own; batch norm by running statistics and layer norm by
/// rows.
///
/// Layer norm's backward pass stays on the calling thread. By rows it would break the chains of dGamma and dBeta, which
/// run down all of them and, by contract, start from +0; by columns those of the sums along each row. Batch norm folded
/// into weights is not worth a thread: that is done once for a network.
public final class ParallelNormalization implements Normalization {

    /// Fewest elements that are worth a thread of their own.
    private static final long WORTHWHILE = 16_384;

    /// The same for columns of batch norm. Half as wide, its rows are walked less evenly: 128×256 took as long in two
    /// parts as in one.
    private static final long WORTHWHILE_COLUMNS = 32_768;

    private final Normalization normalization;
    private final Team team;

    /// @param normalization does each part
    public ParallelNormalization(Normalization normalization, Team team) {
        this.normalization = normalization;
        this.team = team;
    }

    private void splitColumns(Matrix x, Team.Part part) {
        team.split(x.columns(), 2 * Lanes.COUNT,
                Math.max(2 * Lanes.COUNT, WORTHWHILE_COLUMNS / Math.max(1, x.rows())), part);
    }

    /// The columns of a matrix, or null of null.
    private static Matrix columns(Matrix matrix, int from, int to) {
        return matrix == null ? null : matrix.columns(from, to - from);
    }

    @Override
    public void batchNormTraining(Matrix x, Matrix gamma, Matrix beta, float epsilon, float momentum,
            Matrix runningMean, Matrix runningVariance, Matrix mean, Matrix inverseDeviation, Activation activation,
            Matrix y, Matrix derivative) {
        NormalizationChecks.batchNormTraining(x, gamma, beta, epsilon, momentum, runningMean, runningVariance, mean,
                inverseDeviation, activation, y, derivative);
        splitColumns(x, (from, to) -> normalization.batchNormTraining(columns(x, from, to), columns(gamma, from, to),
                columns(beta, from, to), epsilon, momentum, columns(runningMean, from, to),
                columns(runningVariance, from, to), columns(mean, from, to), columns(inverseDeviation, from, to),
                activation, columns(y, from, to), columns(derivative, from, to)));
    }

    @Override
    public void batchNormInference(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix runningMean,
            Matrix runningVariance, Activation activation, Matrix y) {
        NormalizationChecks.batchNormInference(x, gamma, beta, epsilon, runningMean, runningVariance, activation, y);
        team.split(x.rows(), 1, Math.max(1, WORTHWHILE / Math.max(1, x.columns())),
                (from, to) -> normalization.batchNormInference(x.rows(from, to - from), gamma, beta, epsilon,
                        runningMean, runningVariance, activation, y.rows(from, to - from)));
    }

    @Override
    public void batchNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dx, Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.batchNormBackward(x, gamma, mean, inverseDeviation, derivative, dy, dx, dGamma, dBeta);
        splitColumns(x, (from, to) -> normalization.batchNormBackward(columns(x, from, to), columns(gamma, from, to),
                columns(mean, from, to), columns(inverseDeviation, from, to), columns(derivative, from, to),
                columns(dy, from, to), columns(dx, from, to), columns(dGamma, from, to), columns(dBeta, from, to)));
    }

    @Override
    public void foldBatchNorm(Matrix weights, Matrix bias, Matrix gamma, Matrix beta, float epsilon,
            Matrix runningMean, Matrix runningVariance, Matrix foldedWeights, Matrix foldedBias) {
        normalization.foldBatchNorm(weights, bias, gamma, beta, epsilon, runningMean, runningVariance, foldedWeights,
                foldedBias);
    }

    @Override
    public void layerNorm(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix mean, Matrix inverseDeviation,
            Matrix y) {
        NormalizationChecks.layerNorm(x, gamma, beta, epsilon, mean, inverseDeviation, y);
        team.split(x.rows(), 1, Math.max(1, WORTHWHILE / x.columns()),
                (from, to) -> normalization.layerNorm(x.rows(from, to - from), gamma, beta, epsilon,
                        columns(mean, from, to), columns(inverseDeviation, from, to), y.rows(from, to - from)));
    }

    @Override
    public void layerNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix dy, Matrix dx,
            Matrix dGamma, Matrix dBeta) {
        normalization.layerNormBackward(x, gamma, mean, inverseDeviation, dy, dx, dGamma, dBeta);
    }
}
