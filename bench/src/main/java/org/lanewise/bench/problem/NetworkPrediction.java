// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import java.util.List;
import java.util.stream.IntStream;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.nn.Model;
import org.lanewise.nn.Predictor;

/// Class probabilities of a batch by a frozen [DigitNetwork]: three dense layers, ReLU between, softmax at the end.
public record NetworkPrediction(int batch) implements Problem {

    // Every other layer of the model is an activation.
    private static final int DENSE_LAYER_STEP = 2;

    @Override
    public Family family() {
        return Family.PREDICTION;
    }

    @Override
    public String name() {
        return "batch " + batch;
    }

    @Override
    public Cost cost() {
        return Cost.products(2 * DigitNetwork.products() * batch,
                4 * (DigitNetwork.products() + DigitNetwork.widths() * batch), batch);
    }

    /// The batch, batch×784.
    public float[] x() {
        return Values.normal((long) batch * DigitNetwork.inputs(), 1f, 1);
    }

    /// The weights of each layer, inputs×outputs.
    public List<float[]> weights() {
        Model model = DigitNetwork.model(false);
        return layers().mapToObj(index -> DigitNetwork.copy(model.weights(index))).toList();
    }

    /// The biases of each layer.
    public List<float[]> biases() {
        Model model = DigitNetwork.model(false);
        return layers().mapToObj(index -> DigitNetwork.copy(model.bias(index))).toList();
    }

    private static IntStream layers() {
        return IntStream.range(1, DigitNetwork.WIDTHS.size()).map(i -> DENSE_LAYER_STEP * (i - 1));
    }

    @Override
    public Task with(Kernels kernels) {
        Predictor predictor = new Predictor(DigitNetwork.model(false), kernels);
        Matrix x = Matrix.of(x(), batch, DigitNetwork.inputs());
        Matrix y = Matrix.zeros(batch, DigitNetwork.classes());
        return Task.of(() -> predictor.probabilities(x, y), y.data());
    }
}
