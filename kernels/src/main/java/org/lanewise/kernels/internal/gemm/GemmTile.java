// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

/// What the generated register tiles have in common.
///
/// Each computes a block of C, `rows` × `vectors`, over `depth` steps of k, with all its sums in registers:
///
/// | argument | is |
/// |---|---|
/// | `a`, `aAt`, `aStride` | the first element of the tile's strip or rows; in place, the rows' stride |
/// | `b`, `bAt`, `bStep` | the tile's first element of B; the stride between steps of k: in panels [Packing#PANEL] |
/// | `bDistance` | the stride between panels of B, each two vectors wide |
/// | `depth` | number of steps of k, may be 0 |
/// | `c`, `cAt`, `cStride` | the tile's first element of C; the rows' stride |
///
/// The constants bound the shapes of tiles; the generator reads them from this file.
///
/// A tile reads and writes whole vectors. Where C ends within a vector, the caller passes a tile of scratch instead.
final class GemmTile {

    /// The most rows of a tile, unless it reads copied rows and is one vector wide.
    static final int MAX_ROWS = 12;

    /// The most rows of any tile [5].
    static final int TALLEST = 16;

    /// The most vectors in a row of any tile.
    static final int MAX_VECTORS = 8;

    /// The most sums of a tile: they leave enough of 32 registers for a step of A and B.
    static final int MAX_SUMS = 24;

    /// Fewer independent sums would not fill two fma units, each with a latency of four cycles.
    static final int FEWEST_SUMS = 8;

    /// Width in vectors of the tiles of several rows that read two panels of B at a time.
    static final int WIDE = 4;

    private GemmTile() {
    }
}
