// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.Objects;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.check.Checks;

/// A layer of a network: what it computes, without parameters or memory.
public sealed interface Layer {

    /// How the weights of a dense layer start: uniform in ±limit, biases at 0.
    enum Initializer {
        /// limit = √(6/inputs) (He et al., 2015): for rectifiers and their kin.
        HE,
        /// limit = √(6/(inputs + outputs)) (Glorot & Bengio, 2010): for tanh, sigmoid and outputs.
        GLOROT
    }

    /// z = x·W + b, with W inputs×outputs.
    ///
    /// @param outputs number of columns of the result, at least 1
    /// @param initializer how the weights start
    record Dense(int outputs, Initializer initializer) implements Layer {
        public Dense {
            Checks.parameter("dense layer", "outputs", outputs, outputs > 0, "must be at least 1");
            Objects.requireNonNull(initializer, "dense layer: initializer is null");
        }
    }

    /// y = σ(z), element by element.
    record Activate(Activation activation) implements Layer {
        public Activate {
            Objects.requireNonNull(activation, "activation layer: activation is null");
        }
    }

    /// Batch normalization over columns; see [org.lanewise.kernels.normalization.Normalization].
    ///
    /// @param momentum share of the batch's statistics in the new running ones, in [0, 1]
    /// @param epsilon added to the variance, positive
    record BatchNorm(float momentum, float epsilon) implements Layer {
        public BatchNorm {
            Checks.parameter("batch norm layer", "momentum", momentum, momentum >= 0f && momentum <= 1f,
                    "must be in [0, 1]");
            Checks.parameter("batch norm layer", "epsilon", epsilon,
                    epsilon > 0f && epsilon < Float.POSITIVE_INFINITY, "must be positive and finite");
        }
    }

    /// Inverted dropout while training, nothing when predicting.
    ///
    /// @param probability to drop an element, in [0, 1)
    record Dropout(float probability) implements Layer {
        public Dropout {
            Checks.parameter("dropout layer", "probability", probability, probability >= 0f && probability < 1f,
                    "must be in [0, 1)");
        }
    }

    /// A dense layer with He weights.
    static Layer dense(int outputs) {
        return new Dense(outputs, Initializer.HE);
    }

    /// A dense layer.
    static Layer dense(int outputs, Initializer initializer) {
        return new Dense(outputs, initializer);
    }

    /// An activation layer. Right after a dense or batch norm layer it runs fused with it.
    static Layer activate(Activation activation) {
        return new Activate(activation);
    }

    /// Batch norm with momentum 0.1 and ε = 1e-5.
    static Layer batchNorm() {
        return new BatchNorm(0.1f, 1e-5f);
    }

    /// A dropout layer.
    static Layer dropout(float probability) {
        return new Dropout(probability);
    }
}
