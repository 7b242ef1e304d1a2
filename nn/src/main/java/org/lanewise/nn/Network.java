// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.lanewise.kernels.internal.check.Checks;

/// The immutable description of a network: layers, shapes and the seed of its initial weights.
///
/// @param inputs number of features, at least 1
/// @param layers the layers in order, at least one
/// @param seed of the initial weights; any value
public record Network(int inputs, List<Layer> layers, long seed) {

    /// @throws NullPointerException if `layers` is or holds null
    /// @throws IllegalArgumentException if there is no input or layer, or the parameters do not fit one array
    public Network {
        Checks.parameter("network", "inputs", inputs, inputs > 0, "must be at least 1");
        Objects.requireNonNull(layers, "network: layers is null");
        for (int index = 0; index < layers.size(); index++) {
            Objects.requireNonNull(layers.get(index), "network: layer " + index + " is null");
        }
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("network: there is no layer; at least one is needed");
        }
        long parameters = 0;
        int width = inputs;
        for (Layer layer : layers) {
            parameters += parameterCount(layer, width);
            width = outputs(layer, width);
        }
        if (parameters > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("network: it has " + parameters
                    + " parameters; an array holds at most " + (Integer.MAX_VALUE - 8));
        }
    }

    /// A network of the given layers.
    ///
    /// @throws NullPointerException if `layers` is or holds null
    /// @throws IllegalArgumentException if there is no input or layer, or the parameters do not fit one array
    public static Network of(int inputs, long seed, Layer... layers) {
        Objects.requireNonNull(layers, "network: layers is null");
        return new Network(inputs, Arrays.asList(layers), seed);
    }

    /// Number of columns of the last layer's result.
    public int outputs() {
        return inputsOf(layers.size());
    }

    /// Number of columns that go into layer `index`; for the number of layers itself, [#outputs()].
    int inputsOf(int index) {
        int width = inputs;
        for (Layer layer : layers.subList(0, index)) {
            width = outputs(layer, width);
        }
        return width;
    }

    /// Number of learned parameters.
    public int parameterCount() {
        return parameterOffset(layers.size());
    }

    /// Index of layer `index`'s first parameter in the flat array.
    int parameterOffset(int index) {
        int offset = 0;
        int width = inputs;
        for (Layer layer : layers.subList(0, index)) {
            offset += (int) parameterCount(layer, width);
            width = outputs(layer, width);
        }
        return offset;
    }

    /// Number of running statistics: two for each column of each batch norm layer.
    public int statisticCount() {
        return statisticOffset(layers.size());
    }

    /// Index of layer `index`'s first running statistic in the flat array.
    int statisticOffset(int index) {
        int offset = 0;
        int width = inputs;
        for (Layer layer : layers.subList(0, index)) {
            offset += layer instanceof Layer.BatchNorm ? 2 * width : 0;
            width = outputs(layer, width);
        }
        return offset;
    }

    private static int outputs(Layer layer, int inputs) {
        return layer instanceof Layer.Dense dense ? dense.outputs() : inputs;
    }

    private static long parameterCount(Layer layer, int inputs) {
        return switch (layer) {
            case Layer.Dense dense -> (inputs + 1L) * dense.outputs();
            case Layer.BatchNorm _ -> 2L * inputs;
            case Layer.Activate _, Layer.Dropout _ -> 0;
        };
    }
}
