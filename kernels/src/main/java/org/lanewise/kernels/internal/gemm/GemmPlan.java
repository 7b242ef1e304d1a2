// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;

/// All decisions about a product, made before it starts; the loops only carry them out. A plan depends on shapes,
/// layouts and [Epilogue#accumulate()] alone, never on values, and never changes the result's bits. [#toString()] puts
/// it in one line.
///
/// One object serves call after call, so that no call allocates.
final class GemmPlan {

    /// The algorithm of a product.
    enum Way {
        /// C is updated row by row, a few steps of k at a time, and nothing is packed.
        UPDATES,
        /// C is one column: lanes run down the column, Cᵀ ← Bᵀ·Aᵀ.
        COLUMN,
        /// Tiles read B in place.
        IN_PLACE,
        /// Tiles read B from panels, packed beforehand or, block by block, right before use.
        PACKED
    }

    /// How tiles read A: in place, from rows copied to [Packing#ROW_DISTANCE], or from packed strips.
    enum FormOfA { IN_PLACE, COPIED_ROWS, STRIPS }

    /// Columns of C that are updated at a time: 4 KiB of each row stay in L1.
    private static final int UPDATE_COLUMNS = 1024;

    private static final int LANES = Packing.LANES;

    private final GemmBlocks blocks;
    private int rows;
    private int depth;
    private int columns;
    private boolean prepacked;
    private Way way;
    private FormOfA form;
    private boolean wide;
    private int steps;
    private int blockColumns;
    private int blockDepth;
    private int nearRows;
    private int groupRows;
    private int tallest;

    GemmPlan(GemmBlocks blocks) {
        this.blocks = blocks;
    }

    /// Chooses the way of a product.
    static Way way(GemmBlocks blocks, Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        // In place, the last tile of a row overlaps the tile before and computes the shared elements twice: to the same
        // bits, but an accumulating product would add them to C twice.
        boolean inPlace = !b.isTransposed() && !epilogue.accumulate() && c.columns() >= LANES
                && blocks.isInPlace(c.rows(), a.columns(), b.stride());
        if (isUpdate(blocks, a, b, c, inPlace)) {
            return Way.UPDATES;
        }
        if (isColumn(c)) {
            return Way.COLUMN;
        }
        return inPlace ? Way.IN_PLACE : Way.PACKED;
    }

    /// Whether C is updated row by row: for so few rows that packing B would take as long as the product, or so few
    /// steps of k that a tile's loop would be mostly overhead.
    private static boolean isUpdate(GemmBlocks blocks, Matrix a, Matrix b, Matrix c, boolean inPlace) {
        if (a.columns() == 0 || b.isTransposed() || c.columns() < LANES) {
            return false;
        }
        return !inPlace && c.rows() <= blocks.updates().rows() || a.columns() <= blocks.updates().steps();
    }

    /// Whether C is one column of at least a vector of rows.
    private static boolean isColumn(Matrix c) {
        return c.columns() == 1 && c.rows() >= LANES;
    }

    /// Plans a product.
    void plan(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        plan(way(blocks, a, b, c, epilogue), false, a, c, epilogue);
    }

    /// Plans a product with a prepacked B.
    void planPacked(Matrix a, Matrix c, Epilogue epilogue) {
        plan(isColumn(c) ? Way.COLUMN : Way.PACKED, true, a, c, epilogue);
    }

    private void plan(Way chosen, boolean isPrepacked, Matrix a, Matrix c, Epilogue epilogue) {
        rows = c.rows();
        depth = a.columns();
        columns = c.columns();
        prepacked = isPrepacked;
        take(chosen);
        switch (chosen) {
            case UPDATES -> {
                nearRows = blocks.loops().tileRows();
                blockColumns = Math.min(columns, UPDATE_COLUMNS);
                steps = Math.min(depth, RowUpdates.MOST_STEPS);
            }
            case COLUMN -> take(a.isTransposed() || !Packing.TRANSPOSES ? FormOfA.STRIPS : FormOfA.IN_PLACE);
            case IN_PLACE -> {
                steps = depth;
                blockColumns = columns;
                blockDepth = depth;
                planTiles(a, epilogue);
            }
            case PACKED -> {
                steps = blocks.steps(depth, !a.isTransposed() && rows < GemmBlocks.FEWEST_ROWS);
                blockColumns = blocks.blockColumns(columns, steps);
                blockDepth = blocks.blockDepth(blockColumns, steps, depth);
                planTiles(a, epilogue);
            }
        }
    }

    private void planTiles(Matrix a, Epilogue epilogue) {
        int width = Math.max(1, Math.min(columns, blockColumns));
        wide = !a.isTransposed() && blocks.isWide(rows, columns, depth);
        take(formOfA(a, width, epilogue.accumulate()));
        tallest = form == FormOfA.COPIED_ROWS ? GemmTile.TALLEST : GemmTile.MAX_ROWS;
        groupRows = width <= LANES ? Math.max(blocks.loops().rows(), tallest) : blocks.loops().rows();
        nearRows = blocks.nearRows(width);
    }

    private FormOfA formOfA(Matrix a, int width, boolean accumulate) {
        if (a.isTransposed()) {
            return FormOfA.STRIPS;
        }
        if (wide || rows < GemmBlocks.FEWEST_ROWS) {
            return FormOfA.IN_PLACE;
        }
        if (steps < depth || width >= blocks.copies().stripFromColumns() || depth > Packing.ROW_DISTANCE) {
            return FormOfA.STRIPS;
        }
        if (width < blocks.copies().copyFromColumns()) {
            return FormOfA.IN_PLACE;
        }
        return accumulate ? FormOfA.STRIPS : FormOfA.COPIED_ROWS;
    }

    // Storing a reference into an old object costs a fence under some collectors, so only a reference that differs is
    // stored.

    private void take(Way chosen) {
        if (way != chosen) {
            way = chosen;
        }
    }

    private void take(FormOfA chosen) {
        if (form != chosen) {
            form = chosen;
        }
    }

    Way way() {
        return way;
    }

    /// For a column, [FormOfA#IN_PLACE] where A is transposed in registers, and [FormOfA#STRIPS] where it is packed.
    FormOfA form() {
        return form;
    }

    /// Columns of a block of B (NC), or of C that are updated at a time; the last block may have fewer.
    int blockColumns() {
        return blockColumns;
    }

    /// Steps of k of a block of B; the last block may have fewer.
    int blockDepth() {
        return blockDepth;
    }

    /// Most steps of k of one tile (KC) or one update.
    int steps() {
        return steps;
    }

    /// Rows of the next row block of C, with `remaining` left. A row block stays in cache until its epilogue has run; a
    /// remainder below one tile joins the block before.
    int nearRows(int remaining) {
        return remaining >= nearRows + blocks.loops().tileRows() ? nearRows : remaining;
    }

    /// Rows of the next row block of C for updates, with `remaining` left.
    int updatedRows(int remaining) {
        return GemmBlocks.next(remaining, nearRows);
    }

    /// Rows of the next group of A (MC), with `remaining` left. A group stays in L1 or L2 while tiles pass along the
    /// columns of B.
    int groupRows(int remaining) {
        return GemmBlocks.next(remaining, groupRows);
    }

    /// Rows of the next strip of A (MR), with `remaining` left.
    int stripRows(int remaining) {
        return GemmBlocks.next(remaining, blocks.loops().tileRows());
    }

    /// Width of the next tile in vectors (NR), with `remaining` left.
    /// @param near rows of the row block
    int tileVectors(int remaining, int near) {
        return switch (form) {
            case IN_PLACE -> GemmBlocks.vectors(remaining, near, wide);
            case COPIED_ROWS -> GemmBlocks.vectors(remaining, 3);
            case STRIPS -> GemmBlocks.vectors(remaining, 2);
        };
    }

    /// Most rows of a tile that is `vectors` wide (MR).
    int tileRows(int vectors) {
        return form == FormOfA.STRIPS ? blocks.loops().tileRows() : blocks.tileRows(vectors, tallest);
    }

    /// Such as `gemm 784×128 batch 32: B in place; A in strips, 12 rows at a time; …`.
    @Override
    public String toString() {
        return "gemm " + depth + "×" + columns + " batch " + rows + ": " + switch (way) {
            case UPDATES -> "nothing packed; C updated " + rows(Math.min(rows, nearRows)) + " and " + blockColumns
                    + " columns at a time, by " + steps + " steps of k";
            case COLUMN -> "C is a column; A " + (form == FormOfA.STRIPS ? "packed into panels"
                    : "transposed in registers, " + rows(LANES) + " at a time");
            case IN_PLACE -> "B in place; " + tiles();
            case PACKED -> "B packed" + (prepacked ? " beforehand" : "") + ", in blocks of " + blockDepth
                    + " steps × " + Math.min(columns, blockColumns) + " columns; " + tiles();
        };
    }

    private String tiles() {
        int near = Math.max(1, nearRows(rows));
        int group = groupRows(near);
        int vectors = tileVectors(Math.ceilDiv(Math.min(columns, blockColumns), LANES), near);
        String a = switch (form) {
            case IN_PLACE -> "A in place";
            case COPIED_ROWS -> "A copied row by row";
            case STRIPS -> "A in strips";
        };
        return a + ", " + rows(group) + " at a time; tiles of " + GemmBlocks.next(group, tileRows(vectors)) + "×"
                + vectors + " vectors of " + LANES + " over " + steps + " steps; bias and activation " + rows(near)
                + " at a time";
    }

    private static String rows(int count) {
        return count == 1 ? "1 row" : count + " rows";
    }
}
