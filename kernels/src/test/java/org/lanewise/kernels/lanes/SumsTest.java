// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;

/// The reference's sums against the order of additions as the interface's words have it, and against double.
class SumsTest {

    private final Sums sums = new ScalarSums();

    @Test
    void addsInSixteenLanesAndOneTree() {
        Random random = new Random(1);
        for (int n : Samples.sizes()) {
            Matrix x = Samples.normal(random, 3, n, Layout.STRIDED, 1e10f);
            float[] rowSums = new float[3];
            for (int i = 0; i < 3; i++) {
                float[] row = new float[n];
                for (int j = 0; j < n; j++) {
                    row[j] = x.get(i, j);
                }
                rowSums[i] = inLanes(row);
            }
            assertEquals(inLanes(rowSums), sums.sum(x), "sum of " + x);
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
        first.rows[3] = 1f;
        first.give();
        second.give();
        LaneScratch again = LaneScratch.take();
        assertEquals(0f, again.rows[3], "lanes of a scratch that was used before");
        again.give();
    }
}
