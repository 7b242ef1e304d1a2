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
/// @param thinRows up to so many rows, nothing is packed
/// @param directRows up to so many rows, and
/// @param directElements up to so many elements of B, nothing is packed either
record GemmBlocks(int stripRows, int stripVectors, int tileRows, int tileVectors, int depth, int rows, int columns,
        int panelElements, int stripFromRows, int stripFromColumns, int thinRows, int directRows,
        int directElements) {

    /// Bounds the scratch that a product of great depth takes: 16 MiB.
    private static final int PANEL_ELEMENTS = 1 << 22;

    /// The row of the table for so many vector registers.
    ///
    /// Measured on a Sapphire Rapids core (L1 48 KiB, L2 2 MiB), as fractions of its FMA peak at the same vector width.
    /// With 32 registers:
    ///
    /// - A tile of 24 sums, 12×2, runs at 0.95 from strips. 14×2 is as fast but has larger edges. Of 8×3, C2 keeps one
    ///   sum on the stack, because it broadcasts too many elements of A too early: 0.83 at best. Unrolled twice, 12×2
    ///   reaches 0.91.
    /// - A in place takes an address register for each row. C2 keeps some of them in vector registers, and moving them
    ///   back takes turns with the fma: 0.6 to 0.8 for shapes from 4×4 to 12×2. So A is packed as soon as that pays: 8
    ///   rows × 512 columns × 512 steps run at 0.77 instead of 0.49, but 32 × 64 × 128 at 0.59 instead of 0.62.
    /// - 512 steps × 96 rows × 1024 columns: 0.75 at n = 1024. With 192 × 240 × 512 it was 0.69, for C was read and
    ///   written more often, with 256 × 480 × 256 0.66.
    /// - Packing B for a few rows costs more than the product: 1×512×512 runs 2.8 times as fast without, 5×1024×1024
    ///   2.2 times.
    ///
    /// With 16 registers, 256 bits (`-XX:UseAVX=2`), at n = 512: 4×2 in place 0.82, 5×2 in place 0.74, 3×3 in place
    /// 0.59. From strips 4×2 runs at 0.74 and 5×2 at 0.51, where C2 spills two sums. So strips are only for a
    /// transposed A. With 128 bits (`-XX:UseAVX=1`) 4×2 from strips reaches 0.85.
    static GemmBlocks of(int registers) {
        if (registers >= 32) {
            return new GemmBlocks(12, 2, 8, 3, 512, 96, 1024, PANEL_ELEMENTS, 6, 96, 5, 64, 64 * 64);
        }
        return new GemmBlocks(4, 2, 4, 2, 512, 96, 1024, PANEL_ELEMENTS, Integer.MAX_VALUE, 96, 5, 64, 64 * 64);
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
