// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.normalization;

import java.util.concurrent.atomic.AtomicReferenceArray;

/// Arrays of intermediate values of columns, for the length of one kernel call, from a pool without locks: nothing is
/// allocated once as many arrays exist as calls run at a time, each as long as the longest call needs.
final class ColumnScratch {

    private static final int POOLED = 64;
    private static final AtomicReferenceArray<float[]> POOL = new AtomicReferenceArray<>(POOLED);

    private ColumnScratch() {
    }

    /// An array of at least `length` elements of any value, the caller's until it is given back.
    static float[] take(int length) {
        for (int slot = 0; slot < POOLED; slot++) {
            if (POOL.getPlain(slot) != null) {
                float[] scratch = POOL.getAndSet(slot, null);
                if (scratch != null) {
                    return scratch.length >= length ? scratch : new float[length];
                }
            }
        }
        return new float[length];
    }

    /// Gives an array back. One that never comes back, because a call failed half way, is merely replaced.
    static void give(float[] scratch) {
        for (int slot = 0; slot < POOLED; slot++) {
            if (POOL.getPlain(slot) == null && POOL.compareAndSet(slot, null, scratch)) {
                return;
            }
        }
    }
}
