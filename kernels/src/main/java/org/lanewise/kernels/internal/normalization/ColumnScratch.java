// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.normalization;

import org.lanewise.kernels.internal.lanes.ScratchPool;

/// Arrays for intermediate values of columns, for one kernel call; each grows to the longest call.
final class ColumnScratch {

    private static final ScratchPool<float[]> POOL = new ScratchPool<>(() -> new float[0]);

    private ColumnScratch() {
    }

    /// An array of at least `length` elements of any value, the caller's until it is given back.
    static float[] take(int length) {
        float[] scratch = POOL.take();
        return scratch.length >= length ? scratch : new float[length];
    }

    /// Gives an array back.
    static void give(float[] scratch) {
        POOL.give(scratch);
    }
}
