// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.math.Function;

/// An activation or an elementary function over an array.
public record ElementwisePass(Operation operation, int size) implements Problem {

    /// What is computed for each element.
    public sealed interface Operation {

        /// The name in the case's name.
        String name();
    }

    /// An activation's value.
    public record Value(String name, Activation activation) implements Operation {
    }

    /// An activation's value and derivative in one pass.
    public record ValueAndDerivative(String name, Activation activation) implements Operation {
    }

    /// An elementary function.
    public record Elementary(String name, Function function) implements Operation {
    }

    @Override
    public Family family() {
        return Family.ELEMENTWISE;
    }

    @Override
    public String name() {
        return operation.name() + " " + Sizes.binary(size);
    }

    @Override
    public Cost cost() {
        int arrays = operation instanceof ValueAndDerivative ? 3 : 2;
        return Cost.pass(size, 4 * arrays, 4 * arrays);
    }

    /// The input.
    public float[] x() {
        boolean logarithm = operation instanceof Elementary(String _, Function function) && function == Function.LOG;
        return logarithm ? Values.positive(size, 1) : Values.normal(size, 2f, 1);
    }

    @Override
    public Task with(Kernels kernels) {
        Matrix x = Matrix.row(x());
        Matrix y = Matrix.zeros(1, size);
        return switch (operation) {
            case Value(String _, Activation activation) -> {
                yield Task.of(() -> kernels.activations().value(activation, x, y), y.data());
            }
            case ValueAndDerivative(String _, Activation activation) -> {
                Matrix derivative = Matrix.zeros(1, size);
                yield Task.of(() -> kernels.activations().valueAndDerivative(activation, x, y, derivative), y.data(),
                        derivative.data());
            }
            case Elementary(String _, Function function) -> {
                yield Task.of(() -> kernels.functions().apply(function, x, y), y.data());
            }
        };
    }
}
