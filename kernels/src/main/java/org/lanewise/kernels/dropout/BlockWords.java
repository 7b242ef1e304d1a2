// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.dropout;

import java.util.concurrent.atomic.AtomicReferenceArray;

/// The words of a group's blocks, for the length of a call, from a pool without locks: so that calls allocate nothing
/// once as many arrays exist as calls run at a time, on any kind of thread.
final class BlockWords {

    private static final int POOLED = 64;

    private final AtomicReferenceArray<int[]> pool = new AtomicReferenceArray<>(POOLED);

    int[] take() {
        for (int slot = 0; slot < POOLED; slot++) {
            if (pool.getPlain(slot) != null) {
                int[] words = pool.getAndSet(slot, null);
                if (words != null) {
                    return words;
                }
            }
        }
        return new int[DropoutMask.WORDS];
    }

    void giveBack(int[] words) {
        for (int slot = 0; slot < POOLED; slot++) {
            if (pool.getPlain(slot) == null && pool.compareAndSet(slot, null, words)) {
                return;
            }
        }
    }
}
