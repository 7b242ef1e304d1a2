// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

/// The block sizes of products and the thresholds between their ways. [GemmTarget] has a set for each class of
/// processor; TUNING.md, beside this file, has the measurements behind them.
///
/// @param loops the block sizes of the loops around a tile
/// @param inPlace when B is read in place
/// @param copies when A is copied row by row, or packed into strips
/// @param wide when tiles are four vectors wide
/// @param updates when C is updated row by row
record GemmBlocks(Loops loops, InPlace inPlace, Copies copies, Wide wide, Updates updates) {

    /// The sizes of the loops around a tile.
    ///
    /// @param tileRows MR: rows of the register tile that is two vectors wide; at most 12
    /// @param rows MC: rows of A that pass over a panel of B before the next panel is read
    /// @param depth KC: most steps of k of a tile; more where B is read in place or rows are few
    /// @param blockElements KC·NC: elements of a block of B; all rows of A pass over it before the next block
    record Loops(int tileRows, int rows, int depth, int blockElements) {
    }

    /// When B is read in place.
    ///
    /// @param elements B is read in place up to this many elements, stride included
    /// @param rows from two up to this many rows of C, B is read in place up to the size of a block
    record InPlace(int elements, int rows) {
    }

    /// How tiles read A, by the columns of C in a block of B.
    ///
    /// @param copyFromColumns from this many columns on, rows of A are copied; below, A is read in place
    /// @param stripFromColumns from this many columns on, A is packed into strips
    record Copies(int copyFromColumns, int stripFromColumns) {
    }

    /// When tiles are four vectors wide.
    ///
    /// @param rows up to this many rows of C, where B is larger than a block
    /// @param elements from this many elements of B on, up to 16 rows
    record Wide(int rows, int elements) {
    }

    /// When C is updated row by row.
    ///
    /// @param rows up to this many rows of C, where B is not read in place
    /// @param steps up to this many steps of k, for any number of rows
    record Updates(int rows, int steps) {
    }

    /// Fewer rows of A are not worth a copy.
    static final int FEWEST_ROWS = 6;

    /// Elements of a row block of C: 16 KiB, a third or half of L1.
    private static final int NEAR_ROWS_ELEMENTS = 1 << 12;

    /// More rows reuse a panel so often that memory does not bound them.
    private static final int MOST_WIDE_ROWS = 16;

    /// The size of the next tile along a side with `remaining` left: full tiles, then two of equal size rather than a
    /// full tile and a sliver. A sliver has too few independent sums to keep the fma units busy.
    static int next(int remaining, int tile) {
        if (remaining >= 2 * tile) {
            return tile;
        }
        return remaining > tile ? (remaining + 1) / 2 : remaining;
    }

    /// Width in vectors of the next tile that reads a copy of A, with `remaining` left: two, except for the last tile.
    ///
    /// @param most width of the widest tile, 2 or 3
    static int vectors(int remaining, int most) {
        return remaining <= most ? remaining : 2;
    }

    /// Width in vectors of the next tile that reads A in place, with `remaining` left and `rows` rows of C: an even
    /// number, whole panels of B, except for the last tile. Tiles are wider than two vectors where two would make too
    /// few independent sums or leave a single vector.
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

    /// Whether B is read in place. Packing B takes as long as the products of some 16 rows. In place, tiles run over
    /// all of k, at most 2·KC steps: with more, a strip of A would leave L1.
    ///
    /// @param stride of B's rows
    boolean isInPlace(int rows, int depth, int stride) {
        long elements = depth * (long) stride;
        boolean few = rows > 1 && rows <= inPlace.rows;
        return depth <= 2 * loops.depth && (elements <= inPlace.elements || few && elements <= loops.blockElements);
    }

    /// Whether tiles read two panels of B at a time: a B from L3 or memory then comes in twice as many streams.
    boolean isWide(int rows, int columns, int depth) {
        long elements = (long) columns * depth;
        return rows <= wide.rows && elements > loops.blockElements
                || rows <= MOST_WIDE_ROWS && elements >= wide.elements;
    }

    /// Most rows of a tile, `vectors` wide, that reads A in place or from copied rows.
    ///
    /// @param tallest most rows of any such tile
    int tileRows(int vectors, int tallest) {
        return Math.clamp(2 * loops.tileRows / vectors, 1, tallest);
    }

    /// Rows of a row block of C: whole tiles, few enough to stay in L1 until their epilogue has run, but at least MC.
    int nearRows(int columns) {
        return Math.max(loops.rows, NEAR_ROWS_ELEMENTS / columns / loops.tileRows * loops.tileRows);
    }

    /// Most steps of k of a tile. k is cut into runs of about equal length, and of an even number of steps, which is
    /// faster.
    ///
    /// @param few whether rows are so few that reading B bounds the product, and A need not stay in cache
    int steps(int depth, boolean few) {
        int most = few ? Math.max(1, loops.blockElements / Packing.PANEL) : loops.depth;
        if (depth <= most) {
            return depth;
        }
        int equal = Math.ceilDiv(depth, Math.ceilDiv(depth, most));
        return Math.min(equal + equal % 2, most);
    }

    /// Most columns of a block of B (NC): whole panels, about as many in each block.
    int blockColumns(int columns, int steps) {
        int panels = Math.ceilDiv(columns, Packing.PANEL);
        int most = Math.max(1, loops.blockElements / Math.max(1, steps) / Packing.PANEL);
        int blocks = Math.max(1, Math.ceilDiv(panels, most));
        return Math.ceilDiv(panels, blocks) * Packing.PANEL;
    }

    /// Most steps of k of a block of B: all of k, or a multiple of `steps`.
    int blockDepth(int columns, int steps, int depth) {
        int most = loops.blockElements / Math.max(1, columns) / Math.max(1, steps);
        return Math.min(depth, Math.max(1, most) * steps);
    }
}
