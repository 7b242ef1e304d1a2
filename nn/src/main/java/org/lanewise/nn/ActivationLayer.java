// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.Objects;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;

/// y = σ(z), element by element.
public final class ActivationLayer extends Layer {

    private final Activation activation;

    ActivationLayer(Activation activation) {
        this.activation = Objects.requireNonNull(activation, "activation layer: activation is null");
    }

    /// σ.
    @Override
    public Activation activation() {
        return activation;
    }

    @Override
    Shape output(Shape input) {
        return input;
    }

    @Override
    TrainingStage training(TrainingLayout layout, LayerValues values, LayerValues gradients, Activation fused) {
        return new Training(layout, activation);
    }

    @Override
    PredictionStage prediction(LayerValues values, Activation fused, Kernels kernels) {
        return new Prediction(activation, values.input().size());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ActivationLayer same && activation.equals(same.activation);
    }

    @Override
    public int hashCode() {
        return activation.hashCode();
    }

    @Override
    public String toString() {
        return "Activate[activation=" + activation + "]";
    }

    /// y = σ(z), with σ'(z) saved. The gradient of z overwrites that of y.
    private static final class Training implements TrainingStage {

        private final Activation activation;
        private final Matrix z;
        private final Matrix y;
        private final Matrix derivative;
        private final Matrix dy;

        Training(TrainingLayout layout, Activation activation) {
            this.activation = activation;
            z = layout.values();
            y = layout.nextValues(z.columns());
            dy = layout.gradientInPlace();
            derivative = layout.derivative(activation, z.columns());
        }

        @Override
        public void forward(Kernels kernels, long step) {
            kernels.activations().valueAndDerivative(activation, z, y, derivative);
        }

        @Override
        public void backward(Kernels kernels, long step) {
            kernels.activations().backward(derivative, dy, dy);
        }
    }

    /// An activation by itself.
    record Prediction(Activation activation, int columns) implements PredictionStage {

        @Override
        public void run(Kernels kernels, Matrix x, Matrix y) {
            kernels.activations().value(activation, x, y);
        }
    }
}
