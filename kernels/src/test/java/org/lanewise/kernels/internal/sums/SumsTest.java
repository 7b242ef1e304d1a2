// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.sums;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.internal.lanes.LaneScratch;
import org.lanewise.kernels.sums.Sums;

/// The reference's sums against the order of additions as the interface's words have it, and against double.
class SumsTest {

    private final Sums sums = new ScalarSums();

    @Test
    void addsInBlocksOfSixteenLanesAndOneTree() {
        Random random = new Random(1);
        for (int n : new int[] {1, 15, 16, 17, 70, 255, 256, 257, 512, 513, 900, 1300, 4000}) {
            Matrix x = Samples.normal(random, 3, n, Layout.STRIDED, 1e10f);
            float[] elements = new float[3 * n];
            for (int k = 0; k < elements.length; k++) {
                elements[k] = x.get(k / n, k % n);
            }
            double[] blocks = new double[Math.ceilDiv(elements.length, 256)];
            for (int b = 0; b < blocks.length; b++) {
                blocks[b] = inLanes(Arrays.copyOfRange(elements, 256 * b, Math.min(elements.length, 256 * (b + 1))));
            }
            assertEquals((float) inTree(blocks), sums.sum(x), "sum of " + x);
        }
    }

    private static float inLanes(float[] values) {
        float[] lanes = new float[16];
        for (int lane = 0; lane < 16; lane++) {
            for (int j = lane; j < values.length; j += 16) {
                lanes[lane] += values[j];
            }
        }
        for (int half = 8; half > 0; half /= 2) {
            for (int lane = 0; lane < half; lane++) {
                lanes[lane] += lanes[lane + half];
            }
        }
        return lanes[0];
    }

    private static double inTree(double[] leaves) {
        if (leaves.length == 1) {
            return leaves[0];
        }
        int half = Integer.highestOneBit(leaves.length - 1);
        return inTree(Arrays.copyOf(leaves, half)) + inTree(Arrays.copyOfRange(leaves, half, leaves.length));
    }

    @Test
    void addsColumnsInPanelsOfSixteenRowsAndOneTree() {
        Random random = new Random(3);
        for (int rows : new int[] {0, 1, 15, 16, 17, 32, 33, 48, 100, 112, 113, 1000}) {
            Matrix x = Samples.normal(random, rows, 5, Layout.OFFSET, 1e10f);
            Matrix columnSums = Matrix.zeros(1, 5);
            sums.columnSums(x, columnSums);
            for (int j = 0; j < 5; j++) {
                float[] panels = new float[Math.ceilDiv(rows, 16)];
                for (int i = 0; i < rows; i++) {
                    panels[i / 16] += x.get(i, j);
                }
                assertEquals(rows == 0 ? 0f : inTree(panels), columnSums.get(0, j), "column " + j + " of " + x);
            }
        }
    }

    private static float inTree(float[] leaves) {
        if (leaves.length == 1) {
            return leaves[0];
        }
        int half = Integer.highestOneBit(leaves.length - 1);
        return inTree(Arrays.copyOf(leaves, half)) + inTree(Arrays.copyOfRange(leaves, half, leaves.length));
    }

    /// What a chain of 10⁸ additions loses: 16,777,216 ones are its most.
    @Test
    void aHundredMillionTermsErrByLessThanAMillionth() {
        int n = 100_000_000;
        float[] values = new float[n];
        for (float value : new float[] {1f, 0.1f, 1.9999f}) {
            Arrays.fill(values, value);
            assertHundredMillion(values, n * (double) value, n * (double) value * value);
        }
        double sum = 0;
        double squares = 0;
        Random random = new Random(4);
        for (int i = 0; i < n; i++) {
            values[i] = (random.nextInt() >>> 8) * 0x1p-24f;
            sum += values[i];
            squares += (double) values[i] * values[i];
        }
        assertHundredMillion(values, sum, squares);
    }

    private void assertHundredMillion(float[] values, double sum, double squares) {
        Matrix row = Matrix.row(values);
        Matrix column = Matrix.of(values, values.length, 1);
        Matrix columnSum = Matrix.zeros(1, 1);
        assertEquals(1, sums.sum(row) / sum, 1e-6, "sum");
        assertEquals(1, sums.sumOfSquares(row) / squares, 1e-6, "sum of squares");
        sums.columnSums(column, columnSum);
        assertEquals(1, columnSum.get(0, 0) / sum, 1e-6, "column sum");
    }

    @Test
    void sumsOfFiniteElementsThatFitDoNotOverflow() {
        assertEquals(0f, sums.sum(Matrix.row(3e38f, 3e38f, -3e38f, -3e38f)));
        assertEquals(4e38, sums.sumOfSquares(Matrix.row(1e19f, -1e19f, 1e19f, 1e19f)), 1e32);
        assertEquals(2.0 * Float.MAX_VALUE * Float.MAX_VALUE,
                sums.sumOfSquares(Matrix.row(Float.MAX_VALUE, -Float.MAX_VALUE)));
        assertEquals(2.0 * 1e-25f * 1e-25f, sums.sumOfSquares(Matrix.row(1e-25f, 1e-25f, 0f)), 1e-60);
        assertEquals(0, sums.sumOfSquares(Matrix.row(0f, -0f)));
        assertEquals(Double.POSITIVE_INFINITY, sums.sumOfSquares(Matrix.row(1f, Float.NEGATIVE_INFINITY)));
        assertEquals(Double.NaN, sums.sumOfSquares(Matrix.row(1f, Float.NaN)));
        assertEquals(Float.NaN, sums.sum(Matrix.row(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)));
    }

    @Test
    void agreesWithDouble() {
        Random random = new Random(2);
        Matrix x = Samples.normal(random, 50, 333, Layout.OFFSET, 1f);
        double sum = 0;
        double squares = 0;
        double[] columns = new double[333];
        for (int i = 0; i < 50; i++) {
            for (int j = 0; j < 333; j++) {
                double v = x.get(i, j);
                sum += v;
                squares += v * v;
                columns[j] += v;
            }
        }
        assertEquals(sum, sums.sum(x), 1e-6 * squares, "sum");
        assertEquals(squares, sums.sumOfSquares(x), 1e-6 * squares, "sum of squares");
        Matrix columnSums = Matrix.zeros(1, 333);
        sums.columnSums(x, columnSums);
        Samples.assertClose(columns, columnSums, 1e-6, "column sums");
    }

    @Test
    void scratchIsOneCallers() {
        LaneScratch first = LaneScratch.take();
        LaneScratch second = LaneScratch.take();
        assertNotSame(first, second);
        first.give();
        second.give();
    }
}
