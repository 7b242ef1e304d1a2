// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

/// A problem made ready for one implementation: inputs in place, handles open, outputs allocated.
public interface Task extends AutoCloseable {

    /// Does the work once.
    void run();

    /// Does the work some times in a row. This is what is timed.
    default void repeat(int times) {
        for (int i = 0; i < times; i++) {
            run();
        }
    }

    /// The outputs of the last run, copied to where they can be compared, in the problem's order.
    float[][] results();

    /// Frees what the implementation holds outside the heap.
    @Override
    default void close() {
    }

    /// A task that writes its outputs straight into arrays.
    static Task of(Runnable work, float[]... results) {
        return new Task() {
            @Override
            public void run() {
                work.run();
            }

            @Override
            public float[][] results() {
                return results;
            }
        };
    }
}
