// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lanewise.kernels.internal.check.Checks;

/// The shape of one example's values between two layers. In memory an example is one row of a matrix, the last
/// dimension fastest.
///
/// @param dimensions their sizes, each at least 1; one for a row of features
record Shape(List<Integer> dimensions) {

    /// @throws IllegalArgumentException if there is no dimension, one is below 1, or the values do not fit one array
    Shape {
        dimensions = List.copyOf(dimensions);
        if (dimensions.isEmpty()) {
            throw new IllegalArgumentException("shape: there is no dimension; at least one is needed");
        }
        long size = 1;
        for (int dimension : dimensions) {
            Checks.parameter("shape", "a dimension", dimension, dimension > 0, "must be at least 1");
            size *= dimension;
            Checks.parameter("shape", "the number of values", size, size <= Integer.MAX_VALUE, "must fit one array");
        }
    }

    /// A shape of the given sizes.
    ///
    /// @throws IllegalArgumentException if there is no dimension, one is below 1, or the values do not fit one array
    static Shape of(int... dimensions) {
        return new Shape(IntStream.of(dimensions).boxed().toList());
    }

    /// Number of values, the columns of the row that holds them.
    int size() {
        return dimensions.stream().reduce(1, (size, dimension) -> size * dimension);
    }

    @Override
    public String toString() {
        return dimensions.stream().map(String::valueOf).collect(Collectors.joining("×"));
    }
}
