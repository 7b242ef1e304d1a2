// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.lanes.Species;

/// Copies B into panels, and a transposed A into strips: both are runs of `depth` vectors, one for each step of k.
final class Packing {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;

    static final int LANES = SPECIES.length();

    /// Where the first panel starts in its array. An array's elements start 16 bytes past an object that, when it is
    /// large, starts on a cache line; 48 bytes further on, no vector straddles two lines.
    static final int ALIGNMENT = 12;

    private Packing() {
    }

    static int roundUp(int columns) {
        return Math.ceilDiv(columns, LANES) * LANES;
    }

    /// Packs a `depth` × `columns` block.
    ///
    /// @param transposed whether steps of k lie side by side in `from`, rather than the columns
    static void pack(float[] from, int at, int stride, boolean transposed, int depth, int columns, float[] to, int toAt,
            int panelStride) {
        for (int column = 0; column < columns; column += LANES) {
            int width = Math.min(LANES, columns - column);
            int panel = toAt + column / LANES * panelStride;
            if (transposed) {
                transpose(from, at + column * stride, stride, depth, width, to, panel);
            } else if (width == LANES) {
                copy(from, at + column, stride, depth, to, panel);
            } else {
                copyPart(from, at + column, stride, depth, width, to, panel);
            }
        }
    }

    private static void copy(float[] from, int at, int stride, int depth, float[] to, int toAt) {
        for (int p = 0; p < depth; p++) {
            FloatVector.fromArray(SPECIES, from, at + p * stride).intoArray(to, toAt + p * LANES);
        }
    }

    private static void copyPart(float[] from, int at, int stride, int depth, int width, float[] to, int toAt) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, width);
        for (int p = 0; p < depth; p++) {
            FloatVector.fromArray(SPECIES, from, at + p * stride, mask).intoArray(to, toAt + p * LANES);
        }
    }

    private static void transpose(float[] from, int at, int stride, int depth, int width, float[] to, int toAt) {
        for (int p = 0; p < depth; p++) {
            for (int lane = 0; lane < LANES; lane++) {
                to[toAt + p * LANES + lane] = lane < width ? from[at + lane * stride + p] : 0f;
            }
        }
    }
}
