// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Reduction;

/// A loss and its gradient over an array.
public record LossPass(String title, Loss loss, int size) implements Problem {

    @Override
    public Family family() {
        return Family.SOFTMAX;
    }

    @Override
    public String name() {
        return title + "+gradient " + Sizes.binary(size);
    }

    @Override
    public Cost cost() {
        return Cost.pass(size, 12, 12);
    }

    /// The predictions.
    public float[] prediction() {
        return Values.normal(size, 1f, 1);
    }

    /// The targets, each 0 or 1.
    public float[] target() {
        float[] target = new float[size];
        int[] labels = Values.labels(size, 2, 2);
        for (int i = 0; i < size; i++) {
            target[i] = labels[i];
        }
        return target;
    }

    @Override
    public Task with(Kernels kernels) {
        Matrix prediction = Matrix.row(prediction());
        Matrix target = Matrix.row(target());
        Matrix gradient = Matrix.zeros(1, size);
        float[] value = new float[1];
        return Task.of(() -> value[0] = kernels.losses().loss(loss, Reduction.MEAN, prediction, target, gradient),
                value, gradient.data());
    }
}
