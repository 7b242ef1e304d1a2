// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.lanes;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;

/// The SIMD twin of [ScalarSums].
public final class VectorSums implements Sums {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();

    /// The SIMD twin; it loads vector classes, so the Vector API must be there.
    public VectorSums() {
    }

    @Override
    public float sum(Matrix x) {
        SumsChecks.sum("sum", x);
        LaneScratch scratch = LaneScratch.take();
        for (int i = 0; i < x.rows(); i++) {
            scratch.rows[Lanes.of(i)] += VectorLanes.sum(x.data(), x.index(i, 0), x.columns(), scratch.row);
        }
        float total = Lanes.total(scratch.rows);
        scratch.give();
        return total;
    }

    @Override
    public float sumOfSquares(Matrix x) {
        SumsChecks.sum("sum of squares", x);
        LaneScratch scratch = LaneScratch.take();
        for (int i = 0; i < x.rows(); i++) {
            scratch.rows[Lanes.of(i)] += VectorLanes.sumOfSquares(x.data(), x.index(i, 0), x.columns(),
                    scratch.row);
        }
        float total = Lanes.total(scratch.rows);
        scratch.give();
        return total;
    }

    /// Four vectors of columns at a time, so that four chains of additions overlap.
    @Override
    public void columnSums(Matrix x, Matrix sums) {
        SumsChecks.columnSums(x, sums);
        int n = x.columns();
        int j = 0;
        for (; j <= n - 4 * STEP; j += 4 * STEP) {
            columnSums4(x.data(), x.index(0, j), x.rows(), x.stride(), sums.data(), sums.index(0, j));
        }
        for (; j <= n - STEP; j += STEP) {
            columnSums1(x.data(), x.index(0, j), x.rows(), x.stride(), sums.data(), sums.index(0, j));
        }
        if (j < n) {
            columnSumsOfRest(x.data(), x.index(0, j), x.rows(), x.stride(), sums.data(), sums.index(0, j),
                    n - j);
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
