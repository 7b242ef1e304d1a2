// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;

/// The memory of one prediction in flight: each stage's result, for whatever number of rows comes. Not thread-safe.
final class PredictionPass {

    private final PredictionStage[] stages;
    private Buffers buffers;
    private Matrix[][] byRows;

    PredictionPass(PredictionStage[] stages) {
        this.stages = stages;
        reserve(1);
    }

    /// Makes room for a number of rows, rounded up to a power of two so that a growing batch soon stops growing it.
    private void reserve(int rows) {
        int capacity = Integer.highestOneBit(2 * rows - 1);
        buffers = new Buffers(capacity);
        byRows = new Matrix[capacity + 1][];
    }

    /// y ← network(x).
    void run(Kernels kernels, Matrix x, Matrix y) {
        Matrix[] results = results(x.rows());
        Matrix values = x;
        for (int index = 0; index < stages.length - 1; index++) {
            stages[index].run(kernels, values, results[index]);
            values = results[index];
        }
        stages[stages.length - 1].run(kernels, values, y);
    }

    /// network(x), in a matrix of this pass that the next run overwrites.
    Matrix run(Kernels kernels, Matrix x) {
        Matrix y = results(x.rows())[stages.length - 1];
        run(kernels, x, y);
        return y;
    }

    private Matrix[] results(int rows) {
        if (rows >= byRows.length) {
            reserve(rows);
        }
        if (byRows[rows] == null) {
            buffers.rewind();
            Matrix[] views = new Matrix[stages.length];
            for (int index = 0; index < views.length; index++) {
                views[index] = buffers.next(rows, stages[index].columns());
            }
            byRows[rows] = views;
        }
        return byRows[rows];
    }
}
