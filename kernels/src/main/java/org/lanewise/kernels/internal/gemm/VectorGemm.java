// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import java.util.Objects;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.internal.activation.VectorActivations;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.lanes.ScratchPool;

/// The SIMD twin of [ScalarGemm]: lanes run along the columns of C, so that each lane is one of the reference's chains.
///
/// The loops around the register tiles are those of Goto and van de Geijn, "Anatomy of High-Performance Matrix
/// Multiplication" (2008). LIFE-OF-A-GEMM-CALL.md, beside this file, walks through them.
public final class VectorGemm implements Gemm {

    private static final int LANES = Packing.LANES;
    private static final int PANEL = Packing.PANEL;

    /// Rows and steps of k of a block of A that is transposed at a time where C is a column: it stays in the first
    /// level of cache.
    private static final int COLUMN_ROWS = 4 * LANES;
    private static final int COLUMN_DEPTH = 128;

    /// Columns of C that are updated before the next: 4 KiB of each row stay in the first-level cache.
    private static final int UPDATE_COLUMNS = 1024;

    /// Fewer rows are not worth a copy.
    static final int FEWEST_ROWS = 6;

    /// How tiles read A.
    private enum FormOfA { IN_PLACE, COPIED_ROWS, STRIPS }

    private final ArrayActivations activations;
    private final GemmBlocks blocks;
    private final ScratchPool<GemmScratch> scratches = new ScratchPool<>(GemmScratch::new);

    public VectorGemm() {
        this(new VectorActivations());
    }

    /// @param activations runs the activations of an [Epilogue] that no register tile applies
    /// @throws NullPointerException if `activations` is null
    public VectorGemm(ArrayActivations activations) {
        this(activations, GemmTarget.HERE.blocks());
    }

    VectorGemm(ArrayActivations activations, GemmBlocks blocks) {
        this.activations = Objects.requireNonNull(activations, "gemm: activations is null");
        this.blocks = blocks;
    }

    @Override
    public void multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        GemmChecks.multiply(a, b, c, epilogue);
        product(a, a.offset(), b, b.offset(), c, c.offset(), epilogue);
    }

    @Override
    public void multiply(Matrix a, PackedMatrix b, Matrix c, Epilogue epilogue) {
        GemmChecks.multiply(a, b, c, epilogue);
        PackedPanels panels = own(b);
        GemmScratch scratch = scratches.take();
        if (isColumn(c)) {
            column(a, a.offset(), panels.data(), panels.start(), PANEL, c, c.offset(), epilogue, scratch);
        } else {
            packed(a, a.offset(), null, 0, panels, c, c.offset(), epilogue, scratch);
        }
        scratches.give(scratch);
    }

    @Override
    public void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep,
            Epilogue epilogue) {
        GemmChecks.multiplyBatch(count, a, aStep, b, bStep, c, cStep, epilogue);
        int products = c.size() == 0 ? 0 : count;
        for (int s = 0; s < products; s++) {
            product(a, GemmChecks.start(a, s, aStep), b, GemmChecks.start(b, s, bStep), c,
                    GemmChecks.start(c, s, cStep), epilogue);
        }
    }

    @Override
    public PackedMatrix pack(Matrix b) {
        GemmChecks.pack(b);
        PackedPanels packed = new PackedPanels(b.rows(), b.columns());
        packed.pack(b);
        return packed;
    }

    @Override
    public void pack(Matrix b, PackedMatrix packed) {
        GemmChecks.pack(b, packed);
        own(packed).pack(b);
    }

    /// Whether a product packs B, rather than to read it in place.
    boolean packs(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        boolean inPlace = isInPlace(a, b, c, epilogue);
        return !inPlace && !isUpdate(a, b, c, inPlace) && !isColumn(c);
    }

    /// Whether a B with so many columns and steps of k stays in a near cache as a whole.
    boolean isOneBlock(int columns, int depth) {
        return depth * (long) columns <= blocks.loops().blockElements();
    }

    private static PackedPanels own(PackedMatrix packed) {
        if (packed instanceof PackedPanels own) {
            return own;
        }
        throw GemmChecks.foreign(packed, "VectorGemm");
    }

    /// C ← epilogue(A·B), each view starting at the given index instead of its own offset.
    private void product(Matrix a, int aStart, Matrix b, int bStart, Matrix c, int cStart, Epilogue epilogue) {
        boolean inPlace = isInPlace(a, b, c, epilogue);
        if (isUpdate(a, b, c, inPlace)) {
            updates(a, aStart, b, bStart, c, cStart, epilogue);
            return;
        }
        GemmScratch scratch = scratches.take();
        if (isColumn(c)) {
            column(a, aStart, b.data(), bStart, b.isTransposed() ? 1 : b.stride(), c, cStart, epilogue, scratch);
        } else if (inPlace) {
            block(a, aStart, b.data(), bStart, b.stride(), PANEL, true, 0, a.columns(), a.columns(), c, cStart, 0,
                    c.columns(), epilogue, scratch);
        } else {
            packed(a, aStart, b, bStart, null, c, cStart, epilogue, scratch);
        }
        scratches.give(scratch);
    }

    /// Whether C is better updated row by row: where packing B would take as long as the product, and in products of so
    /// few steps that a tile would mostly start and end.
    private boolean isUpdate(Matrix a, Matrix b, Matrix c, boolean inPlace) {
        if (a.columns() == 0 || b.isTransposed() || c.columns() < LANES) {
            return false;
        }
        return !inPlace && c.rows() <= blocks.updates().rows() || a.columns() <= blocks.updates().steps();
    }

    /// Row by row, a few steps of k at a time, nothing packed: for products that compute little with what they read.
    private void updates(Matrix a, int aStart, Matrix b, int bStart, Matrix c, int cStart, Epilogue epilogue) {
        int aRow = a.isTransposed() ? 1 : a.stride();
        int aStep = a.isTransposed() ? a.stride() : 1;
        int columns;
        for (int column = 0; column < c.columns(); column += columns) {
            columns = Math.min(UPDATE_COLUMNS, c.columns() - column);
            int rows;
            for (int row = 0; row < c.rows(); row += rows) {
                rows = GemmBlocks.next(c.rows() - row, blocks.loops().tileRows());
                int aAt = aStart + row * aRow;
                int cAt = cStart + row * c.stride() + column;
                updates(a.data(), aAt, aRow, aStep, b.data(), bStart + column, b.stride(), a.columns(), c.data(), cAt,
                        c.stride(), rows, columns, epilogue.accumulate());
                finish(c, cStart, row, rows, column, columns, columns, epilogue);
            }
        }
    }

    private static void updates(float[] a, int aAt, int aRow, int aStep, float[] b, int bAt, int bStride, int depth,
            float[] c, int cAt, int cStride, int rows, int columns, boolean accumulate) {
        int p = 0;
        do {
            int steps = GemmBlocks.next(depth - p, RowUpdates.MOST_STEPS);
            for (int row = 0; row < rows; row++) {
                int aFirst = aAt + row * aRow + p * aStep;
                if (p > 0 || accumulate) {
                    RowUpdates.resume(steps, a, aFirst, aStep, b, bAt + p * bStride, bStride, c, cAt + row * cStride,
                            columns);
                } else {
                    RowUpdates.start(steps, a, aFirst, aStep, b, bAt + p * bStride, bStride, c, cAt + row * cStride,
                            columns);
                }
            }
            p += steps;
        } while (p < depth);
    }

    /// Whether C is a column of at least a vector: then lanes run along it.
    private static boolean isColumn(Matrix c) {
        return c.columns() == 1 && c.rows() >= LANES;
    }

    /// Cᵀ ← Bᵀ·Aᵀ: the same chains, but for the order of the two factors.
    private void column(Matrix a, int aStart, float[] b, int bAt, int bStep, Matrix c, int cStart, Epilogue epilogue,
            GemmScratch scratch) {
        if (a.isTransposed() || !Packing.TRANSPOSES) {
            columnByPanels(a, aStart, b, bAt, bStep, c, cStart, epilogue, scratch);
        } else {
            columnByRows(a, aStart, b, bAt, bStep, c, cStart, epilogue.accumulate(), scratch);
        }
        finish(c, cStart, 0, c.rows(), 0, 1, 1, epilogue);
    }

    /// A vector's rows at a time, transposed in registers.
    private static void columnByRows(Matrix a, int aStart, float[] b, int bAt, int bStep, Matrix c, int cStart,
            boolean accumulate, GemmScratch scratch) {
        int depth = a.columns();
        int whole = depth / LANES * LANES;
        float[] sums = scratch.edge;
        float[] factors = scratch.strips(depth);
        for (int p = 0; p < depth; p++) {
            factors[p] = b[bAt + p * bStep];
        }
        for (int row = 0; row < c.rows(); row += LANES) {
            int rows = Math.min(LANES, c.rows() - row);
            int aAt = aStart + row * a.stride();
            int cAt = cStart + row * c.stride();
            for (int i = 0; i < LANES; i++) {
                sums[i] = accumulate && i < rows ? c.data()[cAt + i * c.stride()] : 0f;
            }
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

    /// A packed into panels, some rows and steps at a time.
    private void columnByPanels(Matrix a, int aStart, float[] b, int bAt, int bStep, Matrix c, int cStart,
            Epilogue epilogue, GemmScratch scratch) {
        float[] sums = scratch.edge;
        float[] factors = scratch.strips(COLUMN_DEPTH);
        float[] panels = scratch.panels(Packing.ALIGNMENT + Packing.panels(COLUMN_DEPTH, COLUMN_ROWS));
        int rows;
        for (int row = 0; row < c.rows(); row += rows) {
            rows = Math.min(COLUMN_ROWS, c.rows() - row);
            int vectors = Math.ceilDiv(rows, LANES);
            int cAt = cStart + row * c.stride();
            for (int i = 0; i < vectors * LANES; i++) {
                sums[i] = epilogue.accumulate() && i < rows ? c.data()[cAt + i * c.stride()] : 0f;
            }
            int steps;
            for (int p = 0; p < a.columns(); p += steps) {
                steps = Math.min(COLUMN_DEPTH, a.columns() - p);
                int aAt = aStart + (a.isTransposed() ? p * a.stride() + row : row * a.stride() + p);
                Packing.pack(a.data(), aAt, a.stride(), !a.isTransposed(), steps, rows, panels, Packing.ALIGNMENT,
                        steps * PANEL);
                for (int step = 0; step < steps; step++) {
                    factors[step] = b[bAt + (p + step) * bStep];
                }
                RowTiles.resume(1, vectors, factors, 0, 0, panels, Packing.ALIGNMENT, steps * PANEL, steps, sums, 0,
                        0);
            }
            for (int i = 0; i < rows; i++) {
                c.data()[cAt + i * c.stride()] = sums[i];
            }
        }
    }

    /// Whether B is better read in place. Then the last tile of a row overlaps the one before, which computes some
    /// elements twice: that changes nothing but where sums are added to C.
    private boolean isInPlace(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        return !b.isTransposed() && !epilogue.accumulate() && c.columns() >= LANES
                && blocks.isInPlace(c.rows(), a.columns(), b.stride());
    }

    /// Block by block of B, each so small that it stays in the second-level cache: packed just before, or beforehand.
    ///
    /// @param unpacked B, or null if it is packed
    /// @param prepacked B, or null if it is not packed
    private void packed(Matrix a, int aStart, Matrix unpacked, int bStart, PackedPanels prepacked, Matrix c,
            int cStart, Epilogue epilogue, GemmScratch scratch) {
        int steps = blocks.steps(a.columns(), !a.isTransposed() && c.rows() < FEWEST_ROWS);
        int mostColumns = blocks.blockColumns(c.columns(), steps);
        int mostDepth = blocks.blockDepth(mostColumns, steps, a.columns());
        float[] panels = unpacked == null ? prepacked.data()
                : scratch.panels(Packing.ALIGNMENT + Packing.panels(mostDepth, mostColumns));
        int columns;
        for (int column = 0; column < c.columns(); column += columns) {
            columns = Math.min(mostColumns, c.columns() - column);
            int p = 0;
            do {
                int depth = Math.min(mostDepth, a.columns() - p);
                int distance = depth * PANEL;
                int bAt = Packing.ALIGNMENT;
                if (unpacked == null) {
                    distance = prepacked.stride();
                    bAt = prepacked.start() + column / PANEL * distance + p * PANEL;
                } else {
                    int from = bStart + (unpacked.isTransposed() ? column * unpacked.stride() + p
                            : p * unpacked.stride() + column);
                    Packing.pack(unpacked.data(), from, unpacked.stride(), unpacked.isTransposed(), depth, columns,
                            panels, bAt, distance);
                }
                block(a, aStart, panels, bAt, PANEL, distance, false, p, depth, steps, c, cStart, column, columns,
                        epilogue, scratch);
                p += depth;
            } while (p < a.columns());
        }
    }

    /// All rows of C over a block of B, `depth` steps of k from `from` on. So many rows at a time that they stay near
    /// until their sums are complete, and bias and activation applied; less than a tile's goes with the rows before.
    ///
    /// @param bStep distance of B's steps of k
    /// @param bDistance distance of B's panels, or in place their width
    /// @param mostSteps most steps of a tile
    private void block(Matrix a, int aStart, float[] b, int bAt, int bStep, int bDistance, boolean inPlace, int from,
            int depth, int mostSteps, Matrix c, int cStart, int column, int columns, Epilogue epilogue,
            GemmScratch scratch) {
        boolean wide = !a.isTransposed() && blocks.isWide(c.rows(), c.columns(), a.columns());
        boolean isCut = mostSteps < a.columns();
        FormOfA form = wide ? FormOfA.IN_PLACE : formOfA(a, c.rows(), columns, isCut, epilogue.accumulate());
        int mostRows = blocks.nearRows(columns);
        int rows;
        for (int row = 0; row < c.rows(); row += rows) {
            rows = c.rows() - row;
            if (rows >= mostRows + blocks.loops().tileRows()) {
                rows = mostRows;
            }
            int cAt = cStart + row * c.stride() + column;
            int unbiased;
            int p = 0;
            do {
                int steps = Math.min(mostSteps, depth - p);
                boolean isLast = from + p + steps == a.columns();
                int aAt = aStart + (a.isTransposed() ? (from + p) * a.stride() + row : row * a.stride() + from + p);
                unbiased = tiles(form, wide, a, aAt, b, bAt + p * bStep, bStep, bDistance, inPlace, steps, c.data(),
                        cAt, c.stride(), rows, columns, from + p > 0 || epilogue.accumulate(),
                        isLast ? epilogue : Epilogue.OVERWRITE, column, scratch);
                p += steps;
            } while (p < depth);
            if (from + depth == a.columns()) {
                finish(c, cStart, row, rows, column, columns, unbiased, epilogue);
            }
        }
    }

    /// @param isCut whether tiles cover only some of the steps of k
    private FormOfA formOfA(Matrix a, int rows, int columns, boolean isCut, boolean accumulate) {
        if (a.isTransposed()) {
            return FormOfA.STRIPS;
        }
        if (rows < FEWEST_ROWS) {
            return FormOfA.IN_PLACE;
        }
        if (isCut || columns >= blocks.copies().stripFromColumns() || a.columns() > Packing.ROW_DISTANCE) {
            return FormOfA.STRIPS;
        }
        if (columns < blocks.copies().copyFromColumns()) {
            return FormOfA.IN_PLACE;
        }
        return accumulate ? FormOfA.STRIPS : FormOfA.COPIED_ROWS;
    }

    /// Some rows of C, a few tiles' at a time, whose part of A stays in a near cache while tiles go along the columns
    /// of B.
    ///
    /// @param wide whether tiles read two panels of B at a time
    /// @param epilogue has the bias of the edge, which is added while it is copied to C
    /// @param biasFrom the first column's place in the bias
    /// @return the columns, from the first on, whose bias is still to be added
    private int tiles(FormOfA form, boolean wide, Matrix a, int aAt, float[] b, int bAt, int bStep, int bDistance,
            boolean inPlace, int steps, float[] c, int cAt, int cStride, int rows, int columns, boolean resume,
            Epilogue epilogue, int biasFrom, GemmScratch scratch) {
        boolean strips = form == FormOfA.STRIPS;
        boolean copied = form == FormOfA.COPIED_ROWS;
        int tallest = blocks.loops().tileRows();
        int tallestOfOne = copied ? GemmTile.TALLEST : GemmTile.MAX_ROWS;
        int mostRows = columns <= LANES ? Math.max(blocks.loops().rows(), tallestOfOne) : blocks.loops().rows();
        int aRow = a.isTransposed() ? 1 : a.stride();
        int whole = columns;
        int group;
        for (int from = 0; from < rows; from += group) {
            group = GemmBlocks.next(rows - from, mostRows);
            float[] rowsOfA = a.data();
            int rowsAt = aAt + from * aRow;
            int rowSize = aRow;
            int height;
            if (strips) {
                float[] copy = scratch.strips(Packing.ALIGNMENT + group * steps + LANES);
                for (int row = 0; row < group; row += height) {
                    height = GemmBlocks.next(group - row, tallest);
                    Packing.strip(rowsOfA, rowsAt + row * aRow, a.stride(), a.isTransposed(), height, steps, copy,
                            Packing.ALIGNMENT + row * steps);
                }
                rowsOfA = copy;
                rowsAt = Packing.ALIGNMENT;
                rowSize = steps;
            } else if (copied) {
                float[] copy = scratch.strips(Packing.ALIGNMENT + group * Packing.ROW_DISTANCE);
                Packing.rows(rowsOfA, rowsAt, aRow, group, steps, copy, Packing.ALIGNMENT);
                rowsOfA = copy;
                rowsAt = Packing.ALIGNMENT;
                rowSize = Packing.ROW_DISTANCE;
            }
            int cFrom = cAt + from * cStride;
            int vectors;
            for (int column = 0; column < columns; column += vectors * LANES) {
                int remaining = Math.ceilDiv(columns - column, LANES);
                vectors = form == FormOfA.IN_PLACE ? GemmBlocks.vectors(remaining, rows, wide)
                        : GemmBlocks.vectors(remaining, strips ? 2 : 3);
                int start = column;
                if (inPlace && column + vectors * LANES > columns) {
                    vectors = Math.min(vectors, columns / LANES);
                    start = Math.min(column, columns - vectors * LANES);
                }
                int width = Math.min(vectors * LANES, columns - start);
                boolean isEdge = width < vectors * LANES;
                if (isEdge) {
                    whole = start;
                }
                int bFrom = bAt + (inPlace ? start : start / PANEL * bDistance);
                int mostHeight = strips ? tallest : blocks.tileRows(vectors, tallestOfOne);
                for (int row = 0; row < group; row += height) {
                    height = GemmBlocks.next(group - row, mostHeight);
                    int aFrom = rowsAt + row * rowSize;
                    int cTo = cFrom + row * cStride + start;
                    if (isEdge) {
                        edge(form, height, vectors, width, resume, rowsOfA, aFrom, rowSize, b, bFrom, bStep, bDistance,
                                steps, c, cTo, cStride, epilogue, biasFrom + start, scratch.edge);
                    } else {
                        tile(form, height, vectors, resume, rowsOfA, aFrom, rowSize, b, bFrom, bStep, bDistance, steps,
                                c, cTo, cStride);
                    }
                }
            }
        }
        return whole;
    }

    /// A tile that is wider than what is left of C: on scratch, and copied.
    private static void edge(FormOfA form, int rows, int vectors, int width, boolean resume, float[] a, int aAt,
            int aStride, float[] b, int bAt, int bStep, int bDistance, int depth, float[] c, int cAt, int cStride,
            Epilogue epilogue, int biasFrom, float[] edge) {
        int stride = vectors * LANES;
        if (resume) {
            TilePasses.copy(c, cAt, cStride, edge, 0, stride, rows, width);
        }
        tile(form, rows, vectors, resume, a, aAt, aStride, b, bAt, bStep, bDistance, depth, edge, 0, stride);
        if (epilogue.bias() == null) {
            TilePasses.copy(edge, 0, stride, c, cAt, cStride, rows, width);
        } else {
            addBias(epilogue, biasFrom, edge, 0, stride, c, cAt, cStride, rows, width);
        }
    }

    private static void tile(FormOfA form, int rows, int vectors, boolean resume, float[] a, int aAt, int aStride,
            float[] b, int bAt, int bStep, int bDistance, int depth, float[] c, int cAt, int cStride) {
        if (form == FormOfA.STRIPS) {
            if (resume) {
                StripTiles.resume(rows, vectors, a, aAt, b, bAt, bDistance, depth, c, cAt, cStride);
            } else {
                StripTiles.start(rows, vectors, a, aAt, b, bAt, bStep, bDistance, depth, c, cAt, cStride);
            }
        } else if (form == FormOfA.COPIED_ROWS) {
            CopiedRowTiles.start(rows, vectors, a, aAt, b, bAt, bStep, bDistance, depth, c, cAt, cStride);
        } else if (resume) {
            RowTiles.resume(rows, vectors, a, aAt, aStride, b, bAt, bDistance, depth, c, cAt, cStride);
        } else {
            RowTiles.start(rows, vectors, a, aAt, aStride, b, bAt, bStep, bDistance, depth, c, cAt, cStride);
        }
    }

    /// The epilogue of a block of C whose sums are complete and still in a near cache.
    ///
    /// @param unbiased the columns, from the first on, whose bias is still to be added
    private void finish(Matrix c, int cStart, int row, int rows, int column, int columns, int unbiased,
            Epilogue epilogue) {
        float[] data = c.data();
        int at = cStart + row * c.stride() + column;
        Activation activation = epilogue.activation();
        Matrix derivative = epilogue.derivative();
        if (epilogue.bias() != null) {
            if (unbiased > 0) {
                addBias(epilogue, column, data, at, c.stride(), data, at, c.stride(), rows, unbiased);
            }
            if (rectifies(epilogue)) {
                return;
            }
        }
        if (derivative != null) {
            activations.valueAndDerivative(activation, data, at, c.stride(), derivative.data(),
                    derivative.index(row, column), derivative.stride(), rows, columns);
        } else if (!(activation instanceof Activation.Identity)) {
            activations.value(activation, data, at, c.stride(), rows, columns);
        }
    }

    /// Whether ReLU goes along with the bias.
    private static boolean rectifies(Epilogue epilogue) {
        return epilogue.activation() instanceof Activation.Relu && epilogue.derivative() == null;
    }

    /// Writes sums + bias to C, rectified if that is all the activation does.
    private static void addBias(Epilogue epilogue, int biasFrom, float[] sums, int at, int stride, float[] c, int cAt,
            int cStride, int rows, int columns) {
        float[] bias = epilogue.bias().data();
        int biasAt = epilogue.bias().offset() + biasFrom;
        if (rectifies(epilogue)) {
            TilePasses.addBiasAndRectify(sums, at, stride, c, cAt, cStride, rows, columns, bias, biasAt);
        } else {
            TilePasses.addBias(sums, at, stride, c, cAt, cStride, rows, columns, bias, biasAt);
        }
    }
}
