// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;

/// The outermost loops of a product: blocks of B, first along its columns (NC), then down k. A block is small enough to
/// stay in a large L2 while all rows of A pass over it.
final class BlocksOfB {

    private BlocksOfB() {
    }

    /// B is read in place, as a single block.
    static void inPlace(GemmCall call, Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        call.column = 0;
        call.columns = c.columns();
        call.from = 0;
        call.depth = a.columns();
        call.bAt = call.bStart;
        call.bStep = b.stride();
        call.bDistance = Packing.PANEL;
        RowsOfC.multiply(call, a, b.data(), c, epilogue);
    }

    /// Packs each block of B right before it is used.
    static void packing(GemmCall call, Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        int size = Packing.panels(call.plan.blockDepth(), call.plan.blockColumns());
        blocks(call, a, b, call.scratch.panels(Packing.ALIGNMENT + size), c, epilogue);
    }

    /// All of B was packed beforehand.
    static void packed(GemmCall call, Matrix a, PackedPanels b, Matrix c, Epilogue epilogue) {
        call.bStart = b.start();
        call.bDistance = b.stride();
        blocks(call, a, null, b.data(), c, epilogue);
    }

    /// @param unpacked B, packed into `panels` block by block; null if `panels` holds all of B already
    private static void blocks(GemmCall call, Matrix a, Matrix unpacked, float[] panels, Matrix c, Epilogue epilogue) {
        GemmPlan plan = call.plan;
        call.bStep = Packing.PANEL;
        for (call.column = 0; call.column < c.columns(); call.column += call.columns) {
            call.columns = Math.min(plan.blockColumns(), c.columns() - call.column);
            call.from = 0;
            do {
                call.depth = Math.min(plan.blockDepth(), a.columns() - call.from);
                if (unpacked == null) {
                    call.bAt = call.bStart + call.column / Packing.PANEL * call.bDistance + call.from * Packing.PANEL;
                } else {
                    pack(call, unpacked, panels);
                }
                RowsOfC.multiply(call, a, panels, c, epilogue);
                call.from += call.depth;
            } while (call.from < a.columns());
        }
    }

    private static void pack(GemmCall call, Matrix b, float[] panels) {
        call.bAt = Packing.ALIGNMENT;
        call.bDistance = call.depth * Packing.PANEL;
        int at = call.bStart + (b.isTransposed() ? call.column * b.stride() + call.from
                : call.from * b.stride() + call.column);
        Packing.pack(b, at, b.isTransposed(), call.depth, call.columns, panels, call.bAt, call.bDistance);
    }
}
