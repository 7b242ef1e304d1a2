// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

/// What the generated register tiles have in common.
///
/// Each computes a block of C, `rows` × `vectors`, over `depth` steps of k, with all its sums in registers:
///
/// | argument | is |
/// |---|---|
/// | `a`, `aAt`, `aStride` | A's element (0, 0) of the tile and the distance of its rows; a strip has no use for it |
/// | `b`, `bAt`, `bStride` | B's element (0, 0) of the tile and the distance of its panels, or of its rows in place |
/// | `depth` | number of steps of k, may be 0 |
/// | `start`, `startAt`, `startStride` | what the chains start from: C itself, or [#ZEROS] with a stride of 0 |
/// | `c`, `cAt`, `cStride` | C's element (0, 0) of the tile and the distance of its rows |
///
/// A tile reads and writes whole vectors. Where C ends within one, the caller passes a tile of scratch instead.
final class GemmTile {

    /// The most rows of any tile.
    static final int MAX_ROWS = 12;

    /// The most vectors in a row of any tile.
    static final int MAX_VECTORS = 3;

    /// A row of +0 for tiles that start a chain.
    static final float[] ZEROS = new float[MAX_VECTORS * Packing.LANES];

    private GemmTile() {
    }
}
