// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/// Scratch for the length of a kernel call, from a pool without locks: calls allocate nothing once there are as many
/// scratches as calls run at a time, on any kind of thread, and no thread holds one between calls.
///
/// @param <T> the scratch
public final class ScratchPool<T> {

    private static final int SLOTS = 64;

    private final AtomicReferenceArray<T> free = new AtomicReferenceArray<>(SLOTS);
    private final Supplier<T> maker;

    /// @param maker makes a scratch when none is free
    public ScratchPool(Supplier<T> maker) {
        this.maker = maker;
    }

    /// A scratch that is the caller's until it is given back. It holds whatever its last user left.
    public T take() {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (free.getPlain(slot) != null) {
                T scratch = free.getAndSet(slot, null);
                if (scratch != null) {
                    return scratch;
                }
            }
        }
        return maker.get();
    }

    /// Gives a scratch back. One that never comes back, because a call failed half way, is merely replaced.
    public void give(T scratch) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (free.getPlain(slot) == null && free.compareAndSet(slot, null, scratch)) {
                return;
            }
        }
    }
}
