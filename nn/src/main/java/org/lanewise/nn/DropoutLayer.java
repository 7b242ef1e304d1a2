// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.check.Checks;

/// Inverted dropout while training, nothing when predicting.
public final class DropoutLayer extends Layer {

    private final float probability;

    DropoutLayer(float probability) {
        Checks.parameter("dropout layer", "probability", probability, probability >= 0f && probability < 1f,
                "must be in [0, 1)");
        this.probability = probability;
    }

    /// The probability to drop an element, in \[0, 1).
    public float probability() {
        return probability;
    }

    @Override
    Shape output(Shape input) {
        return input;
    }

    @Override
    TrainingStage training(TrainingLayout layout, LayerValues values, LayerValues gradients, Activation fused) {
        return new Training(layout, probability);
    }

    @Override
    boolean isForTrainingOnly() {
        return true;
    }

    @Override
    PredictionStage prediction(LayerValues values, Activation fused, Kernels kernels) {
        throw new UnsupportedOperationException("nothing is dropped when predicting");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DropoutLayer same && Float.compare(probability, same.probability) == 0;
    }

    @Override
    public int hashCode() {
        return Float.hashCode(probability);
    }

    @Override
    public String toString() {
        return "Dropout[probability=" + probability + "]";
    }

    /// Works in place, on values and on gradients, with a mask drawn from the stream of the step.
    private static final class Training implements TrainingStage {

        private final Matrix y;
        private final float probability;
        private final long seed;
        private final int layer;
        private final int layers;
        private final Matrix dy;

        Training(TrainingLayout layout, float probability) {
            this.probability = probability;
            y = layout.values();
            dy = layout.gradientInPlace();
            seed = layout.seed();
            layer = layout.layer();
            layers = layout.layers();
        }

        @Override
        public void forward(Kernels kernels, long step) {
            kernels.dropout().apply(y, probability, seed, stream(step), 0, y);
        }

        @Override
        public void backward(Kernels kernels, long step) {
            kernels.dropout().apply(dy, probability, seed, stream(step), 0, dy);
        }

        /// A stream for each layer and step.
        private long stream(long step) {
            return step * layers + layer;
        }
    }
}
