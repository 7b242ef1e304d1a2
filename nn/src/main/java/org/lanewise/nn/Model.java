// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.dropout.CounterRandom;

/// A network with its parameters: all learned values in one flat array, all running statistics in another.
///
/// Layer by layer the parameters hold a dense layer's weights (inputs×outputs, row-major) and biases, or a batch norm
/// layer's gamma and beta; the statistics hold a batch norm layer's running means and variances.
public final class Model {

    /// Tells initial weights apart from every other use of one seed.
    private static final long INITIAL_WEIGHTS = Long.MIN_VALUE;

    private final Network network;
    private final float[] parameters;
    private final float[] statistics;

    private Model(Network network, float[] parameters, float[] statistics) {
        this.network = network;
        this.parameters = parameters;
        this.statistics = statistics;
    }

    /// A model with the initial weights that the network's seed says; the same on every machine.
    ///
    /// @throws NullPointerException if `network` is null
    public static Model initial(Network network) {
        Objects.requireNonNull(network, "model: network is null");
        Model model = new Model(network, new float[network.parameterCount()], new float[network.statisticCount()]);
        for (int index = 0; index < network.layers().size(); index++) {
            switch (network.layers().get(index)) {
                case Layer.Dense dense -> model.initializeWeights(index, dense);
                case Layer.BatchNorm _ -> {
                    fill(model.gamma(index), 1f);
                    fill(model.runningVariance(index), 1f);
                }
                case Layer.Activate _, Layer.Dropout _ -> { }
            }
        }
        return model;
    }

    /// A model over copies of given parameters and statistics.
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if an array's length is not the network's count
    public static Model of(Network network, float[] parameters, float[] statistics) {
        Objects.requireNonNull(network, "model: network is null");
        checkLength("parameters", parameters, network.parameterCount());
        checkLength("statistics", statistics, network.statisticCount());
        return new Model(network, parameters.clone(), statistics.clone());
    }

    /// A copy that shares nothing with this model.
    public Model copy() {
        return new Model(network, parameters.clone(), statistics.clone());
    }

    private static void checkLength(String name, float[] values, int length) {
        Objects.requireNonNull(values, "model: " + name + " is null");
        if (values.length != length) {
            throw new IllegalArgumentException(
                    "model: there are " + values.length + " " + name + "; the network has " + length);
        }
    }

    private void initializeWeights(int index, Layer.Dense dense) {
        int inputs = network.inputsOf(index);
        int fan = dense.initializer() == Layer.Initializer.HE ? inputs : inputs + dense.outputs();
        float limit = (float) Math.sqrt(6f / fan);
        Matrix weights = weights(index);
        for (int i = 0; i < weights.rows() * weights.columns(); i++) {
            float uniform = CounterRandom.uniformAt(network.seed(), INITIAL_WEIGHTS + index, i);
            weights.data()[weights.offset() + i] = (2f * uniform - 1f) * limit;
        }
    }

    private static void fill(Matrix row, float value) {
        Arrays.fill(row.data(), row.offset(), row.offset() + row.columns(), value);
    }

    /// The network that these are the parameters of.
    public Network network() {
        return network;
    }

    /// All learned parameters, shared: a trainer writes here.
    public float[] parameters() {
        return parameters;
    }

    /// All running statistics, shared: a trainer writes here.
    public float[] statistics() {
        return statistics;
    }

    /// The weights of dense layer `index`, inputs×outputs, shared.
    ///
    /// @throws IndexOutOfBoundsException if there is no such layer
    /// @throws IllegalArgumentException if it is not a dense layer
    public Matrix weights(int index) {
        return weights(index, parameters);
    }

    /// The biases of dense layer `index`, 1×outputs, shared.
    ///
    /// @throws IndexOutOfBoundsException if there is no such layer
    /// @throws IllegalArgumentException if it is not a dense layer
    public Matrix bias(int index) {
        return bias(index, parameters);
    }

    /// The scales of batch norm layer `index`, 1×columns, shared.
    ///
    /// @throws IndexOutOfBoundsException if there is no such layer
    /// @throws IllegalArgumentException if it is not a batch norm layer
    public Matrix gamma(int index) {
        return gamma(index, parameters);
    }

    /// The shifts of batch norm layer `index`, 1×columns, shared.
    ///
    /// @throws IndexOutOfBoundsException if there is no such layer
    /// @throws IllegalArgumentException if it is not a batch norm layer
    public Matrix beta(int index) {
        return beta(index, parameters);
    }

    /// The running means of batch norm layer `index`, 1×columns, shared.
    ///
    /// @throws IndexOutOfBoundsException if there is no such layer
    /// @throws IllegalArgumentException if it is not a batch norm layer
    public Matrix runningMean(int index) {
        int width = width(index, Layer.BatchNorm.class);
        return Matrix.row(statistics, network.statisticOffset(index), width);
    }

    /// The running variances of batch norm layer `index`, 1×columns, shared.
    ///
    /// @throws IndexOutOfBoundsException if there is no such layer
    /// @throws IllegalArgumentException if it is not a batch norm layer
    public Matrix runningVariance(int index) {
        int width = width(index, Layer.BatchNorm.class);
        return Matrix.row(statistics, network.statisticOffset(index) + width, width);
    }

    // The same views of any array laid out as the parameters are: gradients, too.

    Matrix weights(int index, float[] flat) {
        int inputs = width(index, Layer.Dense.class);
        int outputs = network.inputsOf(index + 1);
        return Matrix.of(flat, network.parameterOffset(index), inputs, outputs, outputs);
    }

    Matrix bias(int index, float[] flat) {
        int inputs = width(index, Layer.Dense.class);
        int outputs = network.inputsOf(index + 1);
        return Matrix.row(flat, network.parameterOffset(index) + inputs * outputs, outputs);
    }

    Matrix gamma(int index, float[] flat) {
        int width = width(index, Layer.BatchNorm.class);
        return Matrix.row(flat, network.parameterOffset(index), width);
    }

    Matrix beta(int index, float[] flat) {
        int width = width(index, Layer.BatchNorm.class);
        return Matrix.row(flat, network.parameterOffset(index) + width, width);
    }

    private int width(int index, Class<? extends Layer> kind) {
        if (index < 0 || index >= network.layers().size()) {
            throw new IndexOutOfBoundsException("model: layer is " + index + "; it must be from 0 to "
                    + (network.layers().size() - 1));
        }
        Layer layer = network.layers().get(index);
        if (!kind.isInstance(layer)) {
            throw new IllegalArgumentException("model: layer " + index + " is " + layer + ", not a "
                    + kind.getSimpleName());
        }
        return network.inputsOf(index);
    }

    /// A frozen model in which each batch norm right after a dense layer is folded into that layer, and dropout is
    /// gone. It predicts the same by formula and faster, with bits of its own.
    ///
    /// @param kernels do the arithmetic
    /// @throws NullPointerException if `kernels` is null
    public Model folded(Kernels kernels) {
        Objects.requireNonNull(kernels, "model: kernels is null");
        List<Layer> layers = new ArrayList<>();
        List<Integer> origin = new ArrayList<>();
        for (int index = 0; index < network.layers().size(); index++) {
            Layer layer = network.layers().get(index);
            if (layer instanceof Layer.Dropout || isFoldable(index)) {
                continue;
            }
            layers.add(layer);
            origin.add(index);
        }
        Model folded = initial(new Network(network.inputs(), layers, network.seed()));
        for (int index = 0; index < layers.size(); index++) {
            folded.foldLayer(index, this, origin.get(index), kernels);
        }
        return folded;
    }

    private boolean isFoldable(int index) {
        return index > 0 && index < network.layers().size() && network.layers().get(index) instanceof Layer.BatchNorm
                && network.layers().get(index - 1) instanceof Layer.Dense;
    }

    private void foldLayer(int index, Model source, int from, Kernels kernels) {
        int end = network.parameterOffset(index + 1);
        int start = network.parameterOffset(index);
        System.arraycopy(source.parameters, source.network.parameterOffset(from), parameters, start, end - start);
        int statistic = network.statisticOffset(index);
        System.arraycopy(source.statistics, source.network.statisticOffset(from), statistics, statistic,
                network.statisticOffset(index + 1) - statistic);
        int next = from + 1;
        if (source.isFoldable(next)) {
            Layer.BatchNorm norm = (Layer.BatchNorm) source.network.layers().get(next);
            kernels.normalization().foldBatchNorm(source.weights(from), source.bias(from), source.gamma(next),
                    source.beta(next), norm.epsilon(), source.runningMean(next), source.runningVariance(next),
                    weights(index), bias(index));
        }
    }
}
