// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import java.util.concurrent.atomic.AtomicReferenceArray;

/// The panels and strips of products in progress, kept for the next ones: a pool of as many as threads were ever at work
/// at once, up to a fixed number; taken and given back without a lock.
final class Workspaces {

    private static final int SLOTS = 64;

    private final AtomicReferenceArray<Workspace> free = new AtomicReferenceArray<>(SLOTS);

    /// Scratch arrays that grow to what was asked for.
    static final class Workspace {

        private float[] panels = new float[0];
        private float[] strips = new float[0];

        float[] panels(int size) {
            if (panels.length < size) {
                panels = new float[size];
            }
            return panels;
        }

        float[] strips(int size) {
            if (strips.length < size) {
                strips = new float[size];
            }
            return strips;
        }
    }

    Workspace take() {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (free.getPlain(slot) != null) {
                Workspace workspace = free.getAndSet(slot, null);
                if (workspace != null) {
                    return workspace;
                }
            }
        }
        return new Workspace();
    }

    void giveBack(Workspace workspace) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (free.getPlain(slot) == null && free.compareAndSet(slot, null, workspace)) {
                return;
            }
        }
    }
}
