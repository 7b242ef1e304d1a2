// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.lanes;

/// Virtual lanes for the length of one kernel call.
public final class LaneScratch {

    private static final ScratchPool<LaneScratch> POOL = new ScratchPool<>(LaneScratch::new);

    /// For the sum over rows: row i's sum goes to lane i mod 16. All +0 when taken.
    public final float[] rows = new float[Lanes.COUNT];

    /// For a sum over one row.
    public final float[] row = new float[Lanes.COUNT];

    /// For a second sum over the same row.
    public final float[] row2 = new float[Lanes.COUNT];

    /// For a third sum over the same row.
    public final float[] row3 = new float[Lanes.COUNT];

    private LaneScratch() {
    }

    /// A scratch that is the caller's until it is given back.
    public static LaneScratch take() {
        LaneScratch scratch = POOL.take();
        Lanes.clear(scratch.rows);
        return scratch;
    }

    /// Gives a scratch back.
    public void give() {
        POOL.give(this);
    }
}
