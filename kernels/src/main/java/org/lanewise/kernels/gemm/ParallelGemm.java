// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.Team;

/// Splits products by rows or columns of C. k is never split, so every sum stays one chain.
public final class ParallelGemm implements Gemm {

    /// Fewest multiplications that are worth a thread of their own: some ten microseconds.
    private static final long WORTHWHILE = 1_000_000;

    /// Parts begin at multiples of so many columns: whole panels of a packed B, for every tile there is.
    private static final int COLUMN_UNIT = 96;

    /// Parts begin at multiples of so many rows, few enough to balance, enough for whole register tiles.
    private static final int ROW_UNIT = 24;

    /// From this ratio of rows to columns on, splitting rows is better though each thread then packs all of B.
    private static final int TALL = 4;

    private final Gemm gemm;
    private final Team team;

    /// @param gemm does each part
    public ParallelGemm(Gemm gemm, Team team) {
        this.gemm = gemm;
        this.team = team;
    }

    @Override
    public void multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        GemmChecks.multiply(a, b, c, epilogue);
        int rows = c.rows();
        int columns = c.columns();
        int depth = a.columns();
        if (rows > (long) TALL * columns || columns < team.threads() * COLUMN_UNIT) {
            team.split(rows, ROW_UNIT, rowsWorthwhile(columns, depth), (from, to) -> gemm.multiply(
                    a.rows(from, to - from), b, c.rows(from, to - from), ofRows(epilogue, from, to)));
        } else {
            team.split(columns, COLUMN_UNIT, Math.ceilDiv(WORTHWHILE, Math.max(1, (long) rows * depth)),
                    (from, to) -> gemm.multiply(a, b.columns(from, to - from), c.columns(from, to - from),
                            ofColumns(epilogue, from, to)));
        }
    }

    @Override
    public void multiply(Matrix a, PackedMatrix b, Matrix c, Epilogue epilogue) {
        GemmChecks.multiply(a, b, c, epilogue);
        team.split(c.rows(), ROW_UNIT, rowsWorthwhile(c.columns(), a.columns()), (from, to) -> gemm.multiply(
                a.rows(from, to - from), b, c.rows(from, to - from), ofRows(epilogue, from, to)));
    }

    @Override
    public void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep,
            Epilogue epilogue) {
        GemmChecks.multiplyBatch(count, a, aStep, b, bStep, c, cStep, epilogue);
        long each = Math.max(1, c.size() * a.columns());
        team.split(count, 1, Math.ceilDiv(WORTHWHILE, each), (from, to) -> gemm.multiplyBatch(to - from,
                moved(a, from * aStep), aStep, moved(b, from * bStep), bStep, moved(c, from * cStep), cStep, epilogue));
    }

    @Override
    public PackedMatrix pack(Matrix b) {
        return gemm.pack(b);
    }

    @Override
    public void pack(Matrix b, PackedMatrix packed) {
        gemm.pack(b, packed);
    }

    private static long rowsWorthwhile(int columns, int depth) {
        return Math.ceilDiv(WORTHWHILE, Math.max(1, (long) columns * depth));
    }

    private static Epilogue ofRows(Epilogue whole, int from, int to) {
        return whole.derivative() == null ? whole : new Epilogue(whole.accumulate(), whole.bias(), whole.activation(),
                whole.derivative().rows(from, to - from));
    }

    private static Epilogue ofColumns(Epilogue whole, int from, int to) {
        if (whole.bias() == null && whole.derivative() == null) {
            return whole;
        }
        return new Epilogue(whole.accumulate(), columns(whole.bias(), from, to), whole.activation(),
                columns(whole.derivative(), from, to));
    }

    private static Matrix columns(Matrix matrix, int from, int to) {
        return matrix == null ? null : matrix.columns(from, to - from);
    }

    /// The same view further on in its array.
    private static Matrix moved(Matrix matrix, int by) {
        if (by == 0) {
            return matrix;
        }
        Matrix stored = matrix.isTransposed() ? matrix.transposed() : matrix;
        Matrix moved = Matrix.of(stored.data(), stored.offset() + by, stored.rows(), stored.columns(), stored.stride());
        return matrix.isTransposed() ? moved.transposed() : moved;
    }
}
