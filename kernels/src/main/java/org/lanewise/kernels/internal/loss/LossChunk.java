// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.loss;

import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.lanes.ScratchPool;

/// A chunk of predictions and targets, copied side by side, with the intermediate values of [VectorLosses].
///
/// It fits the first-level cache. Passes take whole vectors; elements past the last one hold values that nobody reads.
final class LossChunk {

    /// Two blocks of a sum.
    static final int CAPACITY = 2 * Lanes.BLOCK;

    private static final ScratchPool<LossChunk> POOL = new ScratchPool<>(LossChunk::new);

    final float[] p = new float[CAPACITY];
    final float[] t = new float[CAPACITY];
    final float[] value = new float[CAPACITY];
    final float[] slope = new float[CAPACITY];

    /// −log σ(p) or log p, and −log(1 − σ(p)) or log(1 − p).
    final float[] a = new float[CAPACITY];
    final float[] b = new float[CAPACITY];

    /// (1 − σ(p))^γ and σ(p)^γ.
    final float[] powerB = new float[CAPACITY];
    final float[] powerA = new float[CAPACITY];

    /// σ(p) and 1 − σ(p).
    final float[] sigma = new float[CAPACITY];
    final float[] complement = new float[CAPACITY];

    /// Number of elements.
    int length;

    /// The factor of the slopes.
    float scale;

    /// Parameters of the loss.
    float delta;
    float alpha;
    float gamma;

    private LossChunk() {
    }

    /// A chunk that is the caller's until it is given back.
    static LossChunk take() {
        return POOL.take();
    }

    void give() {
        POOL.give(this);
    }
}
