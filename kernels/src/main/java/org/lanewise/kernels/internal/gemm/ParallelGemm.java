// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import java.util.Objects;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.internal.lanes.ScratchPool;
import org.lanewise.kernels.internal.team.Team;

/// Splits products by rows or columns of C. k is never split, so every sum stays one chain.
public final class ParallelGemm implements ForwardingGemm {

    /// Grain: fewest multiplications that are worth a part of their own, some ten microseconds.
    private static final long WORTHWHILE = 1_000_000;

    /// Cost of reading an element of B from L3, in multiplications.
    private static final int READING = 8;

    /// Fewest rows of a part where B is larger than a block: each part reads all of B.
    private static final int ROWS_OF_FAR = 96;

    /// Grain of packing: fewest elements of B that are worth a part of their own.
    private static final int WORTHWHILE_ELEMENTS = 1 << 15;

    /// Most parts of [#WORTHWHILE_ELEMENTS] that are packed at a time: 16 MiB of scratch, or [#COLUMN_UNIT] columns
    /// where these take more.
    private static final int MOST_PACKED_PARTS = 1 << 7;

    /// Parts begin at multiples of this many columns: whole panels, at any vector width.
    static final int COLUMN_UNIT = 32;

    /// Parts begin at multiples of this many rows: a multiple of every target's MR.
    private static final int ROW_UNIT = 12;

    /// Fewest rows or columns per thread that run about as fast, for their size, as the whole product.
    private static final int SHARE = 48;

    private final Gemm gemm;
    private final Team team;
    private final ScratchPool<GemmScratch> scratches = new ScratchPool<>(GemmScratch::new);

    /// @param gemm does each part
    /// @throws NullPointerException if an argument is null
    public ParallelGemm(Gemm gemm, Team team) {
        this.gemm = Objects.requireNonNull(gemm, "parallel gemm: gemm is null");
        this.team = Objects.requireNonNull(team, "parallel gemm: team is null");
    }

    @Override
    public Gemm next() {
        return gemm;
    }

    /// Fewest rows or columns that are split among all threads.
    private long share() {
        return team.threads() * team.grain(SHARE);
    }

    @Override
    public void multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        GemmChecks.multiply(a, b, c, epilogue);
        long share = share();
        if (c.rows() >= share && current() instanceof VectorGemm own && own.packs(a, b, c, epilogue)) {
            shared(own, a, b, c, epilogue);
        } else if (c.rows() >= share || c.columns() < share) {
            team.split(c.rows(), ROW_UNIT, worthwhileRows(c.columns(), a.columns()), (from, to) -> gemm.multiply(
                    a.rows(from, to - from), b, c.rows(from, to - from), ofRows(epilogue, from, to)));
        } else {
            team.split(c.columns(), COLUMN_UNIT, worthwhileColumns(c.rows(), a.columns()),
                    (from, to) -> gemm.multiply(a, b.columns(from, to - from), c.columns(from, to - from),
                            ofColumns(epilogue, from, to)));
        }
    }

    /// Packs B once, by all threads together; then each thread multiplies some rows of A by all of B.
    private void shared(VectorGemm own, Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        int depth = b.rows();
        GemmScratch scratch = scratches.take();
        int most = MOST_PACKED_PARTS * (int) team.grain(WORTHWHILE_ELEMENTS);
        int mostColumns = Math.max(COLUMN_UNIT, most / Math.max(1, depth) / COLUMN_UNIT * COLUMN_UNIT);
        int columns;
        for (int column = 0; column < c.columns(); column += columns) {
            columns = Math.min(mostColumns, c.columns() - column);
            PackedPanels panels = new PackedPanels(depth, columns, scratch.panels(PackedPanels.size(depth, columns)));
            Matrix source = b.columns(column, columns);
            Matrix target = c.columns(column, columns);
            Epilogue part = ofColumns(epilogue, column, column + columns);
            team.splitInTurn(columns, COLUMN_UNIT, Math.ceilDiv(WORTHWHILE_ELEMENTS, Math.max(1, depth)),
                    (from, to) -> panels.packColumns(source, from, to),
                    c.rows(), ROW_UNIT, worthwhileRows(own, columns, depth), (from, to) -> own.multiply(
                            a.rows(from, to - from), panels, target.rows(from, to - from), ofRows(part, from, to)));
        }
        scratches.give(scratch);
    }

    @Override
    public void multiply(Matrix a, PackedMatrix b, Matrix c, Epilogue epilogue) {
        GemmChecks.multiply(a, b, c, epilogue);
        long share = share();
        if (c.rows() < share && c.columns() >= share && b instanceof PackedColumns packed) {
            team.split(c.columns(), COLUMN_UNIT, worthwhileColumns(c.rows(), a.columns()),
                    (from, to) -> gemm.multiply(a, packed.columns(from, to), c.columns(from, to - from),
                            ofColumns(epilogue, from, to)));
        } else {
            team.split(c.rows(), ROW_UNIT, worthwhileRows(current(), c.columns(), a.columns()),
                    (from, to) -> gemm.multiply(a.rows(from, to - from), b, c.rows(from, to - from),
                            ofRows(epilogue, from, to)));
        }
    }

    private Gemm current() {
        return gemm instanceof TieredGemm tiered ? tiered.next() : gemm;
    }

    /// Fewest rows that are worth a part of a product with a packed B.
    private long worthwhileRows(Gemm gemm, int columns, int depth) {
        long rows = worthwhileRows(columns, depth);
        return gemm instanceof VectorGemm own && !own.isOneBlock(columns, depth)
                ? Math.max(rows, team.grain(ROWS_OF_FAR)) : rows;
    }

    @Override
    public void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep,
            Epilogue epilogue) {
        GemmChecks.multiplyBatch(count, a, aStep, b, bStep, c, cStep, epilogue);
        long each = Math.max(1, c.size() * a.columns());
        team.split(count, 1, Math.ceilDiv(WORTHWHILE, each), (from, to) -> gemm.multiplyBatch(to - from,
                moved(a, from, aStep), aStep, moved(b, from, bStep), bStep, moved(c, from, cStep), cStep, epilogue));
    }

    /// Fewest rows that are worth a part.
    private static long worthwhileRows(int columns, int depth) {
        return Math.ceilDiv(WORTHWHILE, Math.max(1, (long) columns * depth));
    }

    /// Fewest columns that are worth a part.
    private static long worthwhileColumns(int rows, int depth) {
        return Math.ceilDiv(WORTHWHILE, Math.max(1, (rows + READING) * (long) depth));
    }

    private static Epilogue ofRows(Epilogue whole, int from, int to) {
        return whole.derivative() == null ? whole
                : whole.withDerivative(whole.derivative().rows(from, to - from));
    }

    private static Epilogue ofColumns(Epilogue whole, int from, int to) {
        Epilogue part = whole.bias() == null ? whole : whole.withBias(columns(whole.bias(), from, to));
        return whole.derivative() == null ? part : part.withDerivative(columns(whole.derivative(), from, to));
    }

    private static Matrix columns(Matrix matrix, int from, int to) {
        return matrix.columns(from, to - from);
    }

    /// The view of the `s`-th product of a batch.
    private static Matrix moved(Matrix first, int s, int step) {
        int start = GemmChecks.start(first, s, step);
        if (start == first.offset()) {
            return first;
        }
        Matrix stored = first.isTransposed() ? first.transposed() : first;
        Matrix moved = Matrix.of(stored.data(), start, stored.rows(), stored.columns(), stored.stride());
        return first.isTransposed() ? moved.transposed() : moved;
    }
}
