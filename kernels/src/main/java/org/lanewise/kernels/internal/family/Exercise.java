// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.family;

import java.util.Objects;
import java.util.function.Consumer;
import org.lanewise.kernels.Matrix;

/// A short call with which a [Tier] makes the compiler compile one kernel, and finds out when that is done.
///
/// It should take a few microseconds once compiled, so that it returns often: the compiler compiles a loop that never
/// returns for its current iteration, not for the next call. Its loops should run for some thirty vectors on average,
/// or the compiler takes them for loops that hardly iterate.
///
/// @param <F> the kernel family
/// @param name what a log line calls it
/// @param call the call, on arrays of its own
public record Exercise<F>(String name, Consumer<F> call) {

    private static final int ROWS = 3;
    private static final int COLUMNS = 325;
    private static final int GAP = 6;

    /// Elements of a [#run()].
    public static final int RUN = 1024;

    /// @throws NullPointerException if an argument is null
    public Exercise {
        Objects.requireNonNull(name, "exercise: name is null");
        Objects.requireNonNull(call, "exercise: call is null");
    }

    /// A matrix of one row that whole vectors fill, with values from −3 to 3.
    public static Matrix run() {
        return matrix(1, RUN, 0);
    }

    /// A matrix of three rows with gaps between them that no vector fills evenly, with values from −3 to 3.
    public static Matrix ragged() {
        return matrix(ROWS, COLUMNS, GAP);
    }

    /// A row as long as a [#ragged()] one.
    public static Matrix raggedRow() {
        return matrix(1, COLUMNS, 0);
    }

    /// A matrix with a gap after each row and values from −3 to 3.
    public static Matrix matrix(int rows, int columns, int gap) {
        float[] data = new float[rows * (columns + gap)];
        for (int i = 0; i < data.length; i++) {
            data[i] = 3f * (float) Math.sin(i);
        }
        return Matrix.of(data, 0, rows, columns, columns + gap);
    }
}
