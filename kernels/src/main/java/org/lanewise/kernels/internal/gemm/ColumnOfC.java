// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;

/// A product whose C is one column. Lanes run down the column: Cᵀ ← Bᵀ·Aᵀ, with the chains of any product, except that
/// the two factors of each fma are exchanged.
final class ColumnOfC {

    private static final int LANES = Packing.LANES;

    /// Rows and steps of k of a packed block of A, which stays in L1.
    private static final int BLOCK_ROWS = 4 * LANES;
    private static final int BLOCK_DEPTH = 128;

    private ColumnOfC() {
    }

    /// @param b the array that holds the column B, from `call.bStart` on and `call.bStep` apart
    static void multiply(GemmCall call, Matrix a, float[] b, Matrix c, Epilogue epilogue) {
        if (call.plan.form() == GemmPlan.FormOfA.STRIPS) {
            byPanels(call, a, b, c, epilogue.accumulate());
        } else {
            byRows(call, a, b, c, epilogue.accumulate());
        }
        call.row = 0;
        call.rows = c.rows();
        call.column = 0;
        call.columns = 1;
        call.unbiased = 1;
        TileEpilogue.finish(call, c, epilogue);
    }

    /// Takes a vector of rows of A at a time and transposes them in registers.
    private static void byRows(GemmCall call, Matrix a, float[] b, Matrix c, boolean accumulate) {
        int depth = a.columns();
        int whole = depth / LANES * LANES;
        float[] sums = call.scratch.edge;
        float[] factors = call.scratch.strips(depth);
        for (int p = 0; p < depth; p++) {
            factors[p] = b[call.bStart + p * call.bStep];
        }
        for (int row = 0; row < c.rows(); row += LANES) {
            int rows = Math.min(LANES, c.rows() - row);
            int aAt = call.aStart + row * a.stride();
            int cAt = call.cStart + row * c.stride();
            begin(sums, LANES, c, cAt, rows, accumulate);
            Packing.multiply(a.data(), aAt, a.stride(), rows, whole, factors, sums);
            for (int i = 0; i < rows; i++) {
                float sum = sums[i];
                for (int p = whole; p < depth; p++) {
                    sum = Math.fma(a.data()[aAt + i * a.stride() + p], factors[p], sum);
                }
                c.data()[cAt + i * c.stride()] = sum;
            }
        }
    }

    /// Packs A into panels, a block of rows and steps at a time.
    private static void byPanels(GemmCall call, Matrix a, float[] b, Matrix c, boolean accumulate) {
        float[] sums = call.scratch.edge;
        float[] factors = call.scratch.strips(BLOCK_DEPTH);
        float[] panels = call.scratch.panels(Packing.ALIGNMENT + Packing.panels(BLOCK_DEPTH, BLOCK_ROWS));
        int rows;
        for (int row = 0; row < c.rows(); row += rows) {
            rows = Math.min(BLOCK_ROWS, c.rows() - row);
            int vectors = Math.ceilDiv(rows, LANES);
            int cAt = call.cStart + row * c.stride();
            begin(sums, vectors * LANES, c, cAt, rows, accumulate);
            int steps;
            for (int p = 0; p < a.columns(); p += steps) {
                steps = Math.min(BLOCK_DEPTH, a.columns() - p);
                int aAt = call.aStart + (a.isTransposed() ? p * a.stride() + row : row * a.stride() + p);
                Packing.pack(a, aAt, !a.isTransposed(), steps, rows, panels, Packing.ALIGNMENT,
                        steps * Packing.PANEL);
                for (int step = 0; step < steps; step++) {
                    factors[step] = b[call.bStart + (p + step) * call.bStep];
                }
                RowTiles.resume(1, vectors, factors, 0, 0, panels, Packing.ALIGNMENT, steps * Packing.PANEL, steps,
                        sums, 0, 0);
            }
            for (int i = 0; i < rows; i++) {
                c.data()[cAt + i * c.stride()] = sums[i];
            }
        }
    }

    /// Starts sums from C's values if `accumulate`, else from zeros; lanes past C's last row start from zeros.
    private static void begin(float[] sums, int size, Matrix c, int cAt, int rows, boolean accumulate) {
        for (int i = 0; i < size; i++) {
            sums[i] = accumulate && i < rows ? c.data()[cAt + i * c.stride()] : 0f;
        }
    }
}
