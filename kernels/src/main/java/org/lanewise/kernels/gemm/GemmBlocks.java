// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

/// The shapes into which a product is cut: the table of [#of], a row for each number of vector registers.
///
/// @param tile the register tile, at most 12×2
/// @param depth steps of k for which a tile runs (KC); where A is copied row by row, at most [Packing#ROW_DEPTH]
/// @param rows rows of C that are completed, over all steps of k, before the next (MC)
/// @param columns columns of C that are completed before the next (NC)
/// @param panelElements elements of B that are packed at a time, if that makes fewer columns
/// @param nearElements up to so many elements of B stay in the second-level cache
/// @param inPlaceElements up to so many elements of B, with those between its rows, B is read in place
/// @param stripFromColumns from so many columns on, A is transposed into strips instead of copied
/// @param deepStripFromColumns the same where k has more steps than a row takes
/// @param updateRows up to so many rows, or
/// @param updateSteps up to so many steps of k, C is updated row by row
record GemmBlocks(Tile tile, int depth, int rows, int columns, int panelElements, int nearElements,
        int inPlaceElements, int stripFromColumns, int deepStripFromColumns, int updateRows, int updateSteps) {

    /// A block of C that stays in registers while a loop runs down k.
    ///
    /// @param rows its rows
    /// @param vectors vectors in each row
    record Tile(int rows, int vectors) {
    }

    /// Bounds the scratch that a product of great depth takes: 16 MiB.
    private static final int PANEL_ELEMENTS = 1 << 22;

    /// Fewer independent sums would leave two fma units idle, each of which takes four cycles for a result.
    private static final int FEWEST_SUMS = 8;

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
    /// With 16 registers, measured on a Zen 3 core (L1 32 KiB, L2 512 KiB) with 256-bit vectors:
    ///
    /// - Tiles by themselves, 512 steps: from strips 6×2 and 4×3 0.94, 5×2 0.92, 4×2 0.89; in place 6×2 0.89, 4×3 0.86,
    ///   4×2 0.84. Eight sums, as in 4×2, just fill the pipelines of two fma units; more of them hide a slow load, too.
    /// - Reading B one step ahead in place of the tests that cut a step (see `GenerateRegisterTiles`): 5×2 0.93, but
    ///   6×2 and 4×3 spill.
    /// - Whole products at n = 512: 0.86 to 0.89; with 4×2 in place 0.78. 48 rows of C at a time reach 0.86 from
    ///   n = 1000 to 2048, 96 rows 0.82 to 0.86, for the second-level cache is small; 256 or 384 steps instead of 512
    ///   0.80 to 0.83.
    /// - Strips pay from 256 columns on: at n = 96 they reach 0.69 instead of 0.77, at n = 192 the same.
    /// - Nothing packed at n = 48 and 64: 4×3 0.73 and 0.70, 6×2, with more rows to address, 0.64 and 0.65.
    /// - With 128 bits (`-XX:UseAVX=1`) 0.92 at n = 512.
    static GemmBlocks of(int registers) {
        if (registers >= 32) {
            return new GemmBlocks(new Tile(12, 2), 2048, 48, 1024, PANEL_ELEMENTS, 1 << 18, 150_000, 256, 64, 5,
                    12);
        }
        return new GemmBlocks(new Tile(6, 2), 512, 48, 1024, PANEL_ELEMENTS, 1 << 16, 1 << 16, 256, 256, 5, 12);
    }

    /// The next tile's size along a side of which `remaining` are left: full tiles, then two of equal size rather than
    /// a full one and a sliver, which would not have enough independent sums to keep the fma units busy.
    static int next(int remaining, int tile) {
        if (remaining >= 2 * tile) {
            return tile;
        }
        return remaining > tile ? (remaining + 1) / 2 : remaining;
    }

    /// Vectors in a row of the next tile, where `remaining` are left and C has `rows`. Tiles that read A from copied
    /// rows are wider than the table says where that would make too few sums, or leave a single vector.
    int vectors(int remaining, int rows, boolean strips) {
        if (strips) {
            return next(remaining, tile.vectors());
        }
        return remaining == 3 ? 3 : next(remaining, Math.max(tile.vectors(), Math.ceilDiv(FEWEST_SUMS, rows)));
    }

    /// Rows of a tile with so many vectors that reads A from copied rows, where `remaining` are left.
    int rows(int remaining, int vectors) {
        return next(remaining, Math.max(1, tile.rows() * tile.vectors() / vectors));
    }

    /// Columns of B, of which `remaining` are left, that are packed at a time when k has `depth` steps.
    int packedColumns(int remaining, int depth) {
        int most = panelElements / Math.max(1, depth) / Packing.LANES * Packing.LANES;
        return Math.min(remaining, Math.clamp(most, Packing.LANES, columns));
    }
}
