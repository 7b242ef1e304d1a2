// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

/// Virtual lanes and summation trees for one kernel call. They hold whatever their last user left.
public final class LaneScratch {

    private static final ScratchPool<LaneScratch> POOL = new ScratchPool<>(LaneScratch::new);

    /// For a sum along a row.
    public final float[] lanes = new float[Lanes.COUNT];

    /// For a second sum along the same row.
    public final float[] lanes2 = new float[Lanes.COUNT];

    /// For a third sum along the same row.
    public final float[] lanes3 = new float[Lanes.COUNT];

    /// For a fourth sum along the same row.
    public final float[] lanes4 = new float[Lanes.COUNT];

    /// For a fifth sum along the same row.
    public final float[] lanes5 = new float[Lanes.COUNT];

    /// For the blocks of a sum.
    public final SumTree tree = new SumTree();

    /// For the blocks of a second sum.
    public final SumTree tree2 = new SumTree();

    /// For the blocks of a third sum.
    public final SumTree tree3 = new SumTree();

    /// For the blocks of a fourth sum.
    public final SumTree tree4 = new SumTree();

    /// For the blocks of a fifth sum.
    public final SumTree tree5 = new SumTree();

    /// For a sum over rows.
    public final ElementSum rows = new ElementSum();

    /// For a block of elements.
    public final float[] block = new float[Lanes.BLOCK];

    /// For maxima of rows, a block of them.
    public final float[] maxima = new float[Lanes.BLOCK];

    /// For sums of rows, a block of them.
    public final float[] sums = new float[Lanes.BLOCK];

    /// For second sums of the same rows.
    public final float[] rests = new float[Lanes.BLOCK];

    /// For third sums of the same rows.
    public final float[] totals = new float[Lanes.BLOCK];

    /// For fourth sums of the same rows.
    public final float[] dots = new float[Lanes.BLOCK];

    private LaneScratch() {
    }

    /// A scratch that is the caller's until it is given back.
    public static LaneScratch take() {
        return POOL.take();
    }

    /// Gives a scratch back.
    public void give() {
        POOL.give(this);
    }
}
