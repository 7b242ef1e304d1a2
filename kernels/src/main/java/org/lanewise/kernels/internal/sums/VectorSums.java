// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.sums;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.lanes.LaneScratch;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.lanes.Species;
import org.lanewise.kernels.internal.lanes.VectorColumnSums;
import org.lanewise.kernels.internal.lanes.VectorLanes;
import org.lanewise.kernels.sums.Sums;

/// The SIMD twin of [ScalarSums].
final class VectorSums implements Sums {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();

    /// The SIMD twin; it loads vector classes, so the Vector API must be there.
    VectorSums() {
    }

    @Override
    public float sum(Matrix x) {
        SumsChecks.sum("sum", x);
        LaneScratch scratch = LaneScratch.take();
        scratch.tree.clear();
        boolean isRun = x.isContiguous();
        for (long first = 0; first < x.size(); first += Lanes.BLOCK) {
            float[] block = isRun ? x.data() : scratch.block;
            int at = isRun ? (int) (x.offset() + first) : 0;
            int n = isRun ? blockLength(x, first) : Lanes.copyBlock(x, first, block, Lanes.BLOCK);
            scratch.tree.add(Lanes.finished(VectorLanes.sum(block, at, n, scratch.lanes), block, at, n));
        }
        double total = scratch.tree.total();
        scratch.give();
        return (float) total;
    }

    @Override
    public double sumOfSquares(Matrix x) {
        SumsChecks.sum("sum of squares", x);
        LaneScratch scratch = LaneScratch.take();
        scratch.tree.clear();
        boolean isRun = x.isContiguous();
        for (long first = 0; first < x.size(); first += Lanes.BLOCK) {
            float[] block = isRun ? x.data() : scratch.block;
            int at = isRun ? (int) (x.offset() + first) : 0;
            int n = isRun ? blockLength(x, first) : Lanes.copyBlock(x, first, block, Lanes.BLOCK);
            float squares = VectorLanes.sumOfSquares(block, at, n, scratch.lanes);
            scratch.tree.add(ScalarSums.finishedSquares(squares, block, at, n));
        }
        double total = scratch.tree.total();
        scratch.give();
        return total;
    }

    private static int blockLength(Matrix x, long first) {
        return (int) Math.min(Lanes.BLOCK, x.size() - first);
    }

    /// Panel by panel, four vectors of columns at a time: four chains of additions overlap.
    @Override
    public void columnSums(Matrix x, Matrix sums) {
        SumsChecks.columnSums(x, sums);
        VectorColumnSums tree = VectorColumnSums.take(1, x.columns(), x.rows());
        for (int first = 0; first < x.rows(); first += Lanes.PANEL_ROWS) {
            int count = Math.min(x.rows() - first, Lanes.PANEL_ROWS);
            panel(x, first, count, tree.nodes(), tree.leaf());
            tree.add(count);
        }
        tree.store(sums);
        tree.give();
    }

    private static void panel(Matrix x, int first, int count, float[] sums, int sumsAt) {
        int n = x.columns();
        int j = 0;
        for (; j <= n - 4 * STEP; j += 4 * STEP) {
            columnSums4(x.data(), x.index(first, j), count, x.stride(), sums, sumsAt + j);
        }
        for (; j <= n - STEP; j += STEP) {
            columnSums1(x.data(), x.index(first, j), count, x.stride(), sums, sumsAt + j);
        }
        if (j < n) {
            columnSumsOfRest(x.data(), x.index(first, j), count, x.stride(), sums, sumsAt + j, n - j);
        }
    }

    private static void columnSums4(float[] x, int at, int rows, int stride, float[] sums, int sumsAt) {
        FloatVector sum0 = FloatVector.zero(SPECIES);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        for (int i = 0; i < rows; i++) {
            int from = at + i * stride;
            sum0 = sum0.add(FloatVector.fromArray(SPECIES, x, from));
            sum1 = sum1.add(FloatVector.fromArray(SPECIES, x, from + STEP));
            sum2 = sum2.add(FloatVector.fromArray(SPECIES, x, from + 2 * STEP));
            sum3 = sum3.add(FloatVector.fromArray(SPECIES, x, from + 3 * STEP));
        }
        sum0.intoArray(sums, sumsAt);
        sum1.intoArray(sums, sumsAt + STEP);
        sum2.intoArray(sums, sumsAt + 2 * STEP);
        sum3.intoArray(sums, sumsAt + 3 * STEP);
    }

    private static void columnSums1(float[] x, int at, int rows, int stride, float[] sums, int sumsAt) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = 0; i < rows; i++) {
            sum = sum.add(FloatVector.fromArray(SPECIES, x, at + i * stride));
        }
        sum.intoArray(sums, sumsAt);
    }

    private static void columnSumsOfRest(float[] x, int at, int rows, int stride, float[] sums, int sumsAt,
            int columns) {
        VectorMask<Float> inRange = SPECIES.indexInRange(0, columns);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = 0; i < rows; i++) {
            sum = sum.add(FloatVector.fromArray(SPECIES, x, at + i * stride, inRange));
        }
        sum.intoArray(sums, sumsAt, inRange);
    }
}
