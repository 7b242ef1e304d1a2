// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

/// The shapes into which a product is cut: the table of [#of], a row for each number of vector registers.
///
/// @param tileRows rows of the register tile, which is two vectors wide; at most 12
/// @param rows rows of A that are used for a panel of B before the next (MC)
/// @param depth most steps of k for which a tile runs (KC), but for a B in place and for a few rows
/// @param blockElements elements of a block of B, which is used for all rows of A before the next
/// @param inPlaceElements up to so many elements of B, with those between its rows, B is read in place
/// @param inPlaceRows up to so many rows, B is read in place if it is not more than a block
/// @param copyFromColumns from so many columns on, rows of A are copied instead of read in place
/// @param stripFromColumns from so many columns on, A is transposed into strips instead of either
/// @param wideRows up to so many rows, tiles are four vectors wide where B is more than a block, and
/// @param wideElements from so many elements of B on also for a few more rows
/// @param updateRows up to so many rows, where B is too large to be read in place, or
/// @param updateSteps up to so many steps of k, C is updated row by row
record GemmBlocks(int tileRows, int rows, int depth, int blockElements, int inPlaceElements, int inPlaceRows,
        int copyFromColumns, int stripFromColumns, int wideRows, int wideElements, int updateRows, int updateSteps) {

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
    /// - A block of B of 1 MiB that stays in the second-level cache while all rows of A pass: 0.73 to 0.78 from n = 512
    ///   to 2048. With blocks of 96 rows of C that were completed over all of B before the next, B came from the third
    ///   level for each: 0.64 to 0.67. 0.8 or 1.3 MiB are as good as 1, 256 or 384 steps of k as 512.
    /// - 12 rows of A at a time, which stay in the first-level cache: 24 or 48 are as good, 96 0.03 less.
    /// - A in place takes an address register for each row, of which C2 keeps some in vector registers; moving them
    ///   back takes turns with the fma, and 8×2 reaches 0.61 instead of 0.73. With rows copied to where one register
    ///   reaches them n = 20 to 48 run 1.03 to 1.1 times as fast, n = 64 1.2 times, and with 256 bits yet more.
    /// - A single vector of columns leaves registers for 16 rows: n = 16, then one tile instead of two, runs 1.35 times
    ///   as fast as in place, 256×64×10 1.2 times; 24 rows are no better. For three vectors, 8×3 tiles are as good as
    ///   6×3 at n = 48, but take 1.15 times as long at n = 36.
    /// - Lanes along the columns of a narrow C, which has A and C transposed: 2000×64×10 the same, 1000×256×10 1.25
    ///   times, 1000×128×3 1.4 times; but with `-XX:UseAVX=2` 1000×128×6 and 1000×512×6 0.75 times.
    /// - Tiles of strips take two steps at a time, but to transpose A takes 0.09 ns an element. With copied rows n = 80
    ///   runs 1.15 times as fast as with strips, n = 100 to 128 1.05 to 1.1 times, n = 192 and 224 the same, n = 256
    ///   0.96 times.
    /// - One panel a vector instead of two took a register more, and resumed tiles ran at 0.72 instead of 0.82.
    /// - B in place: n = 96 and 128 run 1.06 to 1.1 times as fast as with B packed, n = 192 1.05 times, n = 256 0.97
    ///   times. The fewer rows, the more it gains: 256×512×128 the same, 64×512×128 1.15 times, 32×512×128 1.3 times,
    ///   16×512×512 1.9 times, 8×512×512 2.2 times, 8×1024×256 2.1 times. A larger B loses: 12×512×1024 0.62 times, and
    ///   at n = 1024, where each row of B is on another page, 0.31 instead of 0.68. So does one row: 1×512×512 runs
    ///   0.88 times as fast as updated.
    /// - Tiles of four vectors, which read a prepacked B in twice the streams: 4×4096×4096 took 0.6 to 0.8 of the time,
    ///   4×1024×1024 0.8 to 0.95, 8×4096×4096 0.6 to 0.9; but 8×2048×2048 and 8×1024×1024 1.2 to 1.4 times, for two
    ///   tiles of four rows read B twice. Touching each panel's lines or pages ahead: no difference.
    /// - Panels on a cache line instead of across two: 0.02 more from the first-level cache, 0.08 from the second; but
    ///   an array's address cannot be known.
    /// - Updates row by row: 1×512×512 runs five times as fast as with B packed, 8×1024×1024 1.5 times, 12×1024×1024
    ///   1.1 times. Four steps of k: 1.3 times; nine: 0.7.
    ///
    /// With 16 registers, measured on a Zen 3 core (L1 32 KiB, L2 512 KiB) with 256-bit vectors:
    ///
    /// - Tiles by themselves, 512 steps, from strips: 6×2 and 4×3 0.94, 5×2 0.92, 4×2 0.89. Eight sums, as in 4×2, just
    ///   fill the pipelines of two fma units; more of them hide a slow load, too.
    /// - Reading B one step ahead in place of the tests that cut a step: 5×2 0.93, but 6×2 and 4×3 spill.
    /// - The second-level cache is small and a transpose slow, so it is 48 rows of A that stay there while a block of B
    ///   passes: 0.86 from n = 1000 to 2048, with 96 rows 0.82 to 0.86; with 256 or 384 steps instead of 512 0.80 to
    ///   0.83.
    /// - On the Sapphire Rapids core (`-XX:UseAVX=2`), with rows of A copied n = 20 and 32 to 250 run 1.15 to 1.3 times
    ///   as fast as in place, n = 24 the same, n = 16 0.9 times; against strips the same from n = 256 on.
    /// - There B in place instead of packed: 8×512×512 1.2 times, 16×512×512 1.3, 32×512×512 1.1, 64×512×512 0.99.
    /// - With 128 bits (`-XX:UseAVX=1`) 0.92 at n = 512.
    /// - On the Sapphire Rapids core (`-XX:UseAVX=2`) 0.84 to 0.92 from n = 512 to 2048; with 6 rows at a time and
    ///   blocks of 256 KiB 0.71 to 0.81.
    static GemmBlocks of(int registers) {
        if (registers >= 32) {
            return new GemmBlocks(12, 12, 512, 1 << 18, 50_000, 64, 1, 193, 6, 1 << 23, 12, 4);
        }
        return new GemmBlocks(6, 48, 512, 1 << 18, 1 << 16, 32, 17, 256, 0, Integer.MAX_VALUE, 12, 4);
    }

    /// The next tile's size along a side of which `remaining` are left: full tiles, then two of equal size rather than
    /// a full one and a sliver, which would not have enough independent sums to keep the fma units busy.
    static int next(int remaining, int tile) {
        if (remaining >= 2 * tile) {
            return tile;
        }
        return remaining > tile ? (remaining + 1) / 2 : remaining;
    }

    /// Vectors in a row of the next tile that reads a copy of A, where `remaining` are left: two, but for the last.
    ///
    /// @param most vectors of the widest tile, 2 or 3
    static int vectors(int remaining, int most) {
        return remaining <= most ? remaining : 2;
    }

    /// Vectors in a row of the next tile that reads A in place, where `remaining` are left and C has `rows`: an even
    /// number, unless it is the last. Tiles are wider where two vectors would make too few sums, or leave a single one.
    ///
    /// @param wide whether tiles of up to six rows are four vectors wide
    static int vectors(int remaining, int rows, boolean wide) {
        if (remaining <= 3) {
            return remaining;
        }
        if (wide && rows > 2) {
            return Math.min(remaining, 4);
        }
        int vectors = next(remaining, 2 * Math.ceilDiv(FEWEST_SUMS, 2 * rows));
        return vectors < remaining ? Math.ceilDiv(vectors, 2) * 2 : vectors;
    }

    /// Whether so many rows are better multiplied by a B that is read where it lies. To pack it takes as long as the
    /// products of some 16 rows. Tiles then run for all steps of k, up to twice as many as others: with more, a strip
    /// of A would leave the first-level cache.
    ///
    /// @param stride distance of B's rows
    boolean isInPlace(int rows, int depth, int stride) {
        long elements = depth * (long) stride;
        boolean few = rows > 1 && rows <= inPlaceRows;
        return depth <= 2 * this.depth && (elements <= inPlaceElements || few && elements <= blockElements);
    }

    /// Whether tiles read two panels of B at a time, so that a B that comes from afar comes in twice the streams.
    boolean isWide(int rows, int columns, int depth) {
        long elements = (long) columns * depth;
        return rows <= wideRows && elements > blockElements || rows <= MOST_WIDE_ROWS && elements >= wideElements;
    }

    /// Most rows of a tile with so many vectors that reads A from rows.
    ///
    /// @param tallest most rows of a tile of one vector
    int tileRows(int vectors, int tallest) {
        return Math.clamp(2 * tileRows / vectors, 1, tallest);
    }

    /// Rows of C that are completed before the next: whole tiles, and so few that they stay in the first-level cache
    /// until bias and activation are applied.
    int nearRows(int columns) {
        return Math.max(rows, NEAR_ROWS_ELEMENTS / columns / tileRows * tileRows);
    }

    /// Most steps of k of a tile. All tiles run for about as many, and for an even number, which is faster.
    ///
    /// @param few whether there are so few rows that they need not stay near: it is B that they wait for
    int steps(int depth, boolean few) {
        int most = few ? Math.max(1, blockElements / Packing.PANEL) : this.depth;
        if (depth <= most) {
            return depth;
        }
        int equal = Math.ceilDiv(depth, Math.ceilDiv(depth, most));
        return Math.min(equal + equal % 2, most);
    }

    /// Most columns of a block of B: whole panels, all blocks being about equal.
    int blockColumns(int columns, int steps) {
        int panels = Math.ceilDiv(columns, Packing.PANEL);
        int most = Math.max(1, blockElements / Math.max(1, steps) / Packing.PANEL);
        int blocks = Math.max(1, Math.ceilDiv(panels, most));
        return Math.ceilDiv(panels, blocks) * Packing.PANEL;
    }

    /// Most steps of k of a block of B with so many columns.
    int blockDepth(int columns, int steps, int depth) {
        int most = blockElements / Math.max(1, columns) / Math.max(1, steps);
        return Math.min(depth, Math.max(1, most) * steps);
    }
}
