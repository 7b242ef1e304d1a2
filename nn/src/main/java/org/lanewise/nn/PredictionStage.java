// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.PackedMatrix;

/// One or two fused layers of a frozen network.
sealed interface PredictionStage {

    /// Number of columns that the stage puts out.
    int columns();

    /// y ← stage(x); rows are independent of each other.
    void run(Kernels kernels, Matrix x, Matrix y);

    /// A dense layer, its weights packed, and the activation after it.
    record Dense(PackedMatrix weights, Epilogue epilogue) implements PredictionStage {

        @Override
        public int columns() {
            return weights.columns();
        }

        @Override
        public void run(Kernels kernels, Matrix x, Matrix y) {
            kernels.gemm().multiply(x, weights, y, epilogue);
        }
    }

    /// Batch norm by running statistics and the activation after it.
    record BatchNorm(Matrix gamma, Matrix beta, float epsilon, Matrix runningMean, Matrix runningVariance,
            Activation activation) implements PredictionStage {

        @Override
        public int columns() {
            return gamma.columns();
        }

        @Override
        public void run(Kernels kernels, Matrix x, Matrix y) {
            kernels.normalization().batchNormInference(x, gamma, beta, epsilon, runningMean, runningVariance,
                    activation, y);
        }
    }

    /// An activation by itself.
    record Activate(Activation activation, int columns) implements PredictionStage {

        @Override
        public void run(Kernels kernels, Matrix x, Matrix y) {
            kernels.activations().value(activation, x, y);
        }
    }
}
