// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

/// The sizes into which a product is cut, and the thresholds between its ways. [GemmTarget] has them for each class of
/// processor; TUNING.md, beside this file, has the measurements behind them.
///
/// @param loops the sizes of the loops around a tile
/// @param inPlace when B is read where it lies
/// @param copies when A is copied, or transposed into strips
/// @param wide when tiles are four vectors wide
/// @param updates when C is updated row by row
record GemmBlocks(Loops loops, InPlace inPlace, Copies copies, Wide wide, Updates updates) {

    /// The sizes of the loops around a tile.
    ///
    /// @param tileRows rows of the register tile, which is two vectors wide (MR); at most 12
    /// @param rows rows of A that are used for a panel of B before the next (MC)
    /// @param depth most steps of k for which a tile runs (KC), but for a B in place and for a few rows
    /// @param blockElements elements of a block of B, which is used for all rows of A before the next (KC·NC)
    record Loops(int tileRows, int rows, int depth, int blockElements) {
    }

    /// When B is read where it lies.
    ///
    /// @param elements up to this many elements of B, stride included
    /// @param rows for up to this many rows of C, if B is not more than a block
    record InPlace(int elements, int rows) {
    }

    /// How tiles read A, by the columns of C.
    ///
    /// @param copyFromColumns from this many columns on, rows of A are copied instead of read in place
    /// @param stripFromColumns from this many columns on, A is transposed into strips instead of either
    record Copies(int copyFromColumns, int stripFromColumns) {
    }

    /// When tiles are four vectors wide.
    ///
    /// @param rows for up to this many rows of C, where B is more than a block
    /// @param elements from this many elements of B on, for a few more rows, too
    record Wide(int rows, int elements) {
    }

    /// When C is updated row by row.
    ///
    /// @param rows for up to this many rows of C, where B is too large to be read in place
    /// @param steps for up to this many steps of k
    record Updates(int rows, int steps) {
    }

    /// Fewer rows of A are not worth a copy.
    static final int FEWEST_ROWS = 6;

    /// Elements of a block of rows of C: 16 KiB, a third or half of the first-level cache.
    private static final int NEAR_ROWS_ELEMENTS = 1 << 12;

    /// With more rows, each panel is used often enough to hide the time it takes to arrive.
    private static final int MOST_WIDE_ROWS = 16;

    /// The next tile's size along a side of which `remaining` are left: full tiles, then two of equal size. A full one
    /// and a sliver would be slower, for a sliver has too few independent sums to keep the fma units busy.
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
            return Math.min(remaining, GemmTile.WIDE);
        }
        int vectors = next(remaining, 2 * Math.ceilDiv(GemmTile.FEWEST_SUMS, 2 * rows));
        return vectors < remaining ? Math.ceilDiv(vectors, 2) * 2 : vectors;
    }

    /// Whether to read B in place. Packing B takes as long as the products of some 16 rows. Tiles of a B in place run
    /// for all steps of k, at most 2·KC: with more, a strip of A would not fit the first-level cache.
    ///
    /// @param stride distance of B's rows
    boolean isInPlace(int rows, int depth, int stride) {
        long elements = depth * (long) stride;
        boolean few = rows > 1 && rows <= inPlace.rows;
        return depth <= 2 * loops.depth && (elements <= inPlace.elements || few && elements <= loops.blockElements);
    }

    /// Whether tiles read two panels of B at a time: twice the streams, for a B that comes from memory.
    boolean isWide(int rows, int columns, int depth) {
        long elements = (long) columns * depth;
        return rows <= wide.rows && elements > loops.blockElements
                || rows <= MOST_WIDE_ROWS && elements >= wide.elements;
    }

    /// Most rows of a tile with so many vectors that reads A from rows.
    ///
    /// @param tallest most rows of a tile of one vector
    int tileRows(int vectors, int tallest) {
        return Math.clamp(2 * loops.tileRows / vectors, 1, tallest);
    }

    /// Rows of a block of rows of C, whole tiles: as many as stay in the first-level cache until their epilogue has
    /// run, and at least MC.
    int nearRows(int columns) {
        return Math.max(loops.rows, NEAR_ROWS_ELEMENTS / columns / loops.tileRows * loops.tileRows);
    }

    /// Most steps of k of a tile. All tiles run for about as many, and for an even number, which is faster.
    ///
    /// @param few whether there are few rows: they wait for B, and nothing else need stay in cache
    int steps(int depth, boolean few) {
        int most = few ? Math.max(1, loops.blockElements / Packing.PANEL) : loops.depth;
        if (depth <= most) {
            return depth;
        }
        int equal = Math.ceilDiv(depth, Math.ceilDiv(depth, most));
        return Math.min(equal + equal % 2, most);
    }

    /// Most columns of a block of B: whole panels, all blocks being about equal.
    int blockColumns(int columns, int steps) {
        int panels = Math.ceilDiv(columns, Packing.PANEL);
        int most = Math.max(1, loops.blockElements / Math.max(1, steps) / Packing.PANEL);
        int blocks = Math.max(1, Math.ceilDiv(panels, most));
        return Math.ceilDiv(panels, blocks) * Packing.PANEL;
    }

    /// Most steps of k of a block of B with so many columns.
    int blockDepth(int columns, int steps, int depth) {
        int most = loops.blockElements / Math.max(1, columns) / Math.max(1, steps);
        return Math.min(depth, Math.max(1, most) * steps);
    }
}
