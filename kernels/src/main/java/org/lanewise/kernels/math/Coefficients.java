// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.math;

/// The constants that [ScalarMath] and [VectorMath] share.
///
/// Polynomials are minimax fits by the Remez exchange algorithm, computed in extended precision for the error and the
/// interval given with each. Coefficients were rounded to float one after the other, the lowest first; after each, the
/// rest was fitted again. The error given is that with the rounded coefficients in exact arithmetic. `Ck` belongs to
/// the power k.
final class Coefficients {

    // Adding 1.5·2²³ rounds a small float to an integer, which then stands in the low bits of the sum. A bias added
    // with it turns those bits into the exponent field of a power of two.
    private static final float ROUNDING = 0x1.8p23f;
    private static final int BIAS = 127;

    private Coefficients() {
    }

    static final class Exp {
        static final float LOG2_E = 0x1.715476p0f;
        // ln 2 in two parts; the first has 16 bits, so that its product with any exponent is exact.
        static final float LN2_HI = 0x1.62e4p-1f;
        static final float LN2_LO = 0x1.7f7d1cp-20f;

        // Below, e^x rounds to zero.
        static final float LOWEST = -104.5f;
        // 2^n is applied as the product of two powers, so that it reaches from the least denormal to infinity.
        static final float SHIFT = ROUNDING + 2 * BIAS;
        static final int HIGHEST = Float.floatToRawIntBits(SHIFT + 129);

        // e^r = 1 + r + C2·r² + …, |r| ≤ 1.0005·ln(2)/2, error relative to e^r 2^-28.2.
        static final float C2 = 0x1.fffffcp-2f;
        static final float C3 = 0x1.55548cp-3f;
        static final float C4 = 0x1.555858p-5f;
        static final float C5 = 0x1.123df2p-7f;
        static final float C6 = 0x1.6ac862p-10f;

        private Exp() {
        }
    }

    static final class Expm1 {
        // Below, e^x − 1 rounds to -1; 2^(n-1) is applied and the result doubled, for 2^n may overflow.
        static final float LOWEST = -30;
        static final float SHIFT = ROUNDING + BIAS - 1;
        static final int HIGHEST = Float.floatToRawIntBits(SHIFT + 128);
        static final float UNIT_SHIFT = ROUNDING + BIAS;

        // e^r − 1 = r + C2·r² + …, |r| ≤ 1.0005·ln(2)/2, error relative to e^r − 1 2^-26.0.
        static final float C2 = 0x1.fffffep-2f;
        static final float C3 = 0x1.5554aap-3f;
        static final float C4 = 0x1.55579ap-5f;
        static final float C5 = 0x1.122c38p-7f;
        static final float C6 = 0x1.6ac050p-10f;

        private Expm1() {
        }
    }

    static final class Log {
        // Two thirds: the polynomial is for mantissas in [2/3, 4/3).
        static final int LOWEST = 0x3f2aaaab;
        static final int ONE = 0x3f800000;
        static final float DENORMAL_SCALE = 0x1p23f;
        static final float DENORMAL_EXPONENT = 23;

        // ln(1 + f) = f + C2·f² + …, |f| ≤ 1/3, relative error 2^-27.5.
        static final float C2 = -0.5f;
        static final float C3 = 0x1.5554fap-2f;
        static final float C4 = -0x1.ffff94p-3f;
        static final float C5 = 0x1.99d58cp-3f;
        static final float C6 = -0x1.557e26p-3f;
        static final float C7 = 0x1.1e8254p-3f;
        static final float C8 = -0x1.f6b64cp-4f;
        static final float C9 = 0x1.1ff512p-3f;
        static final float C10 = -0x1.ff973ap-4f;

        private Log() {
        }
    }

    static final class Sigmoid {
        // Above, the result rounds to 1.
        static final float HIGHEST = 40;
        // Numerator and denominator are scaled by 2^-32, so that the denominator does not overflow where the quotient
        // is denormal.
        static final float SCALE = 0x1p-32f;
        // 256 sets the bit above the exponent field: the power is negative.
        static final float SHIFT = ROUNDING + BIAS - 32 + 256;
        // A larger n makes the quotient 0 all the same.
        static final int LARGEST = Float.floatToRawIntBits(SHIFT + 155);

        private Sigmoid() {
        }
    }

    static final class Tanh {
        // Below, tanh x rounds to -1.
        static final float LOWEST = -12;

        // Those of e^2h − 1, halved.
        static final float C2 = 2 * Expm1.C2;
        static final float C3 = 4 * Expm1.C3;
        static final float C4 = 8 * Expm1.C4;
        static final float C5 = 16 * Expm1.C5;
        static final float C6 = 32 * Expm1.C6;

        private Tanh() {
        }
    }

    static final class Softplus {
        // e^-|x| is scaled by 2^(n+24) and then by 2^-24, so that it underflows gradually.
        static final float SHIFT = ROUNDING + BIAS + 24;
        static final float SCALE = 0x1p-24f;

        // ln(1 + e) = e + C2·e² + …, 0 ≤ e ≤ 1, relative error 2^-30.0.
        static final float C2 = -0x1.fffff8p-2f;
        static final float C3 = 0x1.5553b6p-2f;
        static final float C4 = -0x1.ffc59ep-3f;
        static final float C5 = 0x1.978b56p-3f;
        static final float C6 = -0x1.4a72c6p-3f;
        static final float C7 = 0x1.ff2976p-4f;
        static final float C8 = -0x1.54f2aap-4f;
        static final float C9 = 0x1.5901fap-5f;
        static final float C10 = -0x1.c0a820p-7f;
        static final float C11 = 0x1.113bd4p-9f;

        private Softplus() {
        }
    }

    static final class Erf {
        // Above, erf x rounds to 1.
        static final float HIGHEST = 4;

        // −ln(1 − erf a) = a·(1 + C1 + C2·a + …), 0 ≤ a ≤ 4, so that the relative error of erf a is 2^-27.8.
        static final float C1 = 0x1.06eba8p-3f;
        static final float C2 = 0x1.45f300p-1f;
        static final float C3 = 0x1.a4f8c4p-4f;
        static final float C4 = -0x1.39b7ccp-6f;
        static final float C5 = -0x1.6374bcp-13f;
        static final float C6 = 0x1.b743960p-10f;
        static final float C7 = -0x1.4e27aap-11f;
        static final float C8 = 0x1.f28568p-14f;
        static final float C9 = -0x1.3afd46p-17f;

        private Erf() {
        }
    }
}
