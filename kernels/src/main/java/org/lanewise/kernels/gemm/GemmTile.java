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
/// | `c`, `cAt`, `cStride` | C's element (0, 0) of the tile and the distance of its rows |
/// | `last` | column of the tile's last vector, which at C's right edge may overlap the one before |
/// | `lanes` | the lanes of each row's last vector that are C's, as bits from the lowest lane; [#ALL_LANES] for all |
/// | `depth` | number of steps of k, may be 0 |
/// | `resume` | whether the chains go on from C's values instead of +0 |
/// | `bias`, `biasAt` | added to each row when the chains are complete; null for none |
/// | `floor` | where a biased sum is not above it, +0 is stored: 0 for ReLU, NaN for no such place |
final class GemmTile {

    /// Says that the last vector lies wholly within C, so that no mask is needed.
    static final long ALL_LANES = -1L;

    private GemmTile() {
    }
}
