// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.List;
import java.util.stream.Collectors;
import org.lanewise.kernels.Matrix;

/// A layer's part of a model's flat arrays, or of arrays with the same layout, such as gradients.
///
/// @param index of the layer
/// @param input shape of the layer's input
/// @param parameters the array that holds the layer's parameters from `parameterOffset` on
/// @param statistics the array that holds the layer's statistics from `statisticOffset` on
record LayerValues(int index, Layer layer, Shape input, float[] parameters, int parameterOffset,
        float[] statistics, int statisticOffset) {

    /// A parameter, shared with the array.
    ///
    /// @throws IllegalArgumentException if the layer has no such parameter
    Matrix parameter(String name) {
        return part(name, layer.parameters(input), parameters, parameterOffset);
    }

    /// A statistic, shared with the array.
    ///
    /// @throws IllegalArgumentException if the layer has no such statistic
    Matrix statistic(String name) {
        return part(name, layer.statistics(input), statistics, statisticOffset);
    }

    private Matrix part(String name, List<Layer.Part> parts, float[] data, int start) {
        int offset = start;
        for (Layer.Part part : parts) {
            if (part.name().equals(name)) {
                return Matrix.of(data, offset, part.rows(), part.columns(), part.columns());
            }
            offset += (int) part.size();
        }
        String others = parts.isEmpty() ? ""
                : "; it has " + parts.stream().map(Layer.Part::name).collect(Collectors.joining(" and "));
        throw new IllegalArgumentException("model: layer " + index + ", " + layer + ", has no " + name + others);
    }
}
