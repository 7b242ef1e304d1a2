// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

/// The shapes into which a product is cut: the table of [#of], a row for each number of vector registers.
///
/// @param tileRows rows of the register tile, which is two vectors wide; at most 12
/// @param depth steps of k for which a tile runs (KC), at most [Packing#ROW_DEPTH]
/// @param rows rows of C that are completed, over all steps of k, before the next (MC)
/// @param prepackedRows the same where all of B was packed beforehand, and is read from farther away
/// @param columns columns of C that are completed before the next (NC)
/// @param panelElements elements of B that are packed at a time, if that makes fewer columns
/// @param nearElements up to so many elements of B stay in the second-level cache
/// @param inPlaceElements up to so many elements of B, with those between its rows, B is read in place
/// @param stripFromColumns from so many columns on, A is transposed into strips instead of copied
/// @param wideRows up to so many rows, tiles are four vectors wide where B does not stay in the second-level cache, and
/// @param wideElements from so many elements of B on also for a few more rows
/// @param updateRows up to so many rows, where B is too large for that, or
/// @param updateSteps up to so many steps of k, C is updated row by row
record GemmBlocks(int tileRows, int depth, int rows, int prepackedRows, int columns, int panelElements,
        int nearElements, int inPlaceElements, int stripFromColumns, int wideRows, int wideElements,
        int updateRows, int updateSteps) {

    /// Bounds the scratch that a product of great depth takes: 16 MiB.
    private static final int PANEL_ELEMENTS = 1 << 22;

    /// 16 KiB, a third or half of the first-level cache.
    private static final int NEAR_ROWS_ELEMENTS = 1 << 12;

    /// More rows use a panel so often that it is not the memory they wait for.
    private static final int MOST_WIDE_ROWS = 16;

    /// Fewer independent sums would leave two fma units idle, each of which takes four cycles for a result.
    private static final int FEWEST_SUMS = 8;

    /// The row of the table for so many vector registers.
    ///
    /// Measured on a Sapphire Rapids core (L1 48 KiB, L2 2 MiB) that shares itself with another machine's thread, as
    /// fractions of its FMA peak at the same vector width. With 32 registers:
    ///
    /// - Tiles by themselves, A and B in the first-level cache, 256 steps: 12×2 0.82 to 0.92, 14×2 the same with larger
    ///   edges, 8×3 0.82 (0.74 without the cuts of `GenerateRegisterTiles`), 6×4 0.66 to 0.82. To start and end a tile
    ///   takes some 100 cycles, of 768 that 64 steps take.
    /// - Unrolled twice, 12×2 keeps sums on the stack: 0.68 to 0.82.
    /// - A in place takes an address register for each row. C2 keeps some in vector registers, and moving them back
    ///   takes turns with the fma: 0.52 to 0.72 for 8×3. Rows at a fixed distance need one register, and copying them
    ///   is cheaper than transposing: 0.10 of a product with n = 128 instead of 0.17. From 256 columns on strips win,
    ///   for the tile is a little faster on them: 0.79 instead of 0.76 at n = 256.
    /// - One panel a vector instead of two took a register more, and resumed tiles ran at 0.72 instead of 0.82.
    /// - B in place and A a strip at a time: 0.76 instead of 0.62 at n = 64, 0.80 instead of 0.78 at n = 384; but 0.31
    ///   instead of 0.68 at n = 1024, where each row of B is on another page.
    /// - 256 or 512 or 1024 steps, 48 to 192 rows, 512 or 1024 columns: no difference from n = 512 to 2048, all 0.60 to
    ///   0.78 as the other thread lets them.
    /// - Where B is prepacked, 264 rows: 256×4096×4096, whose B comes from memory three times with 96 rows, took 0.85
    ///   of the time, with 16 registers and 132 rows instead of 48 0.95; layers up to 1024×1024 took the same. But
    ///   where B is packed just before, its panels leave the second-level cache to so many rows: n = 2048 took 1.08
    ///   times as long.
    /// - Tiles of four vectors, which read a prepacked B in twice the streams: 4×4096×4096 took 0.6 to 0.8 of the time,
    ///   4×1024×1024 0.8 to 0.95, 8×4096×4096 0.6 to 0.9; but 8×2048×2048 and 8×1024×1024 1.2 to 1.4 times, for two
    ///   tiles of four rows read B twice. Touching each panel's lines or pages ahead: no difference.
    /// - Panels on a cache line instead of across two: 0.03 to 0.07 more, but an array's address cannot be known.
    /// - Updates row by row: 1×512×512 runs five times as fast as with B packed, 8×1024×1024 1.5 times, 12×1024×1024
    ///   1.1 times; but in place, 3×128×128 runs 1.7 times as fast as updated. Four steps of k: 1.3 times; nine: 0.7.
    ///
    /// With 16 registers, measured on a Zen 3 core (L1 32 KiB, L2 512 KiB) with 256-bit vectors:
    ///
    /// - Tiles by themselves, 512 steps, from strips: 6×2 and 4×3 0.94, 5×2 0.92, 4×2 0.89. Eight sums, as in 4×2, just
    ///   fill the pipelines of two fma units; more of them hide a slow load, too.
    /// - Reading B one step ahead in place of the tests that cut a step: 5×2 0.93, but 6×2 and 4×3 spill.
    /// - 48 rows of C at a time reach 0.86 from n = 1000 to 2048, 96 rows 0.82 to 0.86, for the second-level cache is
    ///   small; 256 or 384 steps instead of 512 0.80 to 0.83.
    /// - With 128 bits (`-XX:UseAVX=1`) 0.92 at n = 512.
    static GemmBlocks of(int registers) {
        if (registers >= 32) {
            return new GemmBlocks(12, 512, 96, 264, 1024, PANEL_ELEMENTS, 1 << 18, 150_000, 256, 6, 1 << 23, 12, 4);
        }
        return new GemmBlocks(6, 512, 48, 132, 1024, PANEL_ELEMENTS, 1 << 16, 1 << 16, 256, 0, Integer.MAX_VALUE,
                12, 4);
    }

    /// The next tile's size along a side of which `remaining` are left: full tiles, then two of equal size rather than
    /// a full one and a sliver, which would not have enough independent sums to keep the fma units busy.
    static int next(int remaining, int tile) {
        if (remaining >= 2 * tile) {
            return tile;
        }
        return remaining > tile ? (remaining + 1) / 2 : remaining;
    }

    /// Vectors in a row of the next tile, where `remaining` are left and C has `rows`: an even number, unless it is the
    /// last. Tiles that read A from copied rows are wider where two vectors would make too few sums, or leave a single
    /// one.
    ///
    /// @param wide whether tiles of up to six rows are four vectors wide
    static int vectors(int remaining, int rows, boolean strips, boolean wide) {
        if (strips || remaining <= 3) {
            return Math.min(remaining, strips ? 2 : 3);
        }
        if (wide && rows > 2) {
            return Math.min(remaining, 4);
        }
        int vectors = next(remaining, 2 * Math.ceilDiv(FEWEST_SUMS, 2 * rows));
        return vectors < remaining ? Math.ceilDiv(vectors, 2) * 2 : vectors;
    }

    /// Whether tiles read two panels of B at a time, so that a B that comes from afar comes in twice the streams.
    boolean isWide(int rows, int columns, int depth) {
        long elements = (long) columns * depth;
        return rows <= wideRows && elements > nearElements || rows <= MOST_WIDE_ROWS && elements >= wideElements;
    }

    /// Rows of a tile with so many vectors that reads A from copied rows, where `remaining` are left.
    int rows(int remaining, int vectors) {
        return next(remaining, Math.clamp(2 * tileRows / vectors, 1, GemmTile.MAX_ROWS));
    }

    /// Rows of C that are completed before the next where k is done at once: whole tiles, and so few that they stay in
    /// the first-level cache until bias and activation are applied.
    int nearRows(int columns) {
        return Math.clamp(NEAR_ROWS_ELEMENTS / columns / tileRows * tileRows, tileRows, Math.max(tileRows, rows));
    }

    /// Columns of B, of which `remaining` are left, that are packed at a time when k has `depth` steps.
    int packedColumns(int remaining, int depth) {
        int most = panelElements / Math.max(1, depth) / Packing.PANEL * Packing.PANEL;
        return Math.min(remaining, Math.clamp(most, Packing.PANEL, columns));
    }
}
