// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

/// The shapes into which a product is cut: the table of [#of], a row for each number of vector registers.
///
/// @param stripRows rows of a register tile that reads A from packed strips, at most 12
/// @param stripVectors vectors in each row of such a tile, at most 2
/// @param tileRows rows of a register tile that reads A in place, at most 8
/// @param tileVectors vectors in each row of such a tile, at most 3
/// @param depth steps of k for which a tile runs (KC)
/// @param rows rows of C that are completed, over all steps of k, before the next (MC)
/// @param columns columns of C that are completed before the next (NC)
/// @param panelElements elements of B that are packed at a time, if that makes fewer columns
/// @param stripFromRows from so many rows on, and
/// @param stripFromColumns from so many columns on, A is packed in strips
/// @param directRows up to so many rows, and
/// @param directElements up to so many elements of B, nothing is packed
record GemmBlocks(int stripRows, int stripVectors, int tileRows, int tileVectors, int depth, int rows, int columns,
        int panelElements, int stripFromRows, int stripFromColumns, int directRows, int directElements) {

    /// The row of the table for so many vector registers.
    ///
    /// Measured on a Sapphire Rapids core (512 bits, L1 48 KiB, L2 2 MiB), as fractions of its FMA peak:
    ///
    /// - A tile of 24 sums leaves C2's scheduler enough registers: 12×2 from strips runs at 0.95, 14×2 as fast but with
    ///   larger edges. 8×3 from strips loses a register to a broadcast hoisted too early and runs at 0.77; unrolled
    ///   twice, 12×2 and 8×3 spill (0.91, 0.57).
    /// - Reading A in place takes an address register for each row. C2 then keeps some of them in vector registers,
    ///   and moving them back takes turns with the fma: 0.65 to 0.8 for all shapes from 4×4 to 12×2. So A is packed
    ///   as soon as that pays: at 8 rows × 512 columns 0.77 instead of 0.49, at 64 columns 0.59 instead of 0.62.
    /// - 512 steps × 96 rows × 1024 columns: 0.75 at n = 1024. With 192 × 240 × 512 it was 0.69, because C was read
    ///   and written more often; with 256 × 480 × 256, 0.66, because strips and C crowded each other out of L2.
    static GemmBlocks of(int registers) {
        if (registers >= 32) {
            return new GemmBlocks(12, 2, 8, 3, 512, 96, 1024, 1 << 22, 6, 96, 64, 64 * 64);
        }
        return new GemmBlocks(5, 2, 5, 2, 512, 100, 1024, 1 << 22, 6, 96, 64, 64 * 64);
    }

    /// The next tile's size along a side of which `remaining` are left: full tiles, then two of equal size rather than
    /// a full one and a sliver, which would not have enough independent sums to keep the fma units busy.
    static int next(int remaining, int tile) {
        if (remaining >= 2 * tile) {
            return tile;
        }
        return remaining > tile ? (remaining + 1) / 2 : remaining;
    }

    /// Columns of B, of which `remaining` are left, that are packed at a time when k has `depth` steps.
    int packedColumns(int remaining, int depth) {
        int most = panelElements / Math.max(1, depth) / Packing.LANES * Packing.LANES;
        return Math.min(remaining, Math.clamp(most, Packing.LANES, columns));
    }
}
