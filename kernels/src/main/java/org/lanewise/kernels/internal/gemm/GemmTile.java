// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

/// What the generated register tiles have in common.
///
/// Each computes a block of C, `rows` × `vectors`, over `depth` steps of k, with all its sums in registers:
///
/// | argument | is |
/// |---|---|
/// | `a`, `aAt`, `aStride` | the first element of the tile's strip; or of its rows, and their distance in place |
/// | `b`, `bAt`, `bStep` | B's element (0, 0) of the tile, and the distance of its steps: in panels [Packing#PANEL] |
/// | `bDistance` | the distance of B's panels: pairs of vectors |
/// | `depth` | number of steps of k, may be 0 |
/// | `c`, `cAt`, `cStride` | C's element (0, 0) of the tile and the distance of its rows |
///
/// The constants are the shapes that there are; the generator reads them from this file.
///
/// A tile reads and writes whole vectors. Where C ends within one, the caller passes a tile of scratch instead.
final class GemmTile {

    /// The most rows of a tile, unless it reads copied rows and is a single vector wide.
    static final int MAX_ROWS = 12;

    /// The most rows of any tile [5].
    static final int TALLEST = 16;

    /// The most vectors in a row of any tile.
    static final int MAX_VECTORS = 8;

    /// The most sums of a tile: of 32 registers, enough others stay for a step of A and B.
    static final int MAX_SUMS = 24;

    /// Fewer independent sums would leave two fma units idle, each of which takes four cycles for a result.
    static final int FEWEST_SUMS = 8;

    /// Vectors in a row of the tiles of several rows that read two panels of B at a time.
    static final int WIDE = 4;

    private GemmTile() {
    }
}
