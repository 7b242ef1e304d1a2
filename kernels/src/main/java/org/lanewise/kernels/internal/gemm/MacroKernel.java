// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;

/// The macro-kernel: takes a group of rows of A (MC), in the form that the plan chose, and runs tiles along the columns
/// of a block of B and, for each column of tiles, down the group. The group stays in L1 or L2.
final class MacroKernel {

    private static final int LANES = Packing.LANES;

    private MacroKernel() {
    }

    /// @param epilogue its bias is added to edge tiles on their way from scratch to C
    static void multiply(GemmCall call, Matrix a, float[] b, Matrix c, Epilogue epilogue) {
        call.unbiased = call.columns;
        int group;
        for (int row = 0; row < call.rows; row += group) {
            group = call.plan.groupRows(call.rows - row);
            int at = call.aStart + (a.isTransposed() ? call.step * a.stride() + call.row + row
                    : (call.row + row) * a.stride() + call.step);
            switch (call.plan.form()) {
                case IN_PLACE -> {
                    call.aStride = a.stride();
                    tiles(call, row, group, a.data(), at, b, c, epilogue);
                }
                case COPIED_ROWS -> {
                    call.aStride = Packing.ROW_DISTANCE;
                    tiles(call, row, group, copiedRows(call, a, at, group), Packing.ALIGNMENT, b, c, epilogue);
                }
                case STRIPS -> {
                    call.aStride = call.steps;
                    tiles(call, row, group, strips(call, a, at, group), Packing.ALIGNMENT, b, c, epilogue);
                }
            }
        }
    }

    private static float[] copiedRows(GemmCall call, Matrix a, int at, int rows) {
        float[] copy = call.scratch.strips(Packing.ALIGNMENT + rows * Packing.ROW_DISTANCE);
        Packing.rows(a.data(), at, a.stride(), rows, call.steps, copy, Packing.ALIGNMENT);
        return copy;
    }

    private static float[] strips(GemmCall call, Matrix a, int at, int rows) {
        float[] copy = call.scratch.strips(Packing.ALIGNMENT + rows * call.steps + LANES);
        int rowStride = a.isTransposed() ? 1 : a.stride();
        int height;
        for (int row = 0; row < rows; row += height) {
            height = call.plan.stripRows(rows - row);
            Packing.strip(a.data(), at + row * rowStride, a.stride(), a.isTransposed(), height, call.steps, copy,
                    Packing.ALIGNMENT + row * call.steps);
        }
        return copy;
    }

    /// Runs tiles over a group of rows, one column of tiles after the other.
    ///
    /// @param from the group's first row, counted from `call.row`
    private static void tiles(GemmCall call, int from, int rows, float[] a, int aAt, float[] b, Matrix c,
            Epilogue epilogue) {
        boolean inPlace = call.plan.way() == GemmPlan.Way.IN_PLACE;
        int bAt = call.bAt + (call.step - call.from) * call.bStep;
        int cAt = call.cStart + (call.row + from) * c.stride() + call.column;
        int vectors;
        for (int column = 0; column < call.columns; column += vectors * LANES) {
            vectors = call.plan.tileVectors(Math.ceilDiv(call.columns - column, LANES), call.rows);
            int start = column;
            if (inPlace && column + vectors * LANES > call.columns) {
                vectors = Math.min(vectors, call.columns / LANES);
                start = Math.min(column, call.columns - vectors * LANES);
            }
            call.vectors = vectors;
            call.tileColumn = start;
            call.bTile = bAt + (inPlace ? start : start / Packing.PANEL * call.bDistance);
            if (start + vectors * LANES <= call.columns) {
                whole(call, rows, a, aAt, b, c.data(), cAt + start, c.stride());
            } else {
                call.unbiased = start;
                edge(call, rows, a, aAt, b, c, cAt + start, epilogue);
            }
        }
    }

    /// A column of tiles within C: tiles write C directly.
    private static void whole(GemmCall call, int rows, float[] a, int aAt, float[] b, float[] c, int cAt, int cStride) {
        int most = call.plan.tileRows(call.vectors);
        int height;
        for (int row = 0; row < rows; row += height) {
            height = GemmBlocks.next(rows - row, most);
            tile(call, height, a, aAt + row * call.aStride, b, c, cAt + row * cStride, cStride);
        }
    }

    /// A column of tiles that reaches past C's right edge: tiles work on scratch, whose valid columns are copied to C.
    private static void edge(GemmCall call, int rows, float[] a, int aAt, float[] b, Matrix c, int cAt,
            Epilogue epilogue) {
        int columns = call.columns - call.tileColumn;
        int stride = call.vectors * LANES;
        float[] sums = call.scratch.edge;
        int most = call.plan.tileRows(call.vectors);
        int height;
        for (int row = 0; row < rows; row += height) {
            height = GemmBlocks.next(rows - row, most);
            int cTile = cAt + row * c.stride();
            if (call.resumes) {
                TilePasses.copy(c.data(), cTile, c.stride(), sums, 0, stride, height, columns);
            }
            tile(call, height, a, aAt + row * call.aStride, b, sums, 0, stride);
            if (epilogue.bias() == null) {
                TilePasses.copy(sums, 0, stride, c.data(), cTile, c.stride(), height, columns);
            } else {
                TileEpilogue.addBias(epilogue, call.column + call.tileColumn, sums, c, cTile, height, columns);
            }
        }
    }

    private static void tile(GemmCall call, int rows, float[] a, int aAt, float[] b, float[] c, int cAt, int cStride) {
        GemmPlan.FormOfA form = call.plan.form();
        int vectors = call.vectors;
        int bAt = call.bTile;
        int bStep = call.bStep;
        int bDistance = call.bDistance;
        int steps = call.steps;
        if (form == GemmPlan.FormOfA.STRIPS) {
            if (call.resumes) {
                StripTiles.resume(rows, vectors, a, aAt, b, bAt, bDistance, steps, c, cAt, cStride);
            } else {
                StripTiles.start(rows, vectors, a, aAt, b, bAt, bStep, bDistance, steps, c, cAt, cStride);
            }
        } else if (form == GemmPlan.FormOfA.COPIED_ROWS) {
            CopiedRowTiles.start(rows, vectors, a, aAt, b, bAt, bStep, bDistance, steps, c, cAt, cStride);
        } else if (call.resumes) {
            RowTiles.resume(rows, vectors, a, aAt, call.aStride, b, bAt, bDistance, steps, c, cAt, cStride);
        } else {
            RowTiles.start(rows, vectors, a, aAt, call.aStride, b, bAt, bStep, bDistance, steps, c, cAt, cStride);
        }
    }
}
