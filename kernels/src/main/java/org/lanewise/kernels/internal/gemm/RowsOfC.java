// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;

/// All rows of C for one block of B, one row block after the other. A row block stays in cache until its epilogue has
/// run.
final class RowsOfC {

    private RowsOfC() {
    }

    /// @param b the array that holds the block, from `call.bAt` on
    static void multiply(GemmCall call, Matrix a, float[] b, Matrix c, Epilogue epilogue) {
        boolean isLastBlock = call.from + call.depth == a.columns();
        for (call.row = 0; call.row < c.rows(); call.row += call.rows) {
            call.rows = call.plan.nearRows(c.rows() - call.row);
            steps(call, a, b, c, epilogue);
            if (isLastBlock) {
                TileEpilogue.finish(call, c, epilogue);
            }
        }
    }

    /// Cuts the block's steps of k into runs (KC), so that the tiles' parts of A and B stay in cache.
    private static void steps(GemmCall call, Matrix a, float[] b, Matrix c, Epilogue epilogue) {
        int end = call.from + call.depth;
        call.step = call.from;
        do {
            call.steps = Math.min(call.plan.steps(), end - call.step);
            call.resumes = call.step > 0 || epilogue.accumulate();
            boolean isLast = call.step + call.steps == a.columns();
            MacroKernel.multiply(call, a, b, c, isLast ? epilogue : Epilogue.OVERWRITE);
            call.step += call.steps;
        } while (call.step < end);
    }
}
