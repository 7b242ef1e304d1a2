// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.dropout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Numbers from counters: where they come from, and that their distributions are what is said. The seeds are fixed, so
/// each statistic is one number; it is held to five standard deviations.
class CounterRandomTest {

    private static final int DRAWS = 1 << 18;

    @Test
    void seedAndStreamAreTheKeyAndTheIndexIsTheCounter() {
        long seed = 0x85a308d3_243f6a88L;
        long stream = 0x03707344_13198a2eL;
        long index = 0x12345678_9abcdef6L;
        int expected = Threefry.word(2, (int) (index >>> 2), (int) (index >>> 34), 0, 0, 0x243f6a88, 0x85a308d3,
                0x13198a2e, 0x03707344);
        assertEquals(expected, CounterRandom.intAt(seed, stream, index));
        assertEquals(0x9c6ca96a, CounterRandom.intAt(0, 0, 0));
        assertEquals(0x5256a7d8, CounterRandom.intAt(0, 0, 3));
    }

    @Test
    void everyBitIsSetHalfTheTime() {
        int[] set = new int[32];
        for (int i = 0; i < DRAWS; i++) {
            int value = CounterRandom.intAt(0, 0, i);
            for (int bit = 0; bit < 32; bit++) {
                set[bit] += value >>> bit & 1;
            }
        }
        for (int bit = 0; bit < 32; bit++) {
            assertEquals(DRAWS / 2.0, set[bit], 5 * Math.sqrt(DRAWS / 4.0), "times that bit " + bit + " is set");
        }
    }

    @Test
    void neighboursStreamsAndSeedsAreIndependent() {
        long far = 1L << 32;
        assertUncorrelated("index + 1", 1, 0, 0);
        assertUncorrelated("index + 4", 4, 0, 0);
        assertUncorrelated("index + 64", 64, 0, 0);
        assertUncorrelated("index + 2³⁴", 4 * far, 0, 0);
        assertUncorrelated("stream + 1", 0, 1, 0);
        assertUncorrelated("stream + 2³²", 0, far, 0);
        assertUncorrelated("seed + 1", 0, 0, 1);
        assertUncorrelated("seed + 2³²", 0, 0, far);
        assertUncorrelated("seed + 1, stream − 1", 0, -1, 1);
    }

    /// Of all bits of two sequences, half agree if the sequences are independent.
    private static void assertUncorrelated(String shift, long index, long stream, long seed) {
        int draws = DRAWS / 8;
        long agreeing = 0;
        for (int i = 0; i < draws; i++) {
            int a = CounterRandom.intAt(7, 3, i);
            int b = CounterRandom.intAt(7 + seed, 3 + stream, i + index);
            agreeing += Integer.bitCount(~(a ^ b));
        }
        assertEquals(16.0 * draws, agreeing, 5 * Math.sqrt(8.0 * draws), "bits that agree with " + shift);
    }

    @Test
    void uniformsFillTheUnitIntervalEvenly() {
        int[] cells = new int[256];
        for (int i = 0; i < DRAWS; i++) {
            float u = CounterRandom.uniformAt(1, 2, i);
            assertTrue(u >= 0f && u < 1f, "uniform " + u);
            assertEquals(0f, u * 0x1p24f % 1f, "uniform " + u + " has more than 24 bits");
            cells[(int) (u * 256)]++;
        }
        // χ² of 255 degrees of freedom: mean 255, deviation √510.
        assertEquals(255, chiSquare(cells), 5 * Math.sqrt(510), "χ² of uniforms in 256 cells");
    }

    @Test
    void boundedNumbersTakeEachValueAlike() {
        for (int bound : new int[] {1, 2, 3, 10, 255}) {
            int[] cells = new int[bound];
            for (int i = 0; i < DRAWS; i++) {
                cells[CounterRandom.boundedAt(5, 6, i, bound)]++;
            }
            assertEquals(bound - 1, chiSquare(cells), 5 * Math.sqrt(2 * bound - 1), "χ² of " + bound + " values");
        }
        for (int i = 0; i < 1000; i++) {
            int value = CounterRandom.boundedAt(5, 6, i, Integer.MAX_VALUE);
            assertTrue(value >= 0 && value < Integer.MAX_VALUE, "bounded value " + value);
        }
        assertEquals("random: bound is 0; it must be positive", assertThrows(IllegalArgumentException.class,
                () -> CounterRandom.boundedAt(1, 2, 3, 0)).getMessage());
    }

    @Test
    void normalsHaveTheMomentsOfTheNormalDistribution() {
        double[] sums = new double[5];
        for (int i = 0; i < DRAWS; i++) {
            double x = CounterRandom.gaussianAt(9, 10, i);
            double power = 1;
            for (int k = 1; k <= 4; k++) {
                power *= x;
                sums[k] += power / DRAWS;
            }
        }
        // The variances of xᵏ are 1, 2, 15 and 96.
        assertEquals(0, sums[1], 5 * Math.sqrt(1.0 / DRAWS), "mean");
        assertEquals(1, sums[2], 5 * Math.sqrt(2.0 / DRAWS), "mean of x²");
        assertEquals(0, sums[3], 5 * Math.sqrt(15.0 / DRAWS), "mean of x³");
        assertEquals(3, sums[4], 5 * Math.sqrt(96.0 / DRAWS), "mean of x⁴");
    }

    /// The distance from 1/2 of the probability below x is the integral of the density from 0 to x.
    @Test
    void normalsAreQuantilesOfTheirBits() {
        for (int i = 0; i < 4000; i++) {
            float x = CounterRandom.gaussianAt(11, 12, i);
            double fromHalf = (CounterRandom.intAt(11, 12, i) + 0.5) * 0x1p-32;
            double density = density(x);
            // An error of x shows in the probability as much as the density says; x itself is rounded to float.
            double tolerance = density * Math.abs(x) * 3e-7 + 1e-15;
            assertEquals(fromHalf, probabilityFromZeroTo(x), tolerance, "quantile " + x);
        }
    }

    /// Quantiles of the tails, rounded from more digits; the last probability is the smallest there is.
    @Test
    void quantilesAreAccurateInTheTails() {
        double[][] tails = {{1e-2, 2.326347874040841}, {1e-3, 3.090232306167813}, {1e-6, 4.753424308822899},
            {0x1p-33, 6.337957754553789}};
        for (double[] tail : tails) {
            assertEquals(tail[1], CounterRandom.normalQuantile(0.5 - tail[0]), tail[1] * 2e-7, "tail " + tail[0]);
            assertEquals(-tail[1], CounterRandom.normalQuantile(tail[0] - 0.5), tail[1] * 2e-7, "tail " + tail[0]);
        }
    }

    /// Simpson's rule, whose error is below 1e-14 here.
    private static double probabilityFromZeroTo(double x) {
        int steps = 2000;
        double width = x / steps;
        double sum = density(0) + density(x);
        for (int i = 1; i < steps; i++) {
            sum += (i % 2 == 0 ? 2 : 4) * density(i * width);
        }
        return sum * width / 3;
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    @Test
    void aShuffleIsAPermutationThatSeedAndStreamDecide() {
        int[] values = IntStream.range(0, 1000).toArray();
        int[] first = values.clone();
        CounterRandom.shuffle(first, 1, 1);
        int[] again = values.clone();
        CounterRandom.shuffle(again, 1, 1);
        assertArrayEquals(first, again);
        int[] other = values.clone();
        CounterRandom.shuffle(other, 1, 2);
        int same = 0;
        for (int i = 0; i < values.length; i++) {
            same += first[i] == other[i] ? 1 : 0;
        }
        assertTrue(same < 8, "two shuffles agree at " + same + " places of 1000; 1 is expected");
        Arrays.sort(first);
        assertArrayEquals(values, first);
        assertEquals("shuffle: values is null",
                assertThrows(NullPointerException.class, () -> CounterRandom.shuffle(null, 1, 1)).getMessage());
    }

    @Test
    void allOrdersOfFourComeAlike() {
        int[] orders = new int[256];
        int shuffles = 24_000;
        for (int stream = 0; stream < shuffles; stream++) {
            int[] values = {0, 1, 2, 3};
            CounterRandom.shuffle(values, 3, stream);
            orders[values[0] * 64 + values[1] * 16 + values[2] * 4 + values[3]]++;
        }
        int[] seen = Arrays.stream(orders).filter(count -> count > 0).toArray();
        assertEquals(24, seen.length);
        assertEquals(23, chiSquare(seen), 5 * Math.sqrt(46), "χ² of the orders of four");
    }

    private static double chiSquare(int[] cells) {
        double expected = (double) Arrays.stream(cells).sum() / cells.length;
        return Arrays.stream(cells).mapToDouble(count -> (count - expected) * (count - expected) / expected).sum();
    }
}
