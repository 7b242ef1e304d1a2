// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.lanewise.kernels.Matrix;

/// Matrices for tests, in many layouts and with awkward values, and their comparison bit for bit.
///
/// Every matrix lies in an array of its own that is larger than the view; the elements outside the view hold
/// [#GAP], and [#assertSameBits] checks that a kernel has not touched them.
public final class Samples {

    /// The value of the elements outside a view: a NaN with a payload that no computation produces.
    public static final float GAP = Float.intBitsToFloat(0x7fedcba9);

    /// Special values of float arithmetic.
    private static final float[] SPECIAL = {
        0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, 1e-40f, -1e-40f, Float.MIN_NORMAL, -Float.MIN_NORMAL,
        Float.MAX_VALUE, -Float.MAX_VALUE, 1e30f, -1e30f, 1e-30f, -1e-30f, Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY, Float.NaN, 1f, -1f, 88.7f, -87.3f, -103.9f, 104f, 3f, -3f, 0.5f, 16777216f,
    };

    private static final int GAP_BITS = Float.floatToRawIntBits(GAP);

    private Samples() {
    }

    /// Where a matrix lies in its array.
    public enum Layout {
        /// From the first element, rows without gaps.
        DENSE,
        /// At an odd offset, rows without gaps.
        OFFSET,
        /// At an odd offset, with a gap after each row.
        STRIDED
    }

    /// Sizes that leave every remainder of a 16-lane vector: 1 … 70 and the neighbours of some multiples of 64.
    public static int[] sizes() {
        return IntStream.concat(IntStream.rangeClosed(1, 70), IntStream.of(127, 128, 129, 191, 192, 193, 255, 256, 257,
                1023, 1024, 1025)).toArray();
    }

    /// Few sizes, for tests that combine several: each side of lanes and unrolled bodies.
    public static int[] fewSizes() {
        return new int[] {1, 2, 3, 5, 8, 15, 16, 17, 31, 33, 48, 63, 64, 65, 100, 129};
    }

    /// A matrix of [#GAP]s in the given layout: for outputs.
    public static Matrix blank(int rows, int columns, Layout layout) {
        int offset = layout == Layout.DENSE ? 0 : 7;
        int stride = layout == Layout.STRIDED ? columns + 5 : columns;
        float[] data = new float[offset + rows * stride + (layout == Layout.DENSE ? 0 : 9)];
        Arrays.fill(data, GAP);
        return Matrix.of(data, offset, rows, columns, stride);
    }

    /// A matrix of normally distributed values times `scale`.
    public static Matrix normal(Random random, int rows, int columns, Layout layout, float scale) {
        Matrix matrix = blank(rows, columns, layout);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                matrix.set(i, j, (float) random.nextGaussian() * scale);
            }
        }
        return matrix;
    }

    /// A matrix of normally distributed values in which about one in four is a special value: ±0, denormals, ±∞, NaN,
    /// huge and tiny ones.
    public static Matrix special(Random random, int rows, int columns, Layout layout) {
        Matrix matrix = normal(random, rows, columns, layout, 4f);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                if (random.nextInt(4) == 0) {
                    matrix.set(i, j, SPECIAL[random.nextInt(SPECIAL.length)]);
                }
            }
        }
        return matrix;
    }

    /// The special values themselves, as a fresh array.
    public static float[] specialValues() {
        return SPECIAL.clone();
    }

    /// A copy of a view with its whole array, gaps and layout included.
    public static Matrix copy(Matrix matrix) {
        Matrix plain = matrix.isTransposed() ? matrix.transposed() : matrix;
        Matrix copy = Matrix.of(plain.data().clone(), plain.offset(), plain.rows(), plain.columns(), plain.stride());
        return matrix.isTransposed() ? copy.transposed() : copy;
    }

    /// Asserts that two views of one shape hold the same bits (any NaN equals any NaN) and, where `actual` lies in an
    /// array made by this class, that the array's other elements are untouched.
    public static void assertSameBits(Matrix expected, Matrix actual, String what) {
        if (expected.rows() != actual.rows() || expected.columns() != actual.columns()) {
            fail(what + ": shape " + actual.shape() + " instead of " + expected.shape());
        }
        for (int i = 0; i < expected.rows(); i++) {
            for (int j = 0; j < expected.columns(); j++) {
                float e = expected.get(i, j);
                float a = actual.get(i, j);
                if (Float.floatToIntBits(e) != Float.floatToIntBits(a)) {
                    fail(what + ": element (" + i + ", " + j + ") of " + actual + " is " + describe(a) + " instead of "
                            + describe(e));
                }
            }
        }
        assertGapsUntouched(actual, what);
    }

    /// Asserts that two floats have the same bits, any NaN equal to any NaN.
    public static void assertSameBits(float expected, float actual, String what) {
        if (Float.floatToIntBits(expected) != Float.floatToIntBits(actual)) {
            fail(what + ": " + describe(actual) + " instead of " + describe(expected));
        }
    }

    /// Asserts that the elements of the array outside a plain view, if there are any, still hold [#GAP].
    public static void assertGapsUntouched(Matrix matrix, String what) {
        Matrix plain = matrix.isTransposed() ? matrix.transposed() : matrix;
        float[] data = plain.data();
        for (int at = 0; at < data.length; at++) {
            int shift = at - plain.offset();
            boolean inside = shift >= 0 && plain.stride() > 0 && shift / plain.stride() < plain.rows()
                    && shift % plain.stride() < plain.columns();
            if (!inside && Float.floatToRawIntBits(data[at]) != GAP_BITS) {
                fail(what + ": wrote outside of " + matrix + ", at index " + at);
            }
        }
    }

    /// Asserts that a view still holds nothing but [#GAP]s: that a refused call has written nothing.
    public static void assertBlank(Matrix matrix, String what) {
        for (float value : matrix.data()) {
            if (Float.floatToRawIntBits(value) != GAP_BITS) {
                fail(what + ": wrote " + describe(value) + " though the call was refused");
            }
        }
    }

    /// Asserts that values agree with expected ones within a tolerance relative to the expected array's largest
    /// magnitude.
    public static void assertClose(double[] expected, Matrix actual, double tolerance, String what) {
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int at = 0; at < expected.length; at++) {
            double a = actual.get(at / actual.columns(), at % actual.columns());
            if (!(Math.abs(a - expected[at]) <= tolerance * largest)) {
                fail(what + ": element " + at + " is " + a + " instead of " + expected[at] + "; tolerance " + tolerance
                        + " of the largest, " + largest);
            }
        }
    }

    private static String describe(float value) {
        return value + " (0x" + Integer.toHexString(Float.floatToRawIntBits(value)) + ")";
    }
}
