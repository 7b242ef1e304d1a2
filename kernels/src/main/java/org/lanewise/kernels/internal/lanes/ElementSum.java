// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

/// A sum whose elements arrive one by one, such as the losses of rows. It takes them in the blocks of [Lanes].
public final class ElementSum {

    private final float[] block = new float[Lanes.BLOCK];
    private final float[] lanes = new float[Lanes.COUNT];
    private final SumTree tree = new SumTree();
    private int filled;

    /// An empty sum.
    public ElementSum() {
    }

    /// Starts a sum.
    public void clear() {
        tree.clear();
        filled = 0;
    }

    /// Adds the next element.
    public void add(float element) {
        block[filled++] = element;
        if (filled == Lanes.BLOCK) {
            addBlock();
        }
    }

    /// The sum of all elements; +0 of none. Ends the sum.
    public double total() {
        if (filled > 0) {
            addBlock();
        }
        return tree.total();
    }

    private void addBlock() {
        tree.add(Lanes.sum(block, 0, filled, lanes));
        filled = 0;
    }
}
