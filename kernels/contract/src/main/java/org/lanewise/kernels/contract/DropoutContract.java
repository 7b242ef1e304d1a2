// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.kernels.contract.Refusals.assertRefused;
import static org.lanewise.kernels.contract.Samples.assertBlank;
import static org.lanewise.kernels.contract.Samples.assertSameBits;
import static org.lanewise.kernels.contract.Samples.blank;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.contract.Samples.Layout;

/// The contract of [org.lanewise.kernels.dropout.Dropout]: the bits of the reference, however a mask's elements are
/// asked for.
public interface DropoutContract extends FamilyContract {

    @Test
    default void dropoutHasTheReferencesBits() {
        Random random = new Random(81);
        float[] probabilities = {0.5f, 0.1f, 0x1p-17f, 0.9f, 0.999999f, 0.25f, Float.MIN_VALUE};
        long[] seeds = {0, 1, -1, Long.MIN_VALUE, 0x1234_5678_9abc_def0L};
        long[] streams = {0, 7, -3, 1L << 40};
        long[] firstIndices = {0, 1, 15, 16, 100, 127, 128, 129, 1000, (1L << 33) + 77, (1L << 55) - 3};
        int turn = 0;
        for (int columns : Samples.sizes()) {
            for (int rows : new int[] {1, 3}) {
                Matrix x = Samples.special(random, rows, columns, Layout.values()[turn % 3]);
                Layout layout = Layout.values()[turn / 3 % 3];
                Matrix expected = blank(rows, columns, layout);
                Matrix actual = blank(rows, columns, layout);
                float p = probabilities[turn % probabilities.length];
                long seed = seeds[turn % seeds.length];
                long stream = streams[turn % streams.length];
                long firstIndex = firstIndices[turn % firstIndices.length];
                Kernels.reference().dropout().apply(x, p, seed, stream, firstIndex, expected);
                kernels().dropout().apply(x, p, seed, stream, firstIndex, actual);
                assertSameBits(expected, actual, "dropout of " + x + ", p " + p + ", seed " + seed + ", stream "
                        + stream + ", first index " + firstIndex);
                turn++;
            }
        }
    }

    @Test
    default void dropoutTakesTheLastIndex() {
        Matrix x = Samples.normal(new Random(82), 1, 300, Layout.DENSE, 1f);
        Matrix expected = blank(1, 300, Layout.DENSE);
        Matrix actual = blank(1, 300, Layout.DENSE);
        Kernels.reference().dropout().apply(x, 0.5f, 3, 4, Long.MAX_VALUE - 300, expected);
        kernels().dropout().apply(x, 0.5f, 3, 4, Long.MAX_VALUE - 300, actual);
        assertSameBits(expected, actual, "dropout up to the last index");
    }

    @Test
    default void dropoutWorksInPlace() {
        Random random = new Random(83);
        for (int columns : Samples.fewSizes()) {
            for (Layout layout : Layout.values()) {
                Matrix x = Samples.normal(random, 5, columns, layout, 1f);
                Matrix expected = blank(5, columns, layout);
                kernels().dropout().apply(x, 0.4f, 5, 6, 7, expected);
                kernels().dropout().apply(x, 0.4f, 5, 6, 7, x);
                assertSameBits(expected, x, "dropout in place, 5×" + columns + ", " + layout);
            }
        }
    }

    @Test
    default void aPartOfABatchDrawsWhatTheWholeWould() {
        int rows = 29;
        for (int columns : new int[] {1, 10, 64, 100, 128, 300}) {
            Matrix x = Samples.normal(new Random(84), rows, columns, Layout.OFFSET, 1f);
            Matrix whole = blank(rows, columns, Layout.OFFSET);
            Matrix parts = blank(rows, columns, Layout.OFFSET);
            kernels().dropout().apply(x, 0.3f, 8, 9, 10, whole);
            for (int[] part : new int[][] {{0, 1}, {1, 7}, {8, 20}, {28, 1}}) {
                kernels().dropout().apply(x.rows(part[0], part[1]), 0.3f, 8, 9, 10 + (long) part[0] * columns,
                        parts.rows(part[0], part[1]));
            }
            assertSameBits(whole, parts, "dropout by parts, " + columns + " columns");
        }
    }

    @Test
    default void theSameCallDropsTheSameElementsOfAGradient() {
        Matrix ones = blank(40, 33, Layout.STRIDED);
        Matrix gradients = Samples.normal(new Random(85), 40, 33, Layout.DENSE, 1f);
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 33; j++) {
                ones.set(i, j, 1f);
            }
        }
        Matrix mask = blank(40, 33, Layout.OFFSET);
        Matrix back = blank(40, 33, Layout.OFFSET);
        kernels().dropout().apply(ones, 0.5f, 11, 12, 0, mask);
        kernels().dropout().apply(gradients, 0.5f, 11, 12, 0, back);
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 33; j++) {
                float expected = mask.get(i, j) == 0f ? 0f : gradients.get(i, j) * 2f;
                assertSameBits(expected, back.get(i, j), "gradient at (" + i + ", " + j + ")");
            }
        }
    }

    @Test
    default void noProbabilityCopiesAndADroppedElementIsPlusZero() {
        Matrix x = Samples.special(new Random(87), 20, 101, Layout.STRIDED);
        Matrix y = blank(20, 101, Layout.DENSE);
        kernels().dropout().apply(x, 0f, 13, 14, 15, y);
        assertSameBits(x, y, "dropout with probability 0");
        Matrix infinite = blank(1, 1000, Layout.OFFSET);
        for (int j = 0; j < 1000; j++) {
            infinite.set(0, j, j % 2 == 0 ? Float.NEGATIVE_INFINITY : Float.NaN);
        }
        Matrix dropped = blank(1, 1000, Layout.OFFSET);
        kernels().dropout().apply(infinite, 0.75f, 13, 14, 15, dropped);
        int zeros = 0;
        for (int j = 0; j < 1000; j++) {
            float value = dropped.get(0, j);
            boolean zero = Float.floatToIntBits(value) == 0;
            zeros += zero ? 1 : 0;
            if (!zero) {
                assertSameBits(infinite.get(0, j), value, "kept element " + j);
            }
        }
        assertEquals(750, zeros, 60, "elements dropped of 1000 with probability 0.75");
    }

    @Test
    default void dropoutOfNothingIsNoWork() {
        Matrix x = blank(0, 5, Layout.STRIDED);
        Matrix y = blank(0, 5, Layout.STRIDED);
        kernels().dropout().apply(x, 0.5f, 1, 2, 3, y);
        assertBlank(y, "dropout of no rows");
        Matrix narrow = blank(4, 0, Layout.STRIDED);
        kernels().dropout().apply(blank(4, 0, Layout.DENSE), 0.5f, 1, 2, 3, narrow);
        assertBlank(narrow, "dropout of no columns");
    }

    @Test
    default void badArgumentsOfDropoutAreRefused() {
        Matrix x = Samples.normal(new Random(88), 3, 4, Layout.OFFSET, 1f);
        Matrix y = blank(3, 4, Layout.STRIDED);
        Class<IllegalArgumentException> illegal = IllegalArgumentException.class;
        refused(NullPointerException.class, "dropout: x is null", null, 0.5f, 0, y);
        refused(NullPointerException.class, "dropout: y is null", x, 0.5f, 0, null);
        for (float p : new float[] {-0.1f, 1f, 2f, Float.NaN, Float.POSITIVE_INFINITY}) {
            refused(illegal, "dropout: probability is " + p + "; it must be in [0, 1)", x, p, 0, y);
        }
        String range = "; it must be in [0, " + (Long.MAX_VALUE - 12) + "], so that every element has an index";
        refused(illegal, "dropout: first index is -1" + range, x, 0.5f, -1, y);
        refused(illegal, "dropout: first index is " + Long.MAX_VALUE + range, x, 0.5f, Long.MAX_VALUE, y);
        refused(illegal, "dropout: y is 2×4; it must be 3×4", x, 0.5f, 0, y.rows(0, 2));
        refused(illegal, "dropout: x is a transposed view of 4×3; only products take transposed views",
                x.transposed(), 0.5f, 0, y);
        refused(illegal, "dropout: y is a transposed view of 3×4; only products take transposed views", x, 0.5f, 0,
                blank(4, 3, Layout.DENSE).transposed());
        Matrix parent = Samples.normal(new Random(89), 5, 4, Layout.DENSE, 1f);
        Matrix before = Samples.copy(parent);
        refused(illegal, "dropout: y (" + parent.rows(1, 3) + ") overlaps x (" + parent.rows(0, 3)
                + "); they must not share elements", parent.rows(0, 3), 0.5f, 0, parent.rows(1, 3));
        assertSameBits(before, parent, "refused dropout");
        assertBlank(y, "refused dropout");
    }

    private void refused(Class<? extends RuntimeException> type, String message, Matrix x, float probability,
            long firstIndex, Matrix y) {
        assertRefused(this, type, message, () -> kernels().dropout().apply(x, probability, 1, 2, firstIndex, y));
    }
}
