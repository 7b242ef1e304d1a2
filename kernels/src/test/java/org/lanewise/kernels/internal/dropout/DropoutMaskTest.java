// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.dropout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Matrix;

/// Masks of the reference, statistically, with fixed seeds: each statistic is one number, held to five standard
/// deviations.
class DropoutMaskTest {

    private static final int SIZE = 1 << 18;

    @Test
    void everyElementHasBitsOfItsOwn() {
        long group = 5L * DropoutMask.GROUP;
        boolean[] taken = new boolean[8 * DropoutMask.LANES];
        for (int i = 0; i < DropoutMask.GROUP; i++) {
            int bits = DropoutMask.bits(1, 2, group + i);
            int matches = 0;
            for (int word = 0; word < 4 * DropoutMask.LANES; word++) {
                int value = CounterRandom.intAt(1, 2, 4 * (group / 8) + word);
                for (int half = 0; half < 2; half++) {
                    if ((value >>> 16 * half & 0xffff) == bits) {
                        assertTrue(!taken[2 * word + half], "element " + i + " shares its bits");
                        taken[2 * word + half] = true;
                        matches++;
                    }
                }
            }
            assertEquals(1, matches, "halves of the group's words that equal the bits of element " + i);
        }
    }

    @Test
    void theThresholdIsTheProbabilityIn65536ths() {
        assertEquals(0, DropoutMask.threshold(0f));
        assertEquals(0, DropoutMask.threshold(0x1p-18f));
        assertEquals(1, DropoutMask.threshold(0x1p-16f));
        assertEquals(0x8000, DropoutMask.threshold(0.5f));
        assertEquals(6554, DropoutMask.threshold(0.1f));
        assertEquals(0xffff, DropoutMask.threshold(Math.nextDown(1f)));
        assertEquals(1f, DropoutMask.scale(0));
        assertEquals(2f, DropoutMask.scale(0x8000));
        assertEquals(65536f, DropoutMask.scale(0xffff));
    }

    @Test
    void elementsAreDroppedAsOftenAsAsked() {
        for (float probability : new float[] {0.01f, 0.1f, 0.25f, 0.5f, 0.9f, 0.999f}) {
            double p = DropoutMask.threshold(probability) / 65536.0;
            for (long seed = 0; seed < 4; seed++) {
                int dropped = 0;
                for (boolean kept : kept(probability, seed, 1)) {
                    dropped += kept ? 0 : 1;
                }
                assertEquals(SIZE * p, dropped, 5 * Math.sqrt(SIZE * p * (1 - p)),
                        "dropped of " + SIZE + " with p " + probability + ", seed " + seed);
            }
        }
    }

    @Test
    void theExpectationIsKept() {
        float[] ones = new float[SIZE];
        Arrays.fill(ones, 1f);
        for (float probability : new float[] {0.1f, 0.5f, 0.8f}) {
            Matrix y = Matrix.zeros(1, SIZE);
            new ScalarDropout().apply(Matrix.row(ones), probability, 4, 5, 6, y);
            double mean = 0;
            for (float value : y.data()) {
                mean += value / (double) SIZE;
            }
            assertEquals(1.0, mean, 5 * Math.sqrt(probability / (1 - probability) / SIZE), "mean, p " + probability);
        }
    }

    @Test
    void neighboursAreIndependent() {
        boolean[] kept = kept(0.5f, 7, 8);
        // 16 and 64 are distances at which elements share a word or a block.
        for (int distance : new int[] {1, 2, 15, 16, 17, 32, 64, 127, 128, 1024}) {
            int agreeing = 0;
            for (int i = 0; i + distance < SIZE; i++) {
                agreeing += kept[i] == kept[i + distance] ? 1 : 0;
            }
            int pairs = SIZE - distance;
            assertEquals(pairs / 2.0, agreeing, 5 * Math.sqrt(pairs / 4.0), "agreeing at distance " + distance);
        }
    }

    @Test
    void streamsAndSeedsAreIndependent() {
        boolean[] kept = kept(0.5f, 0, 0);
        for (long[] other : new long[][] {{0, 1}, {1, 0}, {1, 1}, {-1, 0}, {0, -1}, {1L << 32, 0}, {0, 1L << 32}}) {
            boolean[] others = kept(0.5f, other[0], other[1]);
            int agreeing = 0;
            for (int i = 0; i < SIZE; i++) {
                agreeing += kept[i] == others[i] ? 1 : 0;
            }
            assertEquals(SIZE / 2.0, agreeing, 5 * Math.sqrt(SIZE / 4.0),
                    "agreeing with seed " + other[0] + ", stream " + other[1]);
        }
    }

    private static boolean[] kept(float probability, long seed, long stream) {
        int threshold = DropoutMask.threshold(probability);
        boolean[] kept = new boolean[SIZE];
        for (int i = 0; i < SIZE; i++) {
            kept[i] = DropoutMask.bits(seed, stream, i) >= threshold;
        }
        return kept;
    }
}
