// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.lanes;

import org.lanewise.kernels.Matrix;

/// The reference of [Sums].
public final class ScalarSums implements Sums {

    /// The reference; it needs nothing.
    public ScalarSums() {
    }

    @Override
    public float sum(Matrix x) {
        SumsChecks.sum("sum", x);
        LaneScratch scratch = LaneScratch.take();
        for (int i = 0; i < x.rows(); i++) {
            scratch.rows[Lanes.of(i)] += sum(x.data(), x.index(i, 0), x.columns(), scratch.row);
        }
        float total = Lanes.total(scratch.rows);
        scratch.give();
        return total;
    }

    private static float sum(float[] x, int at, int n, float[] lanes) {
        Lanes.clear(lanes);
        for (int j = 0; j < n; j++) {
            lanes[Lanes.of(j)] += x[at + j];
        }
        return Lanes.total(lanes);
    }

    @Override
    public float sumOfSquares(Matrix x) {
        SumsChecks.sum("sum of squares", x);
        LaneScratch scratch = LaneScratch.take();
        for (int i = 0; i < x.rows(); i++) {
            scratch.rows[Lanes.of(i)] += sumOfSquares(x.data(), x.index(i, 0), x.columns(), scratch.row);
        }
        float total = Lanes.total(scratch.rows);
        scratch.give();
        return total;
    }

    private static float sumOfSquares(float[] x, int at, int n, float[] lanes) {
        Lanes.clear(lanes);
        for (int j = 0; j < n; j++) {
            int lane = Lanes.of(j);
            lanes[lane] = Math.fma(x[at + j], x[at + j], lanes[lane]);
        }
        return Lanes.total(lanes);
    }

    @Override
    public void columnSums(Matrix x, Matrix sums) {
        SumsChecks.columnSums(x, sums);
        for (int j = 0; j < x.columns(); j++) {
            float sum = 0f;
            for (int i = 0; i < x.rows(); i++) {
                sum += x.data()[x.index(i, j)];
            }
            sums.data()[sums.index(0, j)] = sum;
        }
    }
}
