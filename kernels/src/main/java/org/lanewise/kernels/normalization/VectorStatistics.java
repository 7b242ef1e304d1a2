// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.normalization;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.lanes.PanelTree;
import org.lanewise.kernels.lanes.ScratchPool;
import org.lanewise.kernels.lanes.Species;

/// The SIMD twin of [ScalarStatistics]: a panel along its columns, two vectors at a time, so that memory is read in as
/// many streams as the panel has rows.
final class VectorStatistics extends PanelTree {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();
    private static final ScratchPool<VectorStatistics> POOL = new ScratchPool<>(VectorStatistics::new);

    private VectorStatistics() {
    }

    /// A tree that is the caller's until it is given back.
    static VectorStatistics take(int columns, int rows) {
        VectorStatistics tree = POOL.take();
        tree.start(ScalarStatistics.FIELDS, columns, rows);
        return tree;
    }

    void give() {
        POOL.give(this);
    }

    /// Adds the panel of `count` rows from `first` on.
    void addPanel(Matrix x, int first, int count) {
        panel(x, first, count, nodes(), leaf(), padded());
        add(count);
    }

    private static void panel(Matrix x, int first, int count, float[] nodes, int leaf, int field) {
        float[] source = x.data();
        int columns = x.columns();
        int stride = x.stride();
        float perRow = 1f / count;
        int j = 0;
        for (; j <= columns - 2 * STEP; j += 2 * STEP) {
            int at = x.index(first, j);
            FloatVector anchor0 = FloatVector.fromArray(SPECIES, source, at);
            FloatVector anchor1 = FloatVector.fromArray(SPECIES, source, at + STEP);
            FloatVector sum0 = FloatVector.zero(SPECIES);
            FloatVector sum1 = sum0;
            for (int i = 0; i < count; i++) {
                sum0 = sum0.add(FloatVector.fromArray(SPECIES, source, at + i * stride).sub(anchor0));
                sum1 = sum1.add(FloatVector.fromArray(SPECIES, source, at + i * stride + STEP).sub(anchor1));
            }
            FloatVector mean0 = anchor0.add(sum0.mul(perRow));
            FloatVector mean1 = anchor1.add(sum1.mul(perRow));
            FloatVector rest0 = FloatVector.zero(SPECIES);
            FloatVector rest1 = rest0;
            FloatVector squares0 = rest0;
            FloatVector squares1 = rest0;
            for (int i = 0; i < count; i++) {
                FloatVector d0 = FloatVector.fromArray(SPECIES, source, at + i * stride).sub(mean0);
                FloatVector d1 = FloatVector.fromArray(SPECIES, source, at + i * stride + STEP).sub(mean1);
                rest0 = rest0.add(d0);
                rest1 = rest1.add(d1);
                squares0 = d0.fma(d0, squares0);
                squares1 = d1.fma(d1, squares1);
            }
            rest0 = rest0.mul(perRow);
            rest1 = rest1.mul(perRow);
            mean0.intoArray(nodes, leaf + j);
            mean1.intoArray(nodes, leaf + j + STEP);
            rest0.intoArray(nodes, leaf + field + j);
            rest1.intoArray(nodes, leaf + field + j + STEP);
            rest0.mul(-count).fma(rest0, squares0).intoArray(nodes, leaf + 2 * field + j);
            rest1.mul(-count).fma(rest1, squares1).intoArray(nodes, leaf + 2 * field + j + STEP);
        }
        for (; j < columns; j += STEP) {
            panelEdge(x, first, count, nodes, leaf, field, j);
        }
    }

    /// Fields are padded, so that whole vectors may be stored.
    private static void panelEdge(Matrix x, int first, int count, float[] nodes, int leaf, int field, int j) {
        VectorMask<Float> inRange = SPECIES.indexInRange(j, x.columns());
        FloatVector anchor = FloatVector.fromArray(SPECIES, x.data(), x.index(first, j), inRange);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = first; i < first + count; i++) {
            sum = sum.add(FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), inRange).sub(anchor));
        }
        float perRow = 1f / count;
        FloatVector mean = anchor.add(sum.mul(perRow));
        FloatVector rest = FloatVector.zero(SPECIES);
        FloatVector squares = rest;
        for (int i = first; i < first + count; i++) {
            FloatVector d = FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), inRange).sub(mean);
            rest = rest.add(d);
            squares = d.fma(d, squares);
        }
        rest = rest.mul(perRow);
        mean.intoArray(nodes, leaf + j);
        rest.intoArray(nodes, leaf + field + j);
        rest.mul(-count).fma(rest, squares).intoArray(nodes, leaf + 2 * field + j);
    }

    @Override
    protected void combine(int left, int leftRows, int right, int rightRows, int to) {
        float share = (float) rightRows / (leftRows + rightRows);
        combine(nodes(), padded(), left, right, to, share, leftRows * share);
    }

    private static void combine(float[] nodes, int field, int left, int right, int to, float share, float weight) {
        FloatVector shares = FloatVector.broadcast(SPECIES, share);
        for (int j = 0; j < field; j += STEP) {
            FloatVector leftMean = FloatVector.fromArray(SPECIES, nodes, left + j);
            FloatVector leftRest = FloatVector.fromArray(SPECIES, nodes, left + field + j);
            FloatVector delta = FloatVector.fromArray(SPECIES, nodes, right + j).sub(leftMean)
                    .add(FloatVector.fromArray(SPECIES, nodes, right + field + j).sub(leftRest));
            FloatVector step = delta.fma(shares, leftRest);
            FloatVector mean = leftMean.add(step);
            FloatVector squares = FloatVector.fromArray(SPECIES, nodes, left + 2 * field + j)
                    .add(FloatVector.fromArray(SPECIES, nodes, right + 2 * field + j));
            FloatVector ofStep = mean.sub(leftMean);
            FloatVector rest = leftMean.sub(mean.sub(ofStep)).add(step.sub(ofStep));
            mean.intoArray(nodes, to + j);
            rest.intoArray(nodes, to + field + j);
            delta.mul(weight).fma(delta, squares).intoArray(nodes, to + 2 * field + j);
        }
    }
}
