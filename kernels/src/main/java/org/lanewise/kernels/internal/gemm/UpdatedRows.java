// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;

/// Updates C row by row, a few steps of k at a time, with nothing packed: for products that do little arithmetic for
/// each element they read.
final class UpdatedRows {

    private UpdatedRows() {
    }

    static void multiply(GemmCall call, Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        GemmPlan plan = call.plan;
        for (call.column = 0; call.column < c.columns(); call.column += call.columns) {
            call.columns = Math.min(plan.blockColumns(), c.columns() - call.column);
            call.unbiased = call.columns;
            for (call.row = 0; call.row < c.rows(); call.row += call.rows) {
                call.rows = plan.updatedRows(c.rows() - call.row);
                steps(call, a, b, c, epilogue.accumulate());
                TileEpilogue.finish(call, c, epilogue);
            }
        }
    }

    private static void steps(GemmCall call, Matrix a, Matrix b, Matrix c, boolean accumulate) {
        call.step = 0;
        do {
            call.steps = GemmBlocks.next(a.columns() - call.step, call.plan.steps());
            call.resumes = call.step > 0 || accumulate;
            rows(call, a, b, c);
            call.step += call.steps;
        } while (call.step < a.columns());
    }

    private static void rows(GemmCall call, Matrix a, Matrix b, Matrix c) {
        int aRow = a.isTransposed() ? 1 : a.stride();
        int aStep = a.isTransposed() ? a.stride() : 1;
        int aAt = call.aStart + call.row * aRow + call.step * aStep;
        int bAt = call.bStart + call.step * b.stride() + call.column;
        int cAt = call.cStart + call.row * c.stride() + call.column;
        // Locals: reading the fields again for each row may take as long as a short row.
        float[] factors = a.data();
        float[] rowsOfB = b.data();
        int bStride = b.stride();
        float[] sums = c.data();
        int cStride = c.stride();
        int steps = call.steps;
        int columns = call.columns;
        boolean resumes = call.resumes;
        for (int row = call.rows; row > 0; row--) {
            if (resumes) {
                RowUpdates.resume(steps, factors, aAt, aStep, rowsOfB, bAt, bStride, sums, cAt, columns);
            } else {
                RowUpdates.start(steps, factors, aAt, aStep, rowsOfB, bAt, bStride, sums, cAt, columns);
            }
            aAt += aRow;
            cAt += cStride;
        }
    }
}
