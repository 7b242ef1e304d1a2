// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;

/// A network with its parameters: all learned values in one flat array, all running statistics in another.
///
/// Layer by layer the parameters hold a dense layer's weights (inputs×outputs, row-major) and biases, or a batch norm
/// layer's gamma and beta; the statistics hold a batch norm layer's running means and variances.
public final class Model {

    /// Separates initial weights from every other use of a seed.
    private static final long INITIAL_WEIGHTS = Long.MIN_VALUE;

    private final Network network;
    private final float[] parameters;
    private final float[] statistics;

    private Model(Network network, float[] parameters, float[] statistics) {
        this.network = network;
        this.parameters = parameters;
        this.statistics = statistics;
    }

    /// A model with the initial weights of the network's seed; the same on every machine.
    ///
    /// @throws NullPointerException if `network` is null
    public static Model initial(Network network) {
        Objects.requireNonNull(network, "model: network is null");
        Model model = new Model(network, new float[network.parameterCount()], new float[network.statisticCount()]);
        for (int index = 0; index < network.layers().size(); index++) {
            network.layers().get(index).initialize(model.layer(index), network.seed(), INITIAL_WEIGHTS + index);
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

    /// The network that the parameters belong to.
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
        return layer(index).parameter(DenseLayer.WEIGHTS);
    }

    /// The biases of dense layer `index`, 1×outputs, shared.
    ///
    /// @throws IndexOutOfBoundsException if there is no such layer
    /// @throws IllegalArgumentException if it is not a dense layer
    public Matrix bias(int index) {
        return layer(index).parameter(DenseLayer.BIAS);
    }

    /// The scales of batch norm layer `index`, 1×columns, shared.
    ///
    /// @throws IndexOutOfBoundsException if there is no such layer
    /// @throws IllegalArgumentException if it is not a batch norm layer
    public Matrix gamma(int index) {
        return layer(index).parameter(BatchNormLayer.GAMMA);
    }

    /// The shifts of batch norm layer `index`, 1×columns, shared.
    ///
    /// @throws IndexOutOfBoundsException if there is no such layer
    /// @throws IllegalArgumentException if it is not a batch norm layer
    public Matrix beta(int index) {
        return layer(index).parameter(BatchNormLayer.BETA);
    }

    /// The running means of batch norm layer `index`, 1×columns, shared.
    ///
    /// @throws IndexOutOfBoundsException if there is no such layer
    /// @throws IllegalArgumentException if it is not a batch norm layer
    public Matrix runningMean(int index) {
        return layer(index).statistic(BatchNormLayer.RUNNING_MEAN);
    }

    /// The running variances of batch norm layer `index`, 1×columns, shared.
    ///
    /// @throws IndexOutOfBoundsException if there is no such layer
    /// @throws IllegalArgumentException if it is not a batch norm layer
    public Matrix runningVariance(int index) {
        return layer(index).statistic(BatchNormLayer.RUNNING_VARIANCE);
    }

    /// A layer's part of the parameters and statistics.
    LayerValues layer(int index) {
        return layer(index, parameters);
    }

    /// The same part of another array with the layout of the parameters, such as gradients.
    LayerValues layer(int index, float[] flat) {
        if (index < 0 || index >= network.layers().size()) {
            throw new IndexOutOfBoundsException("model: layer is " + index + "; it must be from 0 to "
                    + (network.layers().size() - 1));
        }
        return new LayerValues(index, network.layers().get(index), network.shape(index), flat,
                network.parameterOffset(index), statistics, network.statisticOffset(index));
    }

    /// A frozen model in which each batch norm right after a dense layer is folded into that layer, and dropout is
    /// removed. It computes the same formula faster, with bits of its own.
    ///
    /// @param kernels do the arithmetic
    /// @throws NullPointerException if `kernels` is null
    public Model folded(Kernels kernels) {
        Objects.requireNonNull(kernels, "model: kernels is null");
        List<Layer> layers = new ArrayList<>();
        List<Integer> origin = new ArrayList<>();
        for (int index = 0; index < network.layers().size(); index++) {
            Layer layer = network.layers().get(index);
            if (!layer.isForTrainingOnly() && !isFoldable(index)) {
                layers.add(layer);
                origin.add(index);
            }
        }
        Model folded = initial(Network.of(network.inputs(), network.seed(), layers));
        for (int index = 0; index < layers.size(); index++) {
            folded.foldLayer(index, this, origin.get(index), kernels);
        }
        return folded;
    }

    private boolean isFoldable(int index) {
        return index > 0 && index < network.layers().size()
                && network.layers().get(index).isFoldableInto(network.layers().get(index - 1));
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
            source.network.layers().get(next).foldInto(source.layer(from), source.layer(next), layer(index), kernels);
        }
    }
}
