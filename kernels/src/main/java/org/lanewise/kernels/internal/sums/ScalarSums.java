// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.sums;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.lanes.LaneScratch;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.lanes.ScalarColumnSums;
import org.lanewise.kernels.sums.Sums;

/// The reference of [Sums].
public final class ScalarSums implements Sums {

    /// The smallest sum of squares that is taken from floats: below, squares may have been denormal.
    static final float LEAST_SQUARES = 0x1p-100f;

    /// The reference; it needs nothing.
    public ScalarSums() {
    }

    @Override
    public float sum(Matrix x) {
        SumsChecks.sum("sum", x);
        LaneScratch scratch = LaneScratch.take();
        scratch.tree.clear();
        for (long first = 0; first < x.size(); first += Lanes.BLOCK) {
            int n = Lanes.copyBlock(x, first, scratch.block, Lanes.BLOCK);
            scratch.tree.add(Lanes.sum(scratch.block, 0, n, scratch.lanes));
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
        for (long first = 0; first < x.size(); first += Lanes.BLOCK) {
            int n = Lanes.copyBlock(x, first, scratch.block, Lanes.BLOCK);
            scratch.tree.add(sumOfSquares(scratch.block, n, scratch.lanes));
        }
        double total = scratch.tree.total();
        scratch.give();
        return total;
    }

    private static double sumOfSquares(float[] x, int n, float[] lanes) {
        Lanes.clear(lanes);
        for (int j = 0; j < n; j++) {
            int lane = Lanes.of(j);
            lanes[lane] = Math.fma(x[j], x[j], lanes[lane]);
        }
        return finishedSquares(Lanes.total(lanes), x, 0, n);
    }

    /// A block's sum of squares from its sum in lanes: that sum, unless a square may have overflowed or been denormal.
    static double finishedSquares(float sum, float[] x, int at, int n) {
        if (sum >= LEAST_SQUARES && sum < Float.POSITIVE_INFINITY) {
            return sum;
        }
        double squares = 0;
        for (int j = 0; j < n; j++) {
            squares += (double) x[at + j] * x[at + j];
        }
        return squares;
    }

    @Override
    public void columnSums(Matrix x, Matrix sums) {
        SumsChecks.columnSums(x, sums);
        ScalarColumnSums tree = ScalarColumnSums.take(1, x.columns(), x.rows());
        for (int first = 0; first < x.rows(); first += Lanes.PANEL_ROWS) {
            int end = Math.min(x.rows(), first + Lanes.PANEL_ROWS);
            for (int j = 0; j < x.columns(); j++) {
                float sum = 0f;
                for (int i = first; i < end; i++) {
                    sum += x.data()[x.index(i, j)];
                }
                tree.nodes()[tree.leaf() + j] = sum;
            }
            tree.add(end - first);
        }
        tree.store(sums);
        tree.give();
    }
}
