// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import java.util.Objects;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.internal.activation.VectorActivations;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.lanes.ScratchPool;

/// The SIMD twin of [ScalarGemm]: each lane computes one of the reference's chains, for one element of C.
///
/// A call is checked, planned ([GemmPlan]), and carried out by [UpdatedRows], by [ColumnOfC], or by the loops around
/// the register tiles: [BlocksOfB], [RowsOfC] and [MacroKernel], after Goto and van de Geijn, "Anatomy of
/// High-Performance Matrix Multiplication" (2008). LIFE-OF-A-GEMM-CALL.md, beside this file, follows one call through
/// them.
public final class VectorGemm implements Gemm {

    private final GemmBlocks blocks;
    private final ScratchPool<GemmCall> calls;

    public VectorGemm() {
        this(new VectorActivations());
    }

    /// @param activations runs the activations of an [Epilogue] that are not fused with the bias
    /// @throws NullPointerException if `activations` is null
    public VectorGemm(ArrayActivations activations) {
        this(activations, GemmTarget.HERE.blocks());
    }

    VectorGemm(ArrayActivations activations, GemmBlocks blocks) {
        Objects.requireNonNull(activations, "gemm: activations is null");
        this.blocks = blocks;
        calls = new ScratchPool<>(() -> new GemmCall(blocks, activations));
    }

    @Override
    public void multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        GemmChecks.multiply(a, b, c, epilogue);
        GemmCall call = calls.take();
        call.plan.plan(a, b, c, epilogue);
        start(call, a.offset(), b.offset(), c.offset());
        product(call, a, b, c, epilogue);
        calls.give(call);
    }

    @Override
    public void multiply(Matrix a, PackedMatrix b, Matrix c, Epilogue epilogue) {
        GemmChecks.multiply(a, b, c, epilogue);
        PackedPanels panels = own(b);
        GemmCall call = calls.take();
        call.plan.planPacked(a, c, epilogue);
        start(call, a.offset(), panels.start(), c.offset());
        if (call.plan.way() == GemmPlan.Way.COLUMN) {
            call.bStep = Packing.PANEL;
            ColumnOfC.multiply(call, a, panels.data(), c, epilogue);
        } else {
            BlocksOfB.packed(call, a, panels, c, epilogue);
        }
        calls.give(call);
    }

    @Override
    public void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep,
            Epilogue epilogue) {
        GemmChecks.multiplyBatch(count, a, aStep, b, bStep, c, cStep, epilogue);
        int products = c.size() == 0 ? 0 : count;
        GemmCall call = calls.take();
        call.plan.plan(a, b, c, epilogue);
        for (int s = 0; s < products; s++) {
            start(call, GemmChecks.start(a, s, aStep), GemmChecks.start(b, s, bStep), GemmChecks.start(c, s, cStep));
            product(call, a, b, c, epilogue);
        }
        calls.give(call);
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

    /// Whether this product packs B for the call.
    boolean packs(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        return GemmPlan.way(blocks, a, b, c, epilogue) == GemmPlan.Way.PACKED;
    }

    /// Whether a B of this size is a single block.
    boolean isOneBlock(int columns, int depth) {
        return depth * (long) columns <= blocks.loops().blockElements();
    }

    private static PackedPanels own(PackedMatrix packed) {
        if (packed instanceof PackedPanels own) {
            return own;
        }
        throw GemmChecks.foreign(packed, "VectorGemm");
    }

    /// Sets the indices of element (0, 0): the views' offsets or, in a batch, each product's own.
    private static void start(GemmCall call, int a, int b, int c) {
        call.aStart = a;
        call.bStart = b;
        call.cStart = c;
    }

    /// C ← epilogue(A·B), as planned.
    private static void product(GemmCall call, Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        switch (call.plan.way()) {
            case UPDATES -> UpdatedRows.multiply(call, a, b, c, epilogue);
            case COLUMN -> {
                call.bStep = b.isTransposed() ? 1 : b.stride();
                ColumnOfC.multiply(call, a, b.data(), c, epilogue);
            }
            case IN_PLACE -> BlocksOfB.inPlace(call, a, b, c, epilogue);
            case PACKED -> BlocksOfB.packing(call, a, b, c, epilogue);
        }
    }
}
