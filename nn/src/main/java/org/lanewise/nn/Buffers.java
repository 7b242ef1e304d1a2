// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernels.Matrix;

/// The memory of a network's passes, made once for the largest batch. A network laid out again for fewer rows asks for
/// the same buffers in the same order and gets views of their first rows.
final class Buffers {

    private final int maximumRows;
    private final List<Matrix> made = new ArrayList<>();
    private int next;
    private long bytes;

    Buffers(int maximumRows) {
        this.maximumRows = maximumRows;
    }

    /// Starts the next layout of the network.
    void rewind() {
        next = 0;
    }

    /// Bytes of all buffers made so far.
    long bytes() {
        return bytes;
    }

    /// The next buffer, as a view of `rows` rows.
    Matrix next(int rows, int columns) {
        if (next == made.size()) {
            Matrix buffer = Matrix.zeros(maximumRows, columns);
            made.add(buffer);
            bytes += Float.BYTES * buffer.size();
        }
        return made.get(next++).rows(0, rows);
    }
}
