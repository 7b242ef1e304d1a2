// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.normalization.Normalization;

/// Batch or layer norm in training: forward, or forward and backward.
public record NormalizationPass(Kind kind, boolean backward, int rows, int columns) implements Problem {

    /// ε of every case.
    public static final float EPSILON = 1e-5f;
    /// Momentum of the running statistics.
    public static final float MOMENTUM = 0.1f;

    /// What is normalized.
    public enum Kind {
        /// Columns.
        BATCH,
        /// Rows.
        LAYER
    }

    @Override
    public Family family() {
        return Family.NORMALIZATION;
    }

    @Override
    public String name() {
        return (kind == Kind.BATCH ? "batch norm " : "layer norm ") + (backward ? "forward+backward " : "forward ")
                + rows + "x" + columns;
    }

    @Override
    public Cost cost() {
        return Cost.pass((double) rows * columns, backward ? 20 : 8, backward ? 16 : 8);
    }

    @Override
    public float tolerance() {
        return 1e-3f;
    }

    /// The input, rows×columns.
    public float[] x() {
        return Values.normal((long) rows * columns, 2f, 1);
    }

    /// The gradient that comes back, rows×columns.
    public float[] dy() {
        return Values.normal((long) rows * columns, 1f, 2);
    }

    /// A factor for each column.
    public float[] gamma() {
        return Values.positive(columns, 3);
    }

    /// A shift for each column.
    public float[] beta() {
        return Values.normal(columns, 1f, 4);
    }

    @Override
    public Task with(Kernels kernels) {
        Normalization normalization = kernels.normalization();
        Matrix x = Matrix.of(x(), rows, columns);
        Matrix y = Matrix.zeros(rows, columns);
        Matrix gamma = Matrix.row(gamma());
        Matrix beta = Matrix.row(beta());
        int groups = kind == Kind.BATCH ? columns : rows;
        Matrix mean = Matrix.zeros(2, groups);
        Matrix inverseDeviation = Matrix.zeros(1, groups);
        Matrix runningMean = Matrix.zeros(1, columns);
        Matrix runningVariance = Matrix.row(Values.constant(columns, 1f));
        Runnable forward = kind == Kind.BATCH
                ? () -> normalization.batchNormTraining(x, gamma, beta, EPSILON, MOMENTUM, runningMean,
                        runningVariance, mean, inverseDeviation, Activation.IDENTITY, y, null)
                : () -> normalization.layerNorm(x, gamma, beta, EPSILON, mean, inverseDeviation, y);
        if (!backward) {
            return Task.of(forward, y.data());
        }
        Matrix dy = Matrix.of(dy(), rows, columns);
        Matrix dx = Matrix.zeros(rows, columns);
        Matrix dGamma = Matrix.zeros(1, columns);
        Matrix dBeta = Matrix.zeros(1, columns);
        Runnable both = kind == Kind.BATCH
                ? () -> {
                    forward.run();
                    normalization.batchNormBackward(x, gamma, mean, inverseDeviation, null, dy, dx, dGamma, dBeta);
                }
                : () -> {
                    forward.run();
                    normalization.layerNormBackward(x, gamma, mean, inverseDeviation, dy, dx, dGamma, dBeta);
                };
        return Task.of(both, y.data(), dx.data(), dGamma.data(), dBeta.data());
    }
}
