// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

/// Sums of columns: a node's fields are the sums of its rows.
public final class ScalarColumnSums extends PanelTree {

    private static final ScratchPool<ScalarColumnSums> POOL = new ScratchPool<>(ScalarColumnSums::new);

    private ScalarColumnSums() {
    }

    /// A tree that is the caller's until it is given back.
    public static ScalarColumnSums take(int fields, int columns, int mostRows) {
        ScalarColumnSums tree = POOL.take();
        tree.start(fields, columns, mostRows, Lanes.PANEL_ROWS);
        return tree;
    }

    /// Gives a tree back.
    public void give() {
        POOL.give(this);
    }

    @Override
    protected void combine(int left, int leftRows, int right, int rightRows, int to) {
        float[] nodes = nodes();
        for (int j = 0; j < size(); j++) {
            nodes[to + j] = nodes[left + j] + nodes[right + j];
        }
    }
}
