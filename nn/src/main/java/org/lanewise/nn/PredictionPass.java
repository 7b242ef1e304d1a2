// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;

/// The memory of one prediction in progress: the result of each stage, for any number of rows up to a capacity. Not
/// thread-safe.
final class PredictionPass {

    /// Bytes of a view with its header and fields, and of the reference to it, rounded up.
    private static final int BYTES_OF_A_VIEW = 48;

    private final PredictionStage[] stages;
    private final int capacity;
    private final Buffers hidden;
    /// Kept apart, because most calls bring the matrix that the last stage writes to.
    private final Buffers last;
    private final Matrix[][] byRows;
    private int layouts;
    private long givenBackAt;

    PredictionPass(PredictionStage[] stages, int capacity) {
        this.stages = stages;
        this.capacity = capacity;
        this.hidden = new Buffers(capacity);
        this.last = new Buffers(capacity);
        this.byRows = new Matrix[capacity + 1][];
    }

    /// The capacity for a number of rows: the next power of two, so that batches of similar size share passes.
    static int capacityFor(int rows) {
        return Integer.highestOneBit(2 * rows - 1);
    }

    /// Most rows that the pass takes.
    int capacity() {
        return capacity;
    }

    /// Bytes that the pass keeps reachable.
    long bytes() {
        return hidden.bytes() + last.bytes() + (long) byRows.length * Integer.BYTES
                + (long) layouts * stages.length * BYTES_OF_A_VIEW;
    }

    /// When the pass was last given back, as [System#nanoTime()] counts.
    long givenBackAt() {
        return givenBackAt;
    }

    void giveBackAt(long nanoTime) {
        givenBackAt = nanoTime;
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
        Matrix[] results = results(x.rows());
        int index = stages.length - 1;
        if (results[index] == null) {
            last.rewind();
            results[index] = last.next(x.rows(), stages[index].columns());
        }
        run(kernels, x, results[index]);
        return results[index];
    }

    private Matrix[] results(int rows) {
        if (byRows[rows] == null) {
            hidden.rewind();
            Matrix[] views = new Matrix[stages.length];
            for (int index = 0; index < views.length - 1; index++) {
                views[index] = hidden.next(rows, stages[index].columns());
            }
            byRows[rows] = views;
            layouts++;
        }
        return byRows[rows];
    }
}
