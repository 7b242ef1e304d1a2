// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.math;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.ClaimedErrors;
import org.lanewise.kernels.math.Function;

/// Walks the floats, all of them or every so many, through an elementary function.
final class FunctionSweep {

    /// What the Javadoc of [Function] claims: the largest error, in units in the last place of the exact result.
    static final Map<Function, Double> BOUNDS = ClaimedErrors.ofFunctions();

    /// The Javadoc gives four decimals.
    private static final double ROUNDING = 0.00005000001;

    private static final int CHUNK = 1 << 16;

    private FunctionSweep() {
    }

    /// The largest error found, and where.
    record Worst(double ulps, float at) {

        Worst or(Worst other) {
            return other.ulps > ulps ? other : this;
        }
    }

    static void assertSameBits(Function function, int stride) {
        chunks(stride).forEach(chunk -> {
            float[] x = floats(chunk, stride);
            float[] expected = new float[CHUNK];
            float[] actual = new float[CHUNK];
            new ScalarFunctions().apply(function, Matrix.row(x), Matrix.row(expected));
            new VectorFunctions().apply(function, Matrix.row(x), Matrix.row(actual));
            if (!Arrays.equals(expected, actual)) {
                // Arrays.equals compares bits, all NaNs being one.
                int i = Arrays.mismatch(expected, actual);
                fail("%s(%a): scalar %a, SIMD %a".formatted(function, x[i], expected[i], actual[i]));
            }
        });
    }

    static void assertWithinBound(Function function, Worst worst) {
        double bound = BOUNDS.get(function);
        assertTrue(worst.ulps() <= bound + ROUNDING,
                "%s: %.4f ULP at %a, claimed %.4f".formatted(function, worst.ulps(), worst.at(), bound));
    }

    /// Of a walk over all floats: the claim is what was found.
    static void assertIsFound(Function function, Worst worst) {
        assertWithinBound(function, worst);
        double bound = BOUNDS.get(function);
        assertTrue(worst.ulps() >= bound - ROUNDING,
                "%s: %.4f ULP at %a, claimed %.4f".formatted(function, worst.ulps(), worst.at(), bound));
    }

    /// The reference's largest error; infinite if a result is NaN or infinite and should not be, or the reverse.
    static Worst worst(Function function, int stride) {
        return chunks(stride).mapToObj(chunk -> {
            float[] x = floats(chunk, stride);
            float[] y = new float[CHUNK];
            new ScalarFunctions().apply(function, Matrix.row(x), Matrix.row(y));
            Worst worst = new Worst(0, 0);
            for (int i = 0; i < CHUNK; i++) {
                double error = ulps(y[i], FunctionOracle.of(function, x[i]));
                if (error > worst.ulps()) {
                    worst = new Worst(error, x[i]);
                }
            }
            return worst;
        }).reduce(new Worst(0, 0), Worst::or);
    }

    /// On all cores.
    private static IntStream chunks(int stride) {
        return IntStream.range(0, (int) Math.ceilDiv(1L << 32, (long) CHUNK * stride)).parallel();
    }

    private static float[] floats(int chunk, int stride) {
        float[] x = new float[CHUNK];
        for (int i = 0; i < CHUNK; i++) {
            x[i] = Float.intBitsToFloat((int) (((long) chunk * CHUNK + i) * stride));
        }
        return x;
    }

    private static double ulps(float actual, double exact) {
        if (actual == exact) {
            return 0;
        }
        if (Double.isNaN(exact) || Float.isNaN(actual)) {
            return Double.isNaN(exact) && Float.isNaN(actual) ? 0 : Double.POSITIVE_INFINITY;
        }
        double value = Float.isInfinite(actual) ? Math.copySign(0x1p128, actual) : actual;
        if (Math.abs(exact) >= 0x1p128) {
            return value == Math.copySign(0x1p128, exact) ? 0 : Double.POSITIVE_INFINITY;
        }
        int exponent = Math.max(Math.getExponent(exact), Float.MIN_EXPONENT);
        // 2^(23 − exponent); Math.scalb would take most of a walk's time.
        return Math.abs(value - exact) * Double.longBitsToDouble((1023L + Float.PRECISION - 1 - exponent) << 52);
    }
}
