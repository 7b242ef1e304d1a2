// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.softmax.CrossEntropy;

/// Softmax over rows, or cross-entropy with its gradient.
public record SoftmaxPass(Kind kind, int rows, int columns) implements Problem {

    /// What is computed.
    public enum Kind {
        /// Softmax.
        SOFTMAX("softmax"),
        /// The logarithm of softmax.
        LOG_SOFTMAX("log-softmax"),
        /// Softmax, mean cross-entropy from labels and the gradient by the logits.
        CROSS_ENTROPY("cross-entropy+gradient");

        private final String title;

        Kind(String title) {
            this.title = title;
        }
    }

    @Override
    public Family family() {
        return Family.SOFTMAX;
    }

    @Override
    public String name() {
        return kind.title + " " + rows + "x" + columns;
    }

    @Override
    public Cost cost() {
        return Cost.pass((double) rows * columns, 8, 8);
    }

    /// The logits, rows×columns.
    public float[] z() {
        return Values.normal((long) rows * columns, 3f, 1);
    }

    /// A class for each row.
    public int[] labels() {
        return Values.labels(rows, columns, 2);
    }

    @Override
    public Task with(Kernels kernels) {
        Matrix z = Matrix.of(z(), rows, columns);
        Matrix y = Matrix.zeros(rows, columns);
        return switch (kind) {
            case SOFTMAX -> Task.of(() -> kernels.softmax().softmax(z, y), y.data());
            case LOG_SOFTMAX -> Task.of(() -> kernels.softmax().logSoftmax(z, y), y.data());
            case CROSS_ENTROPY -> {
                int[] labels = labels();
                float[] loss = new float[1];
                yield Task.of(() -> loss[0] = kernels.softmax().crossEntropy(z, labels, 0, CrossEntropy.MEAN, y), loss,
                        y.data());
            }
        };
    }
}
