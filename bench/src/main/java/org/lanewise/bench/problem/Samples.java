// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import java.util.stream.IntStream;

/// Which rows of a large product are checked. A row's result does not depend on the others, so rows are enough.
final class Samples {

    private static final long MOST_PRODUCTS = 1L << 24;

    private Samples() {
    }

    /// All rows where that is cheap; else as many as are, evenly spread, the first and the last among them.
    static int[] rows(int rows, long productsPerRow) {
        int count = Math.clamp(MOST_PRODUCTS / productsPerRow, Math.min(2, rows), rows);
        return count == 1 ? new int[] {0}
                : IntStream.range(0, count).map(i -> (int) ((long) i * (rows - 1) / (count - 1))).toArray();
    }
}
