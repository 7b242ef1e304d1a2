// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;

/// A network laid out in memory for training on batches of one size.
final class TrainingPass {

    private final Matrix input;
    private final Matrix output;
    private final Matrix outputGradient;
    private final TrainingStage[] stages;

    /// Lays out a model.
    ///
    /// @param gradients flat array as long as the parameters
    /// @param seed of dropout masks
    TrainingPass(Model model, float[] gradients, int rows, long seed, Buffers buffers) {
        buffers.rewind();
        this.input = buffers.next(rows, model.network().inputs());
        Layout layout = new Layout(model, gradients, rows, seed, buffers, input);
        layout.run();
        this.stages = layout.stages.toArray(TrainingStage[]::new);
        this.output = layout.values;
        this.outputGradient = layout.gradient == null ? buffers.next(rows, output.columns()) : layout.gradient;
    }

    /// Where the batch's features go.
    Matrix input() {
        return input;
    }

    /// The network's outputs.
    Matrix output() {
        return output;
    }

    /// Where the gradient of the outputs goes.
    Matrix outputGradient() {
        return outputGradient;
    }

    void forward(Kernels kernels, long step) {
        for (TrainingStage stage : stages) {
            stage.forward(kernels, step);
        }
    }

    void backward(Kernels kernels, long step) {
        for (int index = stages.length - 1; index >= 0; index--) {
            stages[index].backward(kernels, step);
        }
    }

    /// Walks the layers from input to output and hands out memory.
    ///
    /// A dense layer needs a gradient buffer of its own for its output, as its two products read that while they write
    /// its input's; all other stages work in place on gradients.
    private static final class Layout {

        private final Model model;
        private final float[] gradients;
        private final int rows;
        private final long seed;
        private final Buffers buffers;
        private final List<Layer> layers;
        private final List<TrainingStage> stages = new ArrayList<>();
        private Matrix values;
        private Matrix gradient;

        Layout(Model model, float[] gradients, int rows, long seed, Buffers buffers, Matrix input) {
            this.model = model;
            this.gradients = gradients;
            this.rows = rows;
            this.seed = seed;
            this.buffers = buffers;
            this.layers = model.network().layers();
            this.values = input;
        }

        void run() {
            int index = 0;
            while (index < layers.size()) {
                index += switch (layers.get(index)) {
                    case Layer.Dense _ -> dense(index);
                    case Layer.BatchNorm layer -> batchNorm(index, layer);
                    case Layer.Activate layer -> activate(layer.activation());
                    case Layer.Dropout layer -> dropout(index, layer);
                };
            }
        }

        private int dense(int index) {
            Activation activation = activationAt(index + 1);
            Matrix x = values;
            Matrix dx = gradient;
            int columns = model.network().inputsOf(index + 1);
            values = buffers.next(rows, columns);
            gradient = buffers.next(rows, columns);
            Matrix derivative = activation == Activation.IDENTITY ? null : buffers.next(rows, columns);
            stages.add(TrainingStage.Dense.of(x, model.weights(index), model.bias(index), activation, values,
                    derivative, gradient, dx, model.weights(index, gradients), model.bias(index, gradients)));
            return activation == Activation.IDENTITY ? 1 : 2;
        }

        private int batchNorm(int index, Layer.BatchNorm layer) {
            Activation activation = activationAt(index + 1);
            Matrix x = values;
            int columns = x.columns();
            values = buffers.next(rows, columns);
            ensureGradient(columns);
            Matrix derivative = activation == Activation.IDENTITY ? null : buffers.next(rows, columns);
            stages.add(new TrainingStage.BatchNorm(x, model.gamma(index), model.beta(index), layer,
                    model.runningMean(index), model.runningVariance(index), Matrix.zeros(2, columns),
                    Matrix.zeros(1, columns), activation, values, derivative, gradient,
                    model.gamma(index, gradients), model.beta(index, gradients)));
            return activation == Activation.IDENTITY ? 1 : 2;
        }

        private int activate(Activation activation) {
            Matrix z = values;
            values = buffers.next(rows, z.columns());
            ensureGradient(z.columns());
            stages.add(new TrainingStage.Activate(z, activation, values, buffers.next(rows, z.columns()), gradient));
            return 1;
        }

        private int dropout(int index, Layer.Dropout layer) {
            ensureGradient(values.columns());
            stages.add(new TrainingStage.Dropout(values, layer.probability(), seed, index, layers.size(), gradient));
            return 1;
        }

        /// Before the first dense layer nobody reads a gradient, but stages that work in place still need one.
        private void ensureGradient(int columns) {
            if (gradient == null) {
                gradient = buffers.next(rows, columns);
            }
        }

        /// The activation that layer `index` fuses with the one before it, or the identity.
        private Activation activationAt(int index) {
            return index < layers.size() && layers.get(index) instanceof Layer.Activate layer
                    && !(layer.activation() instanceof Activation.Identity) ? layer.activation() : Activation.IDENTITY;
        }
    }
}
