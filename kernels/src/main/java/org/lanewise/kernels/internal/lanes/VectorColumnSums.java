// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The SIMD twin of [ScalarColumnSums].
public final class VectorColumnSums extends PanelTree {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final ScratchPool<VectorColumnSums> POOL = new ScratchPool<>(VectorColumnSums::new);

    private VectorColumnSums() {
    }

    /// A tree that is the caller's until it is given back.
    public static VectorColumnSums take(int fields, int columns, int mostRows) {
        VectorColumnSums tree = POOL.take();
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
        for (int j = 0; j < size(); j += SPECIES.length()) {
            FloatVector.fromArray(SPECIES, nodes, left + j).add(FloatVector.fromArray(SPECIES, nodes, right + j))
                    .intoArray(nodes, to + j);
        }
    }
}
