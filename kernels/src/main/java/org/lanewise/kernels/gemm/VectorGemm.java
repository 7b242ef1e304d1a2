// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.activation.VectorActivations;

/// The SIMD twin of [ScalarGemm]: lanes run along the columns of C, so that each lane is one of the reference's chains.
///
/// The loops around the register tiles are those of Goto and van de Geijn, "Anatomy of High-Performance Matrix
/// Multiplication" (2008), but that A is read in place. LIFE-OF-A-GEMM-CALL.md, beside this file, walks through them.
public final class VectorGemm implements Gemm {

    private static final int LANES = Packing.LANES;

    private final Activations activations;
    private final GemmBlocks blocks;
    private final Workspaces workspaces = new Workspaces();

    public VectorGemm() {
        this(new VectorActivations());
    }

    /// @param activations runs the activations of an [Epilogue] that no register tile applies
    public VectorGemm(Activations activations) {
        this(activations, GemmBlocks.of(LANES, Registers.COUNT));
    }

    VectorGemm(Activations activations, GemmBlocks blocks) {
        this.activations = activations;
        this.blocks = blocks;
    }

    @Override
    public void multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        GemmChecks.multiply(a, b, c, epilogue);
        product(a, a.offset(), b, b.offset(), c, c.offset(), epilogue);
        activate(c, epilogue);
    }

    @Override
    public void multiply(Matrix a, PackedMatrix b, Matrix c, Epilogue epilogue) {
        GemmChecks.multiply(a, b, c, epilogue);
        PackedPanels panels = own(b);
        if (a.isTransposed() || c.rows() >= blocks.stripFrom()) {
            Workspaces.Workspace workspace = workspaces.take();
            prepacked(a, a.offset(), panels, c, c.offset(), epilogue, workspace);
            workspaces.giveBack(workspace);
        } else {
            prepacked(a, a.offset(), panels, c, c.offset(), epilogue, null);
        }
        activate(c, epilogue);
    }

    @Override
    public void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep,
            Epilogue epilogue) {
        GemmChecks.multiplyBatch(count, a, aStep, b, bStep, c, cStep, epilogue);
        for (int s = 0; s < count; s++) {
            int cStart = c.offset() + s * cStep;
            product(a, a.offset() + s * aStep, b, b.offset() + s * bStep, c, cStart, epilogue);
            if (activates(epilogue)) {
                activate(Matrix.of(c.data(), cStart, c.rows(), c.columns(), c.stride()), epilogue);
            }
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

    private static PackedPanels own(PackedMatrix packed) {
        if (packed instanceof PackedPanels own) {
            return own;
        }
        throw GemmChecks.foreign(packed, "VectorGemm");
    }

    /// C ← (C +) A·B (+ bias, rectified), each view starting at the given index instead of its own offset.
    private void product(Matrix a, int aStart, Matrix b, int bStart, Matrix c, int cStart, Epilogue epilogue) {
        if (!a.isTransposed() && !b.isTransposed() && c.columns() >= LANES && c.rows() <= blocks.directRows()) {
            direct(a, aStart, b, bStart, c, cStart, epilogue);
        } else {
            Workspaces.Workspace workspace = workspaces.take();
            packed(a, aStart, b, bStart, c, cStart, epilogue, workspace);
            workspaces.giveBack(workspace);
        }
    }

    /// Nothing packed: the whole depth at once.
    private void direct(Matrix a, int aStart, Matrix b, int bStart, Matrix c, int cStart, Epilogue epilogue) {
        Matrix bias = epilogue.bias();
        float[] biasData = bias == null ? null : bias.data();
        float floor = floor(epilogue);
        int vectors;
        for (int column = 0; column < c.columns(); column += vectors * LANES) {
            int columns = c.columns() - column;
            vectors = GemmBlocks.next(Math.ceilDiv(columns, LANES), blocks.tileVectors());
            int last = Math.min(vectors * LANES, columns) - LANES;
            int overlap = (vectors - 1) * LANES - last;
            long lanes = overlap == 0 ? GemmTile.ALL_LANES : laneBits(LANES) & ~laneBits(overlap);
            int biasAt = bias == null ? 0 : bias.offset() + column;
            int rows;
            for (int row = 0; row < c.rows(); row += rows) {
                rows = GemmBlocks.next(c.rows() - row, blocks.tileRows());
                DirectTiles.run(rows, vectors, a.data(), aStart + row * a.stride(), a.stride(), b.data(),
                        bStart + column, b.stride(), c.data(), cStart + row * c.stride() + column, c.stride(), last,
                        lanes, a.columns(), epilogue.accumulate(), biasData, biasAt, floor);
            }
        }
    }

    private void packed(Matrix a, int aStart, Matrix b, int bStart, Matrix c, int cStart, Epilogue epilogue,
            Workspaces.Workspace workspace) {
        int depth = a.columns();
        int columns;
        for (int column = 0; column < c.columns(); column += columns) {
            columns = Math.min(blocks.columns(), c.columns() - column);
            int p = 0;
            do {
                int steps = Math.min(blocks.depth(), depth - p);
                int stride = steps * LANES;
                float[] panels = workspace.panels(Packing.ALIGNMENT + steps * Packing.roundUp(columns));
                int from = b.isTransposed() ? bStart + column * b.stride() + p : bStart + p * b.stride() + column;
                Packing.pack(b.data(), from, b.stride(), b.isTransposed(), steps, columns, panels, Packing.ALIGNMENT,
                        stride);
                block(a, aStart, p, steps, panels, Packing.ALIGNMENT, stride, c, cStart, column, columns, epilogue,
                        workspace);
                p += steps;
            } while (p < depth);
        }
    }

    private void prepacked(Matrix a, int aStart, PackedPanels b, Matrix c, int cStart, Epilogue epilogue,
            Workspaces.Workspace workspace) {
        int depth = a.columns();
        int p = 0;
        do {
            int steps = Math.min(blocks.depth(), depth - p);
            block(a, aStart, p, steps, b.data(), Packing.ALIGNMENT + p * LANES, b.stride(), c, cStart, 0, c.columns(),
                    epilogue, workspace);
            p += steps;
        } while (p < depth);
    }

    /// Some columns of C, for some steps of k: all rows, a block of them at a time.
    private void block(Matrix a, int aStart, int p, int steps, float[] panels, int panelsAt, int panelStride, Matrix c,
            int cStart, int column, int columns, Epilogue epilogue, Workspaces.Workspace workspace) {
        boolean resume = p > 0 || epilogue.accumulate();
        boolean complete = p + steps == a.columns();
        float[] bias = complete && epilogue.bias() != null ? epilogue.bias().data() : null;
        int biasAt = bias == null ? 0 : epilogue.bias().offset() + column;
        float floor = complete ? floor(epilogue) : Float.NaN;
        int rows;
        for (int row = 0; row < c.rows(); row += rows) {
            rows = Math.min(blocks.rows(), c.rows() - row);
            int cAt = cStart + row * c.stride() + column;
            if (workspace != null) {
                float[] strips = workspace.strips(Packing.ALIGNMENT + steps * rows + LANES);
                int from = a.isTransposed() ? aStart + p * a.stride() + row : aStart + row * a.stride() + p;
                packStrips(a.data(), from, a.stride(), a.isTransposed(), rows, steps, strips);
                stripTiles(strips, rows, panels, panelsAt, panelStride, columns, steps, c.data(), cAt, c.stride(),
                        resume, bias, biasAt, floor);
            } else {
                panelTiles(a.data(), aStart + row * a.stride() + p, a.stride(), rows, panels, panelsAt, panelStride,
                        columns, steps, c.data(), cAt, c.stride(), resume, bias, biasAt, floor);
            }
        }
    }

    private void panelTiles(float[] a, int aAt, int aStride, int rows, float[] panels, int panelsAt, int panelStride,
            int columns, int steps, float[] c, int cAt, int cStride, boolean resume, float[] bias, int biasAt,
            float floor) {
        int vectors;
        for (int column = 0; column < columns; column += vectors * LANES) {
            vectors = GemmBlocks.next(Math.ceilDiv(columns - column, LANES), blocks.tileVectors());
            int last = (vectors - 1) * LANES;
            long lanes = lowLanes(columns - column - last);
            int panel = panelsAt + column / LANES * panelStride;
            int height;
            for (int row = 0; row < rows; row += height) {
                height = GemmBlocks.next(rows - row, blocks.tileRows());
                PanelTiles.run(height, vectors, a, aAt + row * aStride, aStride, panels, panel, panelStride, c,
                        cAt + row * cStride + column, cStride, last, lanes, steps, resume, bias, biasAt + column, floor);
            }
        }
    }

    private void packStrips(float[] a, int aAt, int aStride, boolean transposed, int rows, int steps, float[] strips) {
        int height;
        for (int row = 0; row < rows; row += height) {
            height = GemmBlocks.next(rows - row, blocks.stripRows());
            int from = aAt + row * (transposed ? 1 : aStride);
            Packing.strip(a, from, aStride, transposed, height, steps, strips, Packing.ALIGNMENT + row * steps);
        }
    }

    private void stripTiles(float[] strips, int rows, float[] panels, int panelsAt, int panelStride, int columns,
            int steps, float[] c, int cAt, int cStride, boolean resume, float[] bias, int biasAt, float floor) {
        int vectors;
        for (int column = 0; column < columns; column += vectors * LANES) {
            vectors = GemmBlocks.next(Math.ceilDiv(columns - column, LANES), blocks.stripVectors());
            int last = (vectors - 1) * LANES;
            long lanes = lowLanes(columns - column - last);
            int panel = panelsAt + column / LANES * panelStride;
            int height;
            for (int row = 0; row < rows; row += height) {
                height = GemmBlocks.next(rows - row, blocks.stripRows());
                StripTiles.run(height, vectors, strips, Packing.ALIGNMENT + row * steps, 0, panels, panel, panelStride,
                        c, cAt + row * cStride + column, cStride, last, lanes, steps, resume, bias, biasAt + column,
                        floor);
            }
        }
    }

    /// Whether the register tiles apply the activation along with the bias: only the rectifier is so cheap.
    private static boolean rectifies(Epilogue epilogue) {
        return epilogue.activation() instanceof Activation.Relu && epilogue.derivative() == null
                && epilogue.bias() != null;
    }

    private static float floor(Epilogue epilogue) {
        return rectifies(epilogue) ? 0f : Float.NaN;
    }

    private static boolean activates(Epilogue epilogue) {
        return GemmChecks.activates(epilogue) && !rectifies(epilogue);
    }

    private void activate(Matrix c, Epilogue epilogue) {
        if (epilogue.derivative() != null) {
            activations.valueAndDerivative(epilogue.activation(), c, c, epilogue.derivative());
        } else if (activates(epilogue)) {
            activations.value(epilogue.activation(), c, c);
        }
    }

    private static long lowLanes(int columns) {
        return columns >= LANES ? GemmTile.ALL_LANES : laneBits(columns);
    }

    private static long laneBits(int count) {
        return (1L << count) - 1;
    }
}
