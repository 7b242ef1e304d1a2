// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.lanes.Species;

/// Packs B into panels and A into strips, or copies A row by row. Panels and strips hold the elements of each step of k
/// side by side: [#PANEL] columns of B, or a tile's rows of A.
final class Packing {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;

    static final int LANES = SPECIES.length();

    /// Columns of a panel: two vectors side by side, so that a tile reads both from one address.
    static final int PANEL = 2 * LANES;

    /// Index of the first panel in its array: 48 bytes. A large array begins on a cache line where the collector gives
    /// it a region of its own, as G1 does, and its elements start 16 bytes further on. Another 48 bytes on, no vector
    /// straddles two lines.
    static final int ALIGNMENT = 12;

    /// Stride of the rows that [#rows] copies: a constant, so that the compiler reads all rows of a tile through one
    /// address register. A cache line more than 2 KiB, so that neighbouring rows do not compete for the same cache
    /// sets.
    static final int ROW_DISTANCE = 528;

    /// Whether vectors are wide enough to be transposed in registers.
    static final boolean TRANSPOSES = LANES >= 4;

    /// Rows of B that are packed at a time. Measured at n = 512 and 1024: 8 give 1–4 % over 16, 64 or all of them.
    private static final int ROWS_AT_A_TIME = 8;

    private Packing() {
    }

    /// Elements of a `depth` × `columns` block in panels.
    static int panels(int depth, int columns) {
        return Math.multiplyExact(depth, Math.ceilDiv(columns, PANEL) * PANEL);
    }

    /// Packs a `depth` × `columns` block.
    ///
    /// @param at index of the block's first element
    /// @param transposed whether a stored row holds steps of k rather than columns
    static void pack(Matrix matrix, int at, boolean transposed, int depth, int columns, float[] to, int toAt,
            int panelStride) {
        float[] from = matrix.data();
        int stride = matrix.stride();
        // A few rows of B at a time, across all panels: down a single panel, every step would be on another page.
        int block = transposed ? Math.max(1, depth) : ROWS_AT_A_TIME;
        for (int p = 0; p < depth; p += block) {
            int steps = Math.min(block, depth - p);
            for (int column = 0; column < columns; column += PANEL) {
                int width = Math.min(PANEL, columns - column);
                int panel = toAt + column / PANEL * panelStride + p * PANEL;
                if (transposed) {
                    transposePanel(from, at + column * stride, stride, steps, width, to, panel);
                } else if (width == PANEL) {
                    copy(from, at + p * stride + column, stride, steps, to, panel);
                } else {
                    copyPart(from, at + p * stride + column, stride, steps, Math.min(LANES, width), to, panel);
                    copyPart(from, at + p * stride + column + LANES, stride, steps, Math.max(0, width - LANES), to,
                            panel + LANES);
                }
            }
        }
    }

    private static void copy(float[] from, int at, int stride, int depth, float[] to, int toAt) {
        for (int p = 0; p < depth; p++) {
            FloatVector.fromArray(SPECIES, from, at + p * stride).intoArray(to, toAt + p * PANEL);
            FloatVector.fromArray(SPECIES, from, at + p * stride + LANES).intoArray(to, toAt + p * PANEL + LANES);
        }
    }

    /// Copies half a panel, of which `width` columns exist. The others become zeros: stale values could be denormal,
    /// and slow.
    private static void copyPart(float[] from, int at, int stride, int depth, int width, float[] to, int toAt) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, width);
        for (int p = 0; p < depth; p++) {
            FloatVector.fromArray(SPECIES, from, at + p * stride, mask).intoArray(to, toAt + p * PANEL);
        }
    }

    /// Copies a `count` × `depth` block of A, `depth` at most [#ROW_DISTANCE], to rows of that stride.
    ///
    /// Takes a few steps of all rows at a time: rows are often short, and a loop for each would be mostly overhead.
    static void rows(float[] from, int at, int stride, int count, int depth, float[] to, int toAt) {
        if (depth < LANES) {
            for (int row = 0; row < count; row++) {
                for (int p = 0; p < depth; p++) {
                    to[toAt + row * ROW_DISTANCE + p] = from[at + row * stride + p];
                }
            }
            return;
        }
        int p = 0;
        for (; p <= depth - 4 * LANES; p += 4 * LANES) {
            copyFourVectors(from, at + p, stride, count, to, toAt + p);
        }
        for (; p < depth; p += LANES) {
            // The last vector ends with the row, and repeats some elements of the vector before.
            int start = Math.min(p, depth - LANES);
            copyVector(from, at + start, stride, count, to, toAt + start);
        }
    }

    private static void copyFourVectors(float[] from, int at, int stride, int count, float[] to, int toAt) {
        for (int row = 0; row < count; row++) {
            FloatVector first = FloatVector.fromArray(SPECIES, from, at);
            FloatVector second = FloatVector.fromArray(SPECIES, from, at + LANES);
            FloatVector third = FloatVector.fromArray(SPECIES, from, at + 2 * LANES);
            FloatVector fourth = FloatVector.fromArray(SPECIES, from, at + 3 * LANES);
            first.intoArray(to, toAt);
            second.intoArray(to, toAt + LANES);
            third.intoArray(to, toAt + 2 * LANES);
            fourth.intoArray(to, toAt + 3 * LANES);
            at += stride;
            toAt += ROW_DISTANCE;
        }
    }

    private static void copyVector(float[] from, int at, int stride, int count, float[] to, int toAt) {
        for (int row = 0; row < count; row++) {
            FloatVector.fromArray(SPECIES, from, at).intoArray(to, toAt);
            at += stride;
            toAt += ROW_DISTANCE;
        }
    }

    /// Packs `height` rows of A, `depth` steps of k, into a strip. Writes up to a vector past the strip's end.
    ///
    /// @param transposed whether a stored row holds rows of A rather than steps of k
    static void strip(float[] from, int at, int stride, boolean transposed, int height, int depth, float[] to,
            int toAt) {
        if (transposed) {
            copyStrip(from, at, stride, height, depth, to, toAt);
        } else {
            transposeStrip(from, at, stride, height, depth, to, toAt);
        }
    }

    /// Copies whole vectors, past the strip's rows too: the next step overwrites the excess. Where a vector would reach
    /// past the array's end, copies element by element.
    private static void copyStrip(float[] from, int at, int stride, int height, int depth, float[] to, int toAt) {
        int reach = Math.ceilDiv(height, LANES) * LANES;
        int room = from.length - at - reach;
        int whole = room < 0 ? 0 : Math.min(depth, room / Math.max(1, stride) + 1);
        for (int p = 0; p < whole; p++) {
            int source = at + p * stride;
            int target = toAt + p * height;
            for (int row = 0; row < height; row += LANES) {
                FloatVector.fromArray(SPECIES, from, source + row).intoArray(to, target + row);
            }
        }
        for (int p = whole; p < depth; p++) {
            for (int row = 0; row < height; row++) {
                to[toAt + p * height + row] = from[at + p * stride + row];
            }
        }
    }

    /// Packs a panel as a strip two vectors high; missing columns become zeros.
    private static void transposePanel(float[] from, int at, int stride, int depth, int width, float[] to, int toAt) {
        int whole = !TRANSPOSES || depth < LANES ? 0 : width / LANES * LANES;
        for (int lane = 0; lane < whole; lane += LANES) {
            transpose(from, at + lane * stride, stride, LANES, depth, to, toAt + lane, PANEL);
        }
        for (int lane = whole; lane < PANEL; lane++) {
            for (int p = 0; p < depth; p++) {
                to[toAt + p * PANEL + lane] = lane < width ? from[at + lane * stride + p] : 0f;
            }
        }
    }

    private static void transposeStrip(float[] from, int at, int stride, int height, int depth, float[] to, int toAt) {
        if (!TRANSPOSES || depth < LANES) {
            for (int row = 0; row < height; row++) {
                for (int p = 0; p < depth; p++) {
                    to[toAt + p * height + row] = from[at + row * stride + p];
                }
            }
            return;
        }
        // From the last rows up: a vector that reaches past the last row spoils the next step's first rows, written
        // later.
        for (int row = (height - 1) / LANES * LANES; row >= 0; row -= LANES) {
            transpose(from, at + row * stride, stride, Math.min(LANES, height - row), depth, to, toAt + row, height);
        }
    }

    /// Adds A·x to `sums`, for up to a vector of rows of A, transposed in registers.
    static void multiply(float[] from, int at, int stride, int rows, int depth, float[] x, float[] sums) {
        switch (LANES) {
            case 4 -> Transpose4.multiply(from, at, stride, rows, depth, x, sums);
            case 8 -> Transpose8.multiply(from, at, stride, rows, depth, x, sums);
            case 16 -> Transpose16.multiply(from, at, stride, rows, depth, x, sums);
            default -> throw new AssertionError(LANES);
        }
    }

    private static void transpose(float[] from, int at, int stride, int rows, int depth, float[] to, int toAt,
            int height) {
        switch (LANES) {
            case 4 -> Transpose4.run(from, at, stride, rows, depth, to, toAt, height);
            case 8 -> Transpose8.run(from, at, stride, rows, depth, to, toAt, height);
            case 16 -> Transpose16.run(from, at, stride, rows, depth, to, toAt, height);
            default -> throw new AssertionError(LANES);
        }
    }
}
