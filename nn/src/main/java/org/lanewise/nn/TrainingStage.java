// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.gemm.Epilogue;

/// One or two fused layers of a network in training, bound to the memory of one batch size: running it makes only
/// kernel calls.
sealed interface TrainingStage {

    /// Computes the stage's output from its input.
    ///
    /// @param step number of the training step, from 1
    void forward(Kernels kernels, long step);

    /// Computes the parameters' gradients and the input's from the output's.
    void backward(Kernels kernels, long step);

    /// A dense layer and the activation after it: z = x·W + b, y = σ(z), σ'(z) saved.
    ///
    /// @param derivative holds σ'(z); null where there is no activation
    /// @param dy gradient of y, overwritten by that of z
    /// @param dx receives the gradient of x; null for the first stage, whose input is data
    record Dense(Matrix x, Matrix weights, Matrix y, Epilogue epilogue, Matrix derivative, Matrix dy, Matrix dx,
            Matrix dWeights, Matrix dBias, Matrix xTransposed, Matrix weightsTransposed) implements TrainingStage {

        static Dense of(Matrix x, Matrix weights, Matrix bias, Activation activation, Matrix y, Matrix derivative,
                Matrix dy, Matrix dx, Matrix dWeights, Matrix dBias) {
            return new Dense(x, weights, y, Epilogue.dense(bias, activation, derivative), derivative, dy, dx,
                    dWeights, dBias, x.transposed(), weights.transposed());
        }

        @Override
        public void forward(Kernels kernels, long step) {
            kernels.gemm().multiply(x, weights, y, epilogue);
        }

        @Override
        public void backward(Kernels kernels, long step) {
            if (derivative != null) {
                kernels.activations().backward(derivative, dy, dy);
            }
            kernels.gemm().multiply(xTransposed, dy, dWeights, Epilogue.OVERWRITE);
            kernels.sums().columnSums(dy, dBias);
            if (dx != null) {
                kernels.gemm().multiply(dy, weightsTransposed, dx, Epilogue.OVERWRITE);
            }
        }
    }

    /// A batch norm layer and the activation after it, σ' saved. The gradient of x takes the place of that of y.
    ///
    /// @param derivative holds σ' at the normalized value; null where there is no activation
    record BatchNorm(Matrix x, Matrix gamma, Matrix beta, Layer.BatchNorm layer, Matrix runningMean,
            Matrix runningVariance, Matrix mean, Matrix inverseDeviation, Activation activation, Matrix y,
            Matrix derivative, Matrix dy, Matrix dGamma, Matrix dBeta) implements TrainingStage {

        @Override
        public void forward(Kernels kernels, long step) {
            kernels.normalization().batchNormTraining(x, gamma, beta, layer.epsilon(), layer.momentum(), runningMean,
                    runningVariance, mean, inverseDeviation, activation, y, derivative);
        }

        @Override
        public void backward(Kernels kernels, long step) {
            kernels.normalization().batchNormBackward(x, gamma, mean, inverseDeviation, derivative, dy, dy, dGamma,
                    dBeta);
        }
    }

    /// An activation by itself. The gradient of z takes the place of that of y.
    record Activate(Matrix z, Activation activation, Matrix y, Matrix derivative, Matrix dy) implements TrainingStage {

        @Override
        public void forward(Kernels kernels, long step) {
            kernels.activations().valueAndDerivative(activation, z, y, derivative);
        }

        @Override
        public void backward(Kernels kernels, long step) {
            kernels.activations().backward(derivative, dy, dy);
        }
    }

    /// Dropout in place, on values and on gradients alike, its mask drawn anew from the step's stream.
    ///
    /// @param stage tells apart the dropout layers of a network
    /// @param stages number of streams that a step takes
    record Dropout(Matrix y, float probability, long seed, int stage, int stages, Matrix dy) implements TrainingStage {

        @Override
        public void forward(Kernels kernels, long step) {
            kernels.dropout().apply(y, probability, seed, stream(step), 0, y);
        }

        @Override
        public void backward(Kernels kernels, long step) {
            kernels.dropout().apply(dy, probability, seed, stream(step), 0, dy);
        }

        private long stream(long step) {
            return step * stages + stage;
        }
    }
}
