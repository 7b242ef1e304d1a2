// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/// A lock-free pool of scratch for kernel calls. A call takes one and gives it back, on any kind of thread; no thread
/// keeps one between calls. Nothing is allocated once the pool holds as many as calls run at a time.
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

    /// Gives a scratch back. A call that fails need not: the pool makes a new one.
    public void give(T scratch) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (free.getPlain(slot) == null && free.compareAndSet(slot, null, scratch)) {
                return;
            }
        }
    }
}
