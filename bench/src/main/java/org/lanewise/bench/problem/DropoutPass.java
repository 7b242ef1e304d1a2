// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;

/// Dropout over an array; the backward pass is the same call.
public record DropoutPass(float probability, int size) implements Problem {

    private static final long SEED = 42;
    private static final long STREAM = 7;
    private static final double LOOSE = 0.02;

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

    /// A peer draws other random numbers: each of its elements must be dropped or scaled, and as many kept as p says.
    @Override
    public void check(Task task, boolean exact) {
        if (exact) {
            Problem.super.check(task, true);
            return;
        }
        task.run();
        float[] x = x();
        float[] y = task.results()[0];
        int kept = 0;
        for (int i = 0; i < size; i++) {
            boolean dropped = y[i] == 0f;
            float scaled = x[i] / (1f - probability);
            if (!dropped && Math.abs(y[i] - scaled) > tolerance() * Math.abs(scaled)) {
                throw new IllegalStateException("dropout " + name() + ": element " + i + " is " + y[i]
                        + "; it must be 0 or " + scaled);
            }
            kept += dropped ? 0 : 1;
        }
        if (Math.abs((double) kept / size - (1 - probability)) > LOOSE) {
            throw new IllegalStateException("dropout " + name() + ": " + kept + " of " + size + " are kept");
        }
    }

    @Override
    public Task with(Kernels kernels) {
        Matrix x = Matrix.row(x());
        Matrix y = Matrix.zeros(1, size);
        return Task.of(() -> kernels.dropout().apply(x, probability, SEED, STREAM, 0, y), y.data());
    }
}
