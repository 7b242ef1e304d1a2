// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.activation.VectorActivations;
import org.lanewise.kernels.lanes.ScratchPool;

/// The SIMD twin of [ScalarGemm]: lanes run along the columns of C, so that each lane is one of the reference's chains.
///
/// The loops around the register tiles are those of Goto and van de Geijn, "Anatomy of High-Performance Matrix
/// Multiplication" (2008), but that A is read in place. LIFE-OF-A-GEMM-CALL.md, beside this file, walks through them.
public final class VectorGemm implements Gemm {

    private static final int LANES = Packing.LANES;

    private final Activations activations;
    private final GemmBlocks blocks;
    private final ScratchPool<GemmScratch> scratches = new ScratchPool<>(GemmScratch::new);

    public VectorGemm() {
        this(new VectorActivations());
    }

    /// @param activations runs the activations of an [Epilogue] that no register tile applies
    public VectorGemm(Activations activations) {
        this(activations, GemmBlocks.of(Registers.COUNT));
    }

    VectorGemm(Activations activations, GemmBlocks blocks) {
        this.activations = activations;
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
        prepacked(a, panels, c, epilogue, scratch);
        scratches.give(scratch);
    }

    @Override
    public void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep,
            Epilogue epilogue) {
        GemmChecks.multiplyBatch(count, a, aStep, b, bStep, c, cStep, epilogue);
        for (int s = 0; s < count; s++) {
            product(a, a.offset() + s * aStep, b, b.offset() + s * bStep, c, c.offset() + s * cStep, epilogue);
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

    /// Columns of B, of which `remaining` are left, that are packed at a time when k has `depth` steps.
    int packedColumns(int remaining, int depth) {
        return blocks.packedColumns(remaining, depth);
    }

    private static PackedPanels own(PackedMatrix packed) {
        if (packed instanceof PackedPanels own) {
            return own;
        }
        throw GemmChecks.foreign(packed, "VectorGemm");
    }

    /// C ← epilogue(A·B), each view starting at the given index instead of its own offset.
    private void product(Matrix a, int aStart, Matrix b, int bStart, Matrix c, int cStart, Epilogue epilogue) {
        if (isDirect(a, b, c, epilogue)) {
            direct(a, aStart, b, bStart, c, cStart);
            finish(c, cStart, 0, c.rows(), 0, c.columns(), epilogue);
        } else {
            GemmScratch scratch = scratches.take();
            packed(a, aStart, b, bStart, c, cStart, epilogue, scratch);
            scratches.give(scratch);
        }
    }

    /// Whether B is better read in place. Then the last tile of a row overlaps the one before, which computes some
    /// elements twice: that changes nothing but where sums are added to C.
    private boolean isDirect(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        if (a.isTransposed() || b.isTransposed() || epilogue.accumulate() || c.columns() < LANES) {
            return false;
        }
        return c.rows() <= blocks.thinRows()
                || c.rows() <= blocks.directRows() && (long) a.columns() * c.columns() <= blocks.directElements();
    }

    private void direct(Matrix a, int aStart, Matrix b, int bStart, Matrix c, int cStart) {
        int vectors;
        for (int column = 0; column < c.columns(); column += vectors * LANES) {
            int columns = c.columns() - column;
            vectors = Math.min(GemmBlocks.next(Math.ceilDiv(columns, LANES), blocks.direct().vectors()),
                    c.columns() / LANES);
            int from = Math.min(column, c.columns() - vectors * LANES);
            int height;
            for (int row = 0; row < c.rows(); row += height) {
                height = GemmBlocks.next(c.rows() - row, blocks.direct().rows());
                DirectTiles.run(height, vectors, a.data(), aStart + row * a.stride(), a.stride(), b.data(),
                        bStart + from, b.stride(), a.columns(), GemmTile.ZEROS, 0, 0, c.data(),
                        cStart + row * c.stride() + from, c.stride());
            }
        }
    }

    /// B packed, some columns at a time.
    private void packed(Matrix a, int aStart, Matrix b, int bStart, Matrix c, int cStart, Epilogue epilogue,
            GemmScratch scratch) {
        int depth = a.columns();
        int stride = depth * LANES;
        int columns;
        for (int column = 0; column < c.columns(); column += columns) {
            columns = blocks.packedColumns(c.columns() - column, depth);
            float[] panels = scratch.panels(Packing.ALIGNMENT + depth * Packing.roundUp(columns));
            int from = bStart + column * (b.isTransposed() ? b.stride() : 1);
            Packing.pack(b.data(), from, b.stride(), b.isTransposed(), depth, columns, panels, Packing.ALIGNMENT,
                    stride);
            columns(a, aStart, panels, Packing.ALIGNMENT, stride, c, cStart, column, columns, epilogue, scratch);
        }
    }

    private void prepacked(Matrix a, PackedPanels b, Matrix c, Epilogue epilogue, GemmScratch scratch) {
        int columns;
        for (int column = 0; column < c.columns(); column += columns) {
            columns = Math.min(blocks.columns(), c.columns() - column);
            columns(a, a.offset(), b.data(), Packing.ALIGNMENT + column / LANES * b.stride(), b.stride(), c,
                    c.offset(), column, columns, epilogue, scratch);
        }
    }

    /// Some columns of C, in blocks of rows that stay in the second-level cache until their sums are complete.
    private void columns(Matrix a, int aStart, float[] panels, int panelsAt, int panelStride, Matrix c, int cStart,
            int column, int columns, Epilogue epilogue, GemmScratch scratch) {
        boolean strips = a.isTransposed()
                || c.rows() >= blocks.stripFromRows() && columns >= blocks.stripFromColumns();
        int rows;
        for (int row = 0; row < c.rows(); row += rows) {
            rows = Math.min(blocks.rows(), c.rows() - row);
            int cAt = cStart + row * c.stride() + column;
            int p = 0;
            do {
                int steps = Math.min(blocks.depth(), a.columns() - p);
                boolean resume = p > 0 || epilogue.accumulate();
                int aAt = aStart + (a.isTransposed() ? p * a.stride() + row : row * a.stride() + p);
                int panelAt = panelsAt + p * LANES;
                if (strips) {
                    float[] packed = scratch.strips(Packing.ALIGNMENT + steps * rows + LANES);
                    packStrips(a.data(), aAt, a.stride(), a.isTransposed(), rows, steps, packed);
                    tiles(true, packed, Packing.ALIGNMENT, 0, panels, panelAt, panelStride, steps, c.data(), cAt,
                            c.stride(), rows, columns, resume, scratch.edge);
                } else {
                    tiles(false, a.data(), aAt, a.stride(), panels, panelAt, panelStride, steps, c.data(), cAt,
                            c.stride(), rows, columns, resume, scratch.edge);
                }
                p += steps;
            } while (p < a.columns());
            finish(c, cStart, row, rows, column, columns, epilogue);
        }
    }

    /// A block of C, tile by tile: down the rows for each group of panels, which stays in the first-level cache.
    private void tiles(boolean strips, float[] a, int aAt, int aStride, float[] panels, int panelsAt, int panelStride,
            int steps, float[] c, int cAt, int cStride, int rows, int columns, boolean resume, float[] edge) {
        GemmBlocks.Tile tile = strips ? blocks.strip() : blocks.panel();
        int vectors;
        for (int column = 0; column < columns; column += vectors * LANES) {
            vectors = GemmBlocks.next(Math.ceilDiv(columns - column, LANES), tile.vectors());
            int width = Math.min(vectors * LANES, columns - column);
            boolean whole = width == vectors * LANES;
            int panel = panelsAt + column / LANES * panelStride;
            int height;
            for (int row = 0; row < rows; row += height) {
                height = GemmBlocks.next(rows - row, tile.rows());
                int tileAt = cAt + row * cStride + column;
                float[] target = whole ? c : edge;
                int targetAt = whole ? tileAt : 0;
                int targetStride = whole ? cStride : vectors * LANES;
                if (resume && !whole) {
                    TilePasses.copy(c, tileAt, cStride, edge, 0, targetStride, height, width);
                }
                float[] start = resume ? target : GemmTile.ZEROS;
                int startAt = resume ? targetAt : 0;
                int startStride = resume ? targetStride : 0;
                if (strips) {
                    StripTiles.run(height, vectors, a, aAt + row * steps, 0, panels, panel, panelStride, steps, start,
                            startAt, startStride, target, targetAt, targetStride);
                } else {
                    PanelTiles.run(height, vectors, a, aAt + row * aStride, aStride, panels, panel, panelStride, steps,
                            start, startAt, startStride, target, targetAt, targetStride);
                }
                if (!whole) {
                    TilePasses.copy(edge, 0, targetStride, c, tileAt, cStride, height, width);
                }
            }
        }
    }

    private void packStrips(float[] a, int aAt, int aStride, boolean transposed, int rows, int steps, float[] strips) {
        int height;
        for (int row = 0; row < rows; row += height) {
            height = GemmBlocks.next(rows - row, blocks.strip().rows());
            int from = aAt + row * (transposed ? 1 : aStride);
            Packing.strip(a, from, aStride, transposed, height, steps, strips, Packing.ALIGNMENT + row * steps);
        }
    }

    /// The epilogue of a block of C whose sums are complete and still in a near cache.
    private void finish(Matrix c, int cStart, int row, int rows, int column, int columns, Epilogue epilogue) {
        float[] data = c.data();
        int at = cStart + row * c.stride() + column;
        Activation activation = epilogue.activation();
        Matrix derivative = epilogue.derivative();
        if (epilogue.bias() != null) {
            float[] bias = epilogue.bias().data();
            int biasAt = epilogue.bias().offset() + column;
            if (activation instanceof Activation.Relu && derivative == null) {
                TilePasses.addBiasAndRectify(data, at, c.stride(), rows, columns, bias, biasAt);
                return;
            }
            TilePasses.addBias(data, at, c.stride(), rows, columns, bias, biasAt);
        }
        if (derivative != null) {
            activations.valueAndDerivative(activation, data, at, c.stride(), derivative.data(),
                    derivative.index(row, column), derivative.stride(), rows, columns);
        } else if (!(activation instanceof Activation.Identity)) {
            activations.value(activation, data, at, c.stride(), rows, columns);
        }
    }
}
