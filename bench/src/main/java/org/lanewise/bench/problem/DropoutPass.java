// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;

/// Dropout over an array; the backward pass is the same call.
public record DropoutPass(float probability, int size) implements Problem {

    private static final long SEED = 42;
    private static final long STREAM = 7;

    @Override
    public Family family() {
        return Family.DROPOUT;
    }

    @Override
    public String name() {
        return "p=" + probability + " " + Sizes.binary(size);
    }

    @Override
    public Cost cost() {
        return Cost.pass(size, 8, 8);
    }

    /// The input.
    public float[] x() {
        return Values.normal(size, 1f, 1);
    }

    @Override
    public Task with(Kernels kernels) {
        Matrix x = Matrix.row(x());
        Matrix y = Matrix.zeros(1, size);
        return Task.of(() -> kernels.dropout().apply(x, probability, SEED, STREAM, 0, y), y.data());
    }
}
