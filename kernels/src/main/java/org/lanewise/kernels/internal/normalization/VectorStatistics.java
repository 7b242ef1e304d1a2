// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.normalization;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.lanes.PanelTree;
import org.lanewise.kernels.internal.lanes.ScratchPool;
import org.lanewise.kernels.internal.lanes.Species;

/// The SIMD twin of [ScalarStatistics]: a panel along its columns, two vectors at a time, so that memory is read in as
/// many streams as the panel has rows.
final class VectorStatistics extends PanelTree {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();
    private static final int PANEL_ROWS = Lanes.PANEL_ROWS;
    private static final ScratchPool<VectorStatistics> POOL = new ScratchPool<>(VectorStatistics::new);

    private VectorStatistics() {
    }

    /// A tree that is the caller's until it is given back.
    static VectorStatistics take(int columns, int rows) {
        VectorStatistics tree = POOL.take();
        tree.start(ScalarStatistics.FIELDS, columns, rows, ScalarStatistics.LEAF_ROWS);
        return tree;
    }

    void give() {
        POOL.give(this);
    }

    /// Adds the leaf of `count` rows from `first` on.
    void addLeaf(Matrix x, int first, int count) {
        firstPanel(x, first, Math.min(count, PANEL_ROWS), nodes(), leaf(), padded());
        for (int from = PANEL_ROWS; from < count; from += PANEL_ROWS) {
            nextPanel(x, first, from, Math.min(count, from + PANEL_ROWS), nodes(), leaf(), padded());
        }
        add(count);
    }

    private static void firstPanel(Matrix x, int first, int count, float[] nodes, int leaf, int field) {
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
            firstPanelEdge(x, first, count, nodes, leaf, field, j);
        }
    }

    /// Fields are padded, so that whole vectors may be stored.
    private static void firstPanelEdge(Matrix x, int first, int count, float[] nodes, int leaf, int field, int j) {
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

    private static void nextPanel(Matrix x, int first, int from, int end, float[] nodes, int leaf, int field) {
        float[] source = x.data();
        int columns = x.columns();
        int stride = x.stride();
        float weight = 1f / end;
        int j = 0;
        for (; j <= columns - 2 * STEP; j += 2 * STEP) {
            FloatVector mean0 = FloatVector.fromArray(SPECIES, nodes, leaf + j);
            FloatVector mean1 = FloatVector.fromArray(SPECIES, nodes, leaf + j + STEP);
            FloatVector rest0 = FloatVector.fromArray(SPECIES, nodes, leaf + field + j);
            FloatVector rest1 = FloatVector.fromArray(SPECIES, nodes, leaf + field + j + STEP);
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            FloatVector q0 = s0;
            FloatVector q1 = s0;
            int at = x.index(first + from, j);
            for (int i = from; i < end; i++) {
                FloatVector d0 = FloatVector.fromArray(SPECIES, source, at).sub(mean0).sub(rest0);
                FloatVector d1 = FloatVector.fromArray(SPECIES, source, at + STEP).sub(mean1).sub(rest1);
                s0 = s0.add(d0);
                s1 = s1.add(d1);
                q0 = d0.fma(d0, q0);
                q1 = d1.fma(d1, q1);
                at += stride;
            }
            FloatVector shift0 = s0.mul(weight);
            FloatVector shift1 = s1.mul(weight);
            FloatVector step0 = rest0.add(shift0);
            FloatVector step1 = rest1.add(shift1);
            FloatVector moved0 = mean0.add(step0);
            FloatVector moved1 = mean1.add(step1);
            FloatVector ofStep0 = moved0.sub(mean0);
            FloatVector ofStep1 = moved1.sub(mean1);
            moved0.intoArray(nodes, leaf + j);
            moved1.intoArray(nodes, leaf + j + STEP);
            mean0.sub(moved0.sub(ofStep0)).add(step0.sub(ofStep0)).intoArray(nodes, leaf + field + j);
            mean1.sub(moved1.sub(ofStep1)).add(step1.sub(ofStep1)).intoArray(nodes, leaf + field + j + STEP);
            int squares = leaf + 2 * field + j;
            FloatVector.fromArray(SPECIES, nodes, squares).add(s0.neg().fma(shift0, q0)).intoArray(nodes, squares);
            FloatVector.fromArray(SPECIES, nodes, squares + STEP).add(s1.neg().fma(shift1, q1))
                    .intoArray(nodes, squares + STEP);
        }
        for (; j < columns; j += STEP) {
            nextPanelEdge(x, first, from, end, nodes, leaf, field, j);
        }
    }

    private static void nextPanelEdge(Matrix x, int first, int from, int end, float[] nodes, int leaf, int field,
            int j) {
        VectorMask<Float> inRange = SPECIES.indexInRange(j, x.columns());
        FloatVector mean = FloatVector.fromArray(SPECIES, nodes, leaf + j);
        FloatVector rest = FloatVector.fromArray(SPECIES, nodes, leaf + field + j);
        FloatVector s = FloatVector.zero(SPECIES);
        FloatVector q = s;
        for (int i = first + from; i < first + end; i++) {
            FloatVector d = FloatVector.fromArray(SPECIES, x.data(), x.index(i, j), inRange).sub(mean).sub(rest);
            s = s.add(d);
            q = d.fma(d, q);
        }
        FloatVector shift = s.mul(1f / end);
        FloatVector step = rest.add(shift);
        FloatVector moved = mean.add(step);
        FloatVector ofStep = moved.sub(mean);
        moved.intoArray(nodes, leaf + j);
        mean.sub(moved.sub(ofStep)).add(step.sub(ofStep)).intoArray(nodes, leaf + field + j);
        int squares = leaf + 2 * field + j;
        FloatVector.fromArray(SPECIES, nodes, squares).add(s.neg().fma(shift, q)).intoArray(nodes, squares);
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
