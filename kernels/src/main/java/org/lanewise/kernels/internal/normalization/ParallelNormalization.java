// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.normalization;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.team.Team;
import org.lanewise.kernels.normalization.Normalization;

/// Splits sums over a batch by columns, each of which has chains of its own, and writing passes by rows. Two threads
/// that wrote halves of the same rows would share a cache line at each seam: 256×512 took longer on two threads than on
/// one.
///
/// Layer norm's backward pass stays on the calling thread, for it sums along the rows and down the columns in one pass.
/// Folding batch norm into weights is not split, for a network does that once.
final class ParallelNormalization implements ForwardingNormalization {

    /// Fewest elements that are worth a part of their own.
    private static final long WORTHWHILE = 16_384;

    /// The same for sums and the pass after them, between which threads wait for each other.
    private static final long WORTHWHILE_IN_TURN = 32_768;

    /// Columns of a part begin at multiples of the vectors that the SIMD twin sums side by side.
    private static final int COLUMN_UNIT = 2 * Lanes.COUNT;

    private final Normalization normalization;
    private final Team team;

    /// @param normalization does each part
    ParallelNormalization(Normalization normalization, Team team) {
        this.normalization = normalization;
        this.team = team;
    }

    @Override
    public Normalization next() {
        return normalization;
    }

    private static long worthwhile(int otherSide) {
        return worthwhile(WORTHWHILE, otherSide);
    }

    private static long worthwhile(long elements, int otherSide) {
        return Math.max(1, elements / Math.max(1, otherSide));
    }

    /// Whether a batch is too small for two threads; also for null, which the checks refuse later.
    private boolean isForOne(Matrix x) {
        return x == null || team.threads() == 1 || x.size() < 2 * team.grain(WORTHWHILE_IN_TURN);
    }

    /// Sums by columns, then writes by rows.
    private void sumAndWrite(Matrix x, Team.Part sum, Team.Part write) {
        team.splitInTurn(x.columns(), COLUMN_UNIT, worthwhile(WORTHWHILE_IN_TURN, x.rows()), sum, x.rows(), 1,
                worthwhile(WORTHWHILE_IN_TURN, x.columns()), write);
    }

    /// The columns of a matrix, or null of null.
    private static Matrix columns(Matrix matrix, int from, int to) {
        return matrix == null ? null : matrix.columns(from, to - from);
    }

    /// The rows of a matrix, or null of null.
    private static Matrix rows(Matrix matrix, int from, int to) {
        return matrix == null ? null : matrix.rows(from, to - from);
    }

    @Override
    public void batchNormTraining(Matrix x, Matrix gamma, Matrix beta, float epsilon, float momentum,
            Matrix runningMean, Matrix runningVariance, Matrix mean, Matrix inverseDeviation, Activation activation,
            Matrix y, Matrix derivative) {
        if (isForOne(x)) {
            normalization.batchNormTraining(x, gamma, beta, epsilon, momentum, runningMean, runningVariance, mean,
                    inverseDeviation, activation, y, derivative);
            return;
        }
        NormalizationChecks.batchNormTraining(x, gamma, beta, epsilon, momentum, runningMean, runningVariance, mean,
                inverseDeviation, activation, y, derivative);
        Matrix pair = Means.room(mean);
        sumAndWrite(x, (from, to) -> statistics(x, epsilon, momentum, runningMean, runningVariance, pair,
                inverseDeviation, from, to), (from, to) -> apply(x, gamma, beta, pair, inverseDeviation, activation, y,
                derivative, from, to));
        Means.give(pair, mean);
    }

    @Override
    public void batchNormStatistics(Matrix x, float epsilon, float momentum, Matrix runningMean,
            Matrix runningVariance, Matrix mean, Matrix inverseDeviation) {
        NormalizationChecks.batchNormStatistics(x, epsilon, momentum, runningMean, runningVariance, mean,
                inverseDeviation);
        team.split(x.columns(), COLUMN_UNIT, worthwhile(x.rows()), (from, to) -> statistics(x, epsilon, momentum,
                runningMean, runningVariance, mean, inverseDeviation, from, to));
    }

    private void statistics(Matrix x, float epsilon, float momentum, Matrix runningMean, Matrix runningVariance,
            Matrix mean, Matrix inverseDeviation, int from, int to) {
        normalization.batchNormStatistics(columns(x, from, to), epsilon, momentum, columns(runningMean, from, to),
                columns(runningVariance, from, to), columns(mean, from, to), columns(inverseDeviation, from, to));
    }

    @Override
    public void batchNormApply(Matrix x, Matrix gamma, Matrix beta, Matrix mean, Matrix inverseDeviation,
            Activation activation, Matrix y, Matrix derivative) {
        NormalizationChecks.batchNormApply(x, gamma, beta, mean, inverseDeviation, activation, y, derivative);
        team.split(x.rows(), 1, worthwhile(x.columns()), (from, to) -> apply(x, gamma, beta, mean, inverseDeviation,
                activation, y, derivative, from, to));
    }

    private void apply(Matrix x, Matrix gamma, Matrix beta, Matrix mean, Matrix inverseDeviation,
            Activation activation, Matrix y, Matrix derivative, int from, int to) {
        normalization.batchNormApply(rows(x, from, to), gamma, beta, mean, inverseDeviation, activation,
                rows(y, from, to), rows(derivative, from, to));
    }

    @Override
    public void batchNormInference(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix runningMean,
            Matrix runningVariance, Activation activation, Matrix y) {
        NormalizationChecks.batchNormInference(x, gamma, beta, epsilon, runningMean, runningVariance, activation, y);
        team.split(x.rows(), 1, worthwhile(x.columns()), (from, to) -> normalization.batchNormInference(
                rows(x, from, to), gamma, beta, epsilon, runningMean, runningVariance, activation, rows(y, from, to)));
    }

    @Override
    public void batchNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dx, Matrix dGamma, Matrix dBeta) {
        if (isForOne(x)) {
            normalization.batchNormBackward(x, gamma, mean, inverseDeviation, derivative, dy, dx, dGamma, dBeta);
            return;
        }
        NormalizationChecks.batchNormBackward(x, gamma, mean, inverseDeviation, derivative, dy, dx, dGamma, dBeta);
        Matrix pair = Means.ofColumns(this, x, mean);
        sumAndWrite(x, (from, to) -> parameterGradients(x, pair, inverseDeviation, derivative, dy, dGamma, dBeta, from,
                to), (from, to) -> inputGradient(x.rows(), x, gamma, pair, inverseDeviation, derivative, dy, dGamma,
                dBeta, dx, from, to));
    }

    @Override
    public void batchNormParameterGradients(Matrix x, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dGamma, Matrix dBeta) {
        NormalizationChecks.batchNormParameterGradients(x, mean, inverseDeviation, derivative, dy, dGamma, dBeta);
        team.split(x.columns(), COLUMN_UNIT, worthwhile(x.rows()), (from, to) -> parameterGradients(x, mean,
                inverseDeviation, derivative, dy, dGamma, dBeta, from, to));
    }

    private void parameterGradients(Matrix x, Matrix mean, Matrix inverseDeviation, Matrix derivative, Matrix dy,
            Matrix dGamma, Matrix dBeta, int from, int to) {
        normalization.batchNormParameterGradients(columns(x, from, to), columns(mean, from, to),
                columns(inverseDeviation, from, to), columns(derivative, from, to), columns(dy, from, to),
                columns(dGamma, from, to), columns(dBeta, from, to));
    }

    @Override
    public void batchNormInputGradient(int batchRows, Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation,
            Matrix derivative, Matrix dy, Matrix dGamma, Matrix dBeta, Matrix dx) {
        NormalizationChecks.batchNormInputGradient(batchRows, x, gamma, mean, inverseDeviation, derivative, dy, dGamma,
                dBeta, dx);
        team.split(x.rows(), 1, worthwhile(x.columns()), (from, to) -> inputGradient(batchRows, x, gamma, mean,
                inverseDeviation, derivative, dy, dGamma, dBeta, dx, from, to));
    }

    private void inputGradient(int batchRows, Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation,
            Matrix derivative, Matrix dy, Matrix dGamma, Matrix dBeta, Matrix dx, int from, int to) {
        normalization.batchNormInputGradient(batchRows, rows(x, from, to), gamma, mean, inverseDeviation,
                rows(derivative, from, to), rows(dy, from, to), dGamma, dBeta, rows(dx, from, to));
    }

    @Override
    public void layerNorm(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix mean, Matrix inverseDeviation,
            Matrix y) {
        NormalizationChecks.layerNorm(x, gamma, beta, epsilon, mean, inverseDeviation, y);
        team.split(x.rows(), 1, worthwhile(x.columns()), (from, to) -> normalization.layerNorm(rows(x, from, to), gamma,
                beta, epsilon, columns(mean, from, to), columns(inverseDeviation, from, to), rows(y, from, to)));
    }
}
