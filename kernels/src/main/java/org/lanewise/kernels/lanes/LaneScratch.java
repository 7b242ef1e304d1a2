// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.lanes;

import java.util.concurrent.atomic.AtomicReferenceArray;

/// Virtual lanes for the length of one kernel call, from a pool without locks: so that sums allocate nothing once as
/// many scratches exist as calls run at a time, on any kind of thread.
public final class LaneScratch {

    private static final int POOLED = 64;
    private static final AtomicReferenceArray<LaneScratch> POOL = new AtomicReferenceArray<>(POOLED);

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
        for (int slot = 0; slot < POOLED; slot++) {
            if (POOL.getPlain(slot) != null) {
                LaneScratch scratch = POOL.getAndSet(slot, null);
                if (scratch != null) {
                    Lanes.clear(scratch.rows);
                    return scratch;
                }
            }
        }
        return new LaneScratch();
    }

    /// Gives a scratch back. One that never comes back, because a call failed half way, is merely replaced.
    public void give() {
        for (int slot = 0; slot < POOLED; slot++) {
            if (POOL.getPlain(slot) == null && POOL.compareAndSet(slot, null, this)) {
                return;
            }
        }
    }
}
