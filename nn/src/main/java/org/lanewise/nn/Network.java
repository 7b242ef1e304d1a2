// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.lanewise.kernels.internal.check.Checks;

/// The immutable description of a network: layers, shapes and the seed of its initial weights.
public final class Network {

    /// Most elements of an array on every virtual machine.
    private static final int MOST_PARAMETERS = Integer.MAX_VALUE - 8;

    private final List<Layer> layers;
    private final long seed;

    /// The input shape of each layer, and last the shape of the network's result.
    private final Shape[] shapes;

    /// The index of each layer's first parameter in the flat array, and last the number of parameters; the same for the
    /// statistics.
    private final int[] parameterOffsets;
    private final int[] statisticOffsets;

    private Network(Shape input, List<Layer> layers, long seed) {
        this.layers = layers;
        this.seed = seed;
        int count = layers.size();
        shapes = new Shape[count + 1];
        parameterOffsets = new int[count + 1];
        statisticOffsets = new int[count + 1];
        shapes[0] = input;
        long parameters = 0;
        for (int index = 0; index < count; index++) {
            Layer layer = layers.get(index);
            parameters += size(layer.parameters(shapes[index]));
            parameterOffsets[index + 1] = (int) parameters;
            statisticOffsets[index + 1] = statisticOffsets[index] + (int) size(layer.statistics(shapes[index]));
            shapes[index + 1] = layer.output(shapes[index]);
        }
        if (parameters > MOST_PARAMETERS) {
            throw new IllegalArgumentException("network: it has " + parameters + " parameters; an array holds at most "
                    + MOST_PARAMETERS);
        }
    }

    private static long size(List<Layer.Part> parts) {
        return parts.stream().mapToLong(Layer.Part::size).sum();
    }

    /// A network of the given layers.
    ///
    /// @param inputs number of features, at least 1
    /// @param seed of the initial weights; any value
    /// @throws NullPointerException if `layers` is or holds null
    /// @throws IllegalArgumentException if there is no input or layer, or the parameters do not fit one array
    public static Network of(int inputs, long seed, Layer... layers) {
        Objects.requireNonNull(layers, "network: layers is null");
        return of(inputs, seed, Arrays.asList(layers));
    }

    /// A network of the given layers.
    ///
    /// @param inputs number of features, at least 1
    /// @param seed of the initial weights; any value
    /// @throws NullPointerException if `layers` is or holds null
    /// @throws IllegalArgumentException if there is no input or layer, or the parameters do not fit one array
    public static Network of(int inputs, long seed, List<? extends Layer> layers) {
        Checks.parameter("network", "inputs", inputs, inputs > 0, "must be at least 1");
        Objects.requireNonNull(layers, "network: layers is null");
        for (int index = 0; index < layers.size(); index++) {
            Objects.requireNonNull(layers.get(index), "network: layer " + index + " is null");
        }
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("network: there is no layer; at least one is needed");
        }
        return new Network(Shape.of(inputs), List.copyOf(layers), seed);
    }

    /// Number of features.
    public int inputs() {
        return shapes[0].size();
    }

    /// Number of columns of the last layer's result.
    public int outputs() {
        return shapes[layers.size()].size();
    }

    /// The layers in order.
    public List<Layer> layers() {
        return layers;
    }

    /// Seed of the initial weights.
    public long seed() {
        return seed;
    }

    /// The input shape of layer `index`; for the number of layers, the shape of the network's result.
    Shape shape(int index) {
        return shapes[index];
    }

    /// Number of learned parameters.
    public int parameterCount() {
        return parameterOffset(layers.size());
    }

    /// Index of layer `index`'s first parameter in the flat array.
    int parameterOffset(int index) {
        return parameterOffsets[index];
    }

    /// Number of running statistics: two for each column of each batch norm layer.
    public int statisticCount() {
        return statisticOffset(layers.size());
    }

    /// Index of layer `index`'s first running statistic in the flat array.
    int statisticOffset(int index) {
        return statisticOffsets[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Network same && shapes[0].equals(same.shapes[0]) && layers.equals(same.layers)
                && seed == same.seed;
    }

    @Override
    public int hashCode() {
        return Objects.hash(shapes[0], layers, seed);
    }

    @Override
    public String toString() {
        return "Network[inputs=" + shapes[0] + ", layers=" + layers + ", seed=" + seed + "]";
    }
}
