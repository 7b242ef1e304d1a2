// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;

/// The second loop: C by blocks of rows over one block of B. A block of rows stays in the first-level cache until its
/// epilogue has run.
final class RowsOfC {

    private RowsOfC() {
    }

    /// @param b holds the block, where the call says
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

    /// The steps of k of the block of B, KC at a time: strips of A and panels of B of that depth stay in cache.
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
