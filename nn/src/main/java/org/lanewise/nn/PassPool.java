// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// A lock-free pool of a predictor's idle passes. Calls allocate nothing once there are as many passes of their size as
/// calls run at a time. The total size of idle passes is bounded; a pass that would exceed the bound replaces those not
/// used for the longest time.
final class PassPool {

    private static final int SLOTS = 64;

    private final AtomicReferenceArray<PredictionPass> idle = new AtomicReferenceArray<>(SLOTS);
    /// An upper bound of the bytes that idle passes hold: a pass is counted before it goes in and until it has come
    /// out.
    private final AtomicLong idleBytes = new AtomicLong();
    private final PredictionStage[] stages;
    private final long bound;

    /// @param bound most bytes that idle passes hold together
    PassPool(PredictionStage[] stages, long bound) {
        this.stages = stages;
        this.bound = bound;
    }

    /// A pass with room for a number of rows, at least 1. It is the caller's until it is given back.
    PredictionPass take(int rows) {
        int capacity = PredictionPass.capacityFor(rows);
        for (int slot = 0; slot < SLOTS; slot++) {
            PredictionPass pass = idle.getPlain(slot);
            if (pass != null && pass.capacity() == capacity && remove(slot, pass)) {
                return pass;
            }
        }
        return new PredictionPass(stages, capacity);
    }

    /// Gives a pass back. A call that fails need not: the pool makes a new one.
    void give(PredictionPass pass) {
        long bytes = pass.bytes();
        if (bytes > bound) {
            return;
        }
        pass.giveBackAt(System.nanoTime());
        boolean room = idleBytes.addAndGet(bytes) <= bound;
        while (!room && removeOldest()) {
            room = idleBytes.get() <= bound;
        }
        if (!room || !put(pass) && !(removeOldest() && put(pass))) {
            idleBytes.addAndGet(-bytes);
        }
    }

    private boolean put(PredictionPass pass) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (idle.getPlain(slot) == null && idle.compareAndSet(slot, null, pass)) {
                return true;
            }
        }
        return false;
    }

    /// Removes the pass that was given back first; false if there is none, or another thread took it.
    private boolean removeOldest() {
        int oldestSlot = -1;
        PredictionPass oldest = null;
        for (int slot = 0; slot < SLOTS; slot++) {
            PredictionPass pass = idle.getPlain(slot);
            if (pass != null && (oldest == null || pass.givenBackAt() - oldest.givenBackAt() < 0)) {
                oldestSlot = slot;
                oldest = pass;
            }
        }
        return oldest != null && remove(oldestSlot, oldest);
    }

    private boolean remove(int slot, PredictionPass pass) {
        if (!idle.compareAndSet(slot, pass, null)) {
            return false;
        }
        idleBytes.addAndGet(-pass.bytes());
        return true;
    }

    /// Bytes that the idle passes hold together.
    long idleBytes() {
        return idleBytes.get();
    }
}
