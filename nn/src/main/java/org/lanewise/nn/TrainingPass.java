// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;

/// The memory and stages of a network for training on batches of one size.
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
        List<Layer> layers = model.network().layers();
        TrainingLayout layout = new TrainingLayout(buffers, rows, seed, layers.size(), input);
        List<TrainingStage> laidOut = new ArrayList<>();
        for (FusedLayer step : FusedLayer.plan(layers)) {
            layout.enter(step.index());
            laidOut.add(step.layer().training(layout, model.layer(step.index()), model.layer(step.index(), gradients),
                    step.fused()));
        }
        this.stages = laidOut.toArray(TrainingStage[]::new);
        this.output = layout.values();
        this.outputGradient = layout.gradientInPlace();
    }

    /// Receives the batch's features.
    Matrix input() {
        return input;
    }

    /// The network's outputs.
    Matrix output() {
        return output;
    }

    /// Receives the gradient of the outputs.
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
}
