// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lanewise.kernels.contract.Refusals.assertRefused;
import static org.lanewise.kernels.contract.Samples.assertBlank;
import static org.lanewise.kernels.contract.Samples.assertSameBits;
import static org.lanewise.kernels.contract.Samples.blank;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.sums.Sums;

/// The contract of [Sums]: the order of additions that the interface states, for every shape and layout.
public interface SumsContract extends FamilyContract {

    @Test
    default void sumsHaveTheReferencesBits() {
        Random random = new Random(31);
        Sums reference = Kernels.reference().sums();
        Sums actual = kernels().sums();
        int turn = 0;
        for (int columns : Samples.sizes()) {
            for (int rows : new int[] {1, 5, 18}) {
                Layout layout = Layout.values()[turn % 3];
                // Special values are rare among the draws; otherwise every sum would be NaN.
                Matrix x = turn % 4 == 3 ? Samples.special(random, rows, columns, layout)
                        : Samples.normal(random, rows, columns, layout, turn % 4 == 2 ? 1e30f : 1f);
                assertSameBits(reference.sum(x), actual.sum(x), "sum of " + x);
                assertEquals(reference.sumOfSquares(x), actual.sumOfSquares(x), "sum of squares of " + x);
                Layout sumsLayout = Layout.values()[turn / 3 % 3];
                Matrix expectedSums = blank(1, columns, sumsLayout);
                Matrix actualSums = blank(1, columns, sumsLayout);
                reference.columnSums(x, expectedSums);
                actual.columnSums(x, actualSums);
                assertSameBits(expectedSums, actualSums, "column sums of " + x);
                turn++;
            }
        }
    }

    /// Several blocks, ends of blocks within rows, and panels of rows on each side of a power of two.
    @Test
    default void longSumsHaveTheReferencesBits() {
        Random random = new Random(32);
        for (int[] shape : new int[][] {{255, 1}, {256, 1}, {257, 1}, {1, 255}, {1, 256}, {1, 257}, {1, 1300}, {3, 300},
            {91, 11}, {512, 2}, {513, 2}, {47, 40}, {130, 33}, {700, 5}, {16, 3}, {17, 3}, {32, 70}, {33, 70}}) {
            for (Layout layout : Layout.values()) {
                for (float scale : new float[] {1f, 1e18f, 1e38f, 1e-30f}) {
                    Matrix x = Samples.normal(random, shape[0], shape[1], layout, scale);
                    assertSameBits(Kernels.reference().sums().sum(x), kernels().sums().sum(x), "sum of " + x);
                    assertEquals(Kernels.reference().sums().sumOfSquares(x), kernels().sums().sumOfSquares(x),
                            "sum of squares of " + x);
                    Matrix expected = blank(1, shape[1], layout);
                    Matrix actual = blank(1, shape[1], layout);
                    Kernels.reference().sums().columnSums(x, expected);
                    kernels().sums().columnSums(x, actual);
                    assertSameBits(expected, actual, "column sums of " + x);
                }
            }
        }
    }

    @Test
    default void aSumDoesNotDependOnTheShape() {
        Matrix row = Samples.normal(new Random(33), 1, 1320, Layout.DENSE, 1f);
        for (int columns : new int[] {1, 2, 11, 33, 264, 1320}) {
            Matrix strided = blank(1320 / columns, columns, Layout.STRIDED);
            for (int j = 0; j < 1320; j++) {
                strided.set(j / columns, j % columns, row.get(0, j));
            }
            assertSameBits(kernels().sums().sum(row), kernels().sums().sum(strided), "sum of " + strided);
            assertEquals(kernels().sums().sumOfSquares(row), kernels().sums().sumOfSquares(strided),
                    "sum of squares of " + strided);
        }
    }

    @Test
    default void sumsOfTinyAndSignedZeros() {
        float[] values = {-0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, 1e-40f, -0f};
        Matrix x = Matrix.of(values, 2, 3);
        assertSameBits(Kernels.reference().sums().sum(x), kernels().sums().sum(x), "sum of denormals");
        Matrix zeros = Matrix.row(-0f, -0f, -0f);
        assertSameBits(0f, kernels().sums().sum(zeros), "sum of −0, from +0");
        Matrix sums = blank(1, 3, Layout.OFFSET);
        kernels().sums().columnSums(zeros, sums);
        assertSameBits(Matrix.row(0f, 0f, 0f), sums, "column sums of −0, from +0");
    }

    @Test
    default void sumsOfNothing() {
        assertSameBits(0f, kernels().sums().sum(Matrix.zeros(0, 5)), "sum of no row");
        assertEquals(0.0, kernels().sums().sumOfSquares(Matrix.zeros(5, 0)), "sum of squares of no column");
        Matrix sums = blank(1, 5, Layout.OFFSET);
        kernels().sums().columnSums(Matrix.zeros(0, 5), sums);
        assertSameBits(Matrix.zeros(1, 5), sums, "column sums of no row");
    }

    @Test
    default void sumsRefuseBadInput() {
        Sums sums = kernels().sums();
        Matrix x = Matrix.zeros(3, 4);
        Matrix wrong = blank(1, 3, Layout.OFFSET);
        assertRefused(this, NullPointerException.class, "sum: x is null", () -> sums.sum(null));
        assertThrows(IllegalArgumentException.class, () -> sums.sum(x.transposed()));
        assertThrows(IllegalArgumentException.class, () -> sums.sumOfSquares(x.transposed()));
        assertRefused(this, IllegalArgumentException.class, "column sums: sums is 1×3; it must be 1×4",
                () -> sums.columnSums(x, wrong));
        assertThrows(NullPointerException.class, () -> sums.columnSums(null, wrong));
        assertThrows(NullPointerException.class, () -> sums.columnSums(x, null));
        assertThrows(IllegalArgumentException.class, () -> sums.columnSums(x.transposed(), wrong));
        Matrix shared = blank(4, 4, Layout.DENSE);
        assertThrows(IllegalArgumentException.class, () -> sums.columnSums(shared, shared.rows(2, 1)));
        assertBlank(wrong, "column sums");
        assertBlank(shared, "column sums");
    }
}
