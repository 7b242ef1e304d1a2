// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.formula;

/// Elementary functions of one float and the steps that they are made of: each function exists here and nowhere else.
///
/// `GenerateElementwisePasses` translates these formulas step by step to vector code: to `VectorMath` beside this
/// class, which has the same bits, to the loops of the elementary functions, and, with the steps that the formulas of
/// the activations call, to the loops of the activations. [org.lanewise.kernels.math.Function] states each function's
/// range and largest error.
///
/// Exponentials are reduced as Cody and Waite do it (Software Manual for the Elementary Functions, 1980): x = n·ln 2 +
/// r with |r| ≤ ln(2)/2, then e^x = 2ⁿ + 2ⁿ·(e^r − 1) with a polynomial for e^r − 1.
///
/// Polynomials are minimax fits by the Remez exchange algorithm, computed in extended precision for the error and the
/// interval given with each. Coefficients were rounded to float one after the other, the lowest first; after each, the
/// rest was fitted again. The error given is that with the rounded coefficients in exact arithmetic. The number in a
/// coefficient's name is its power. Polynomials are split for short chains of dependent operations rather than for few
/// operations; a processor has too few waiting ones in view to overlap the chains of Horner's scheme across iterations.
/// `src/test/coefficients/fit_coefficients.py` fits them anew and checks the errors given.
public final class ScalarMath {

    /// log₂ e.
    public static final float LOG2_E = 0x1.715476p0f;

    /// ln 2 in two parts; the first has 16 bits, so that its product with any exponent is exact.
    public static final float LN2_HIGH = 0x1.62e4p-1f;
    public static final float LN2_LOW = 0x1.7f7d1cp-20f;

    /// Adding 1.5·2²³ rounds a small float to the integer n, which then stands in the low bits of the sum. Adding 127
    /// with it makes these bits the exponent field of 2ⁿ; adding 127 + m, that of 2ⁿ⁺ᵐ.
    public static final float SHIFT = 0x1.8p23f + 127f;

    /// e^r − 1 = r + EXPM1_2·r² + … for |r| ≤ 1.0005·ln(2)/2, error relative to e^r − 1 2^-26.0, to e^r 2^-27.3.
    public static final float EXPM1_2 = 0x1.fffffep-2f;
    public static final float EXPM1_3 = 0x1.5554aap-3f;
    public static final float EXPM1_4 = 0x1.55579ap-5f;
    public static final float EXPM1_5 = 0x1.122c38p-7f;
    public static final float EXPM1_6 = 0x1.6ac050p-10f;

    /// Below, e^x rounds to zero.
    public static final float EXP_LOWEST = -104.5f;
    /// 2ⁿ is applied as the product of two powers, so that it reaches from the least denormal to infinity.
    public static final float EXP_SHIFT = SHIFT + 127f;
    public static final int EXP_LARGEST = Float.floatToRawIntBits(EXP_SHIFT + 129f);

    /// Below, e^x − 1 rounds to −1; 2ⁿ⁻¹ is applied and the result doubled, for 2ⁿ may overflow.
    public static final float EXPM1_LOWEST = -30f;
    public static final float EXPM1_SHIFT = SHIFT - 1f;
    public static final int EXPM1_LARGEST = Float.floatToRawIntBits(EXPM1_SHIFT + 128f);

    /// The factor of [#scaledExp], which keeps it out of the denormals.
    public static final float SOFTMAX_SHIFT = SHIFT + 24f;
    public static final float SOFTMAX_LOWEST = -104f;

    /// The factor of [#decay], which keeps its products out of the denormals until the last step; the factor that
    /// undoes it; and the least exponent, at which u·e^u rounds to −0 and the exponent field is still one.
    public static final float DECAY_SHIFT = SHIFT + 64f;
    public static final float DECAY_SCALE = 0x1p64f;
    public static final float DECAY_UNSCALE = 0x1p-64f;
    public static final float DECAY_LOWEST = -110f;

    /// The factor of [#onePlusExp], so that it does not overflow where its inverse is denormal; and the bits of the
    /// greatest exponent, where that inverse has long rounded to zero.
    public static final float GROWTH_SHIFT = SHIFT - 40f;
    public static final float GROWTH_SCALE = 0x1p-40f;
    public static final int GROWTH_LARGEST = Float.floatToRawIntBits(GROWTH_SHIFT + 163f);

    /// Two thirds: the polynomial for the logarithm covers mantissas in [2/3, 4/3).
    public static final int LOG_LOWEST = 0x3f2aaaab;
    public static final int LOG_ONE = 0x3f800000;
    public static final float LOG_DENORMAL_SCALE = 0x1p23f;
    public static final float LOG_DENORMAL_EXPONENT = 23f;

    /// ln(1 + f) = f + LOG_2·f² + … for |f| ≤ 1/3, relative error 2^-27.5.
    public static final float LOG_2 = -0.5f;
    public static final float LOG_3 = 0x1.5554fap-2f;
    public static final float LOG_4 = -0x1.ffff94p-3f;
    public static final float LOG_5 = 0x1.99d58cp-3f;
    public static final float LOG_6 = -0x1.557e26p-3f;
    public static final float LOG_7 = 0x1.1e8254p-3f;
    public static final float LOG_8 = -0x1.f6b64cp-4f;
    public static final float LOG_9 = 0x1.1ff512p-3f;
    public static final float LOG_10 = -0x1.ff973ap-4f;

    /// ln(1 + e) = e + LOG1P_2·e² + … for e in \[0, 1], relative error 2^-27.5.
    public static final float LOG1P_2 = -0x1.ffffd2p-2f;
    public static final float LOG1P_3 = 0x1.554ddp-2f;
    public static final float LOG1P_4 = -0x1.ff23e8p-3f;
    public static final float LOG1P_5 = 0x1.934b6ep-3f;
    public static final float LOG1P_6 = -0x1.3a43ep-3f;
    public static final float LOG1P_7 = 0x1.b4b094p-4f;
    public static final float LOG1P_8 = -0x1.d6b75ep-5f;
    public static final float LOG1P_9 = 0x1.49211cp-6f;
    public static final float LOG1P_10 = -0x1.af5e2p-9f;

    /// Below, erf x rounds to −1.
    public static final float ERF_LOWEST = -4f;

    /// ln(1 + erf u) = u·(1 + ERF_1 + ERF_2·u + …) for u in \[−4, 0], so that the relative error of erf is 2^-27.8.
    public static final float ERF_1 = 0x1.06eba8p-3f;
    public static final float ERF_2 = -0x1.45f300p-1f;
    public static final float ERF_3 = 0x1.a4f8c4p-4f;
    public static final float ERF_4 = 0x1.39b7ccp-6f;
    public static final float ERF_5 = -0x1.6374bcp-13f;
    public static final float ERF_6 = -0x1.b743960p-10f;
    public static final float ERF_7 = -0x1.4e27aap-11f;
    public static final float ERF_8 = -0x1.f28568p-14f;
    public static final float ERF_9 = -0x1.3afd46p-17f;

    private ScalarMath() {
    }

    // ---- steps

    /// −|x|, but not below `lowest`; NaN stays. The sign by an `or`: negating Math.abs(x) would be two operations.
    public static float bounded(float x, float lowest) {
        float u = Float.intBitsToFloat(Float.floatToRawIntBits(x) | Integer.MIN_VALUE);
        return u < lowest ? lowest : u;
    }

    /// The power of two whose exponent field stands in the low bits.
    public static float power(int shifted) {
        return Float.intBitsToFloat(shifted << 23);
    }

    /// x − n·ln 2.
    public static float remainder(float x, float n) {
        return Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    }

    /// p·q − n·ln 2, the product not rounded before most of it has cancelled: the bits of [#remainder] for p = 1.
    public static float productRemainder(float p, float q, float n) {
        return Math.fma(n, -LN2_LOW, Math.fma(p, q, n * -LN2_HIGH));
    }

    /// e^r − 1 for |r| ≤ ln(2)/2.
    public static float expm1OfRemainder(float r) {
        float square = r * r;
        float high = Math.fma(square, EXPM1_6, Math.fma(r, EXPM1_5, EXPM1_4));
        return Math.fma(square, Math.fma(square, high, Math.fma(r, EXPM1_3, EXPM1_2)), r);
    }

    /// e^r for |r| ≤ ln(2)/2: closer than 1 + [#expm1OfRemainder], which rounds once more.
    public static float expOfRemainder(float r) {
        float square = r * r;
        float high = Math.fma(square, Math.fma(r, EXPM1_6, EXPM1_5), Math.fma(r, EXPM1_4, EXPM1_3));
        return Math.fma(Math.fma(Math.fma(high, r, EXPM1_2), r, 1f), r, 1f);
    }

    /// 2⁶⁴·e^u for u in \[−110, 0].
    public static float decay(float u) {
        float shifted = Math.fma(u, LOG2_E, DECAY_SHIFT);
        float power = power(Float.floatToRawIntBits(shifted));
        return Math.fma(expm1OfRemainder(remainder(u, shifted - DECAY_SHIFT)), power, power);
    }

    /// 2⁶⁴·e^(pq) for pq in \[−110, 0]: the bits of [#decay] for p = 1.
    public static float productDecay(float p, float q) {
        float shifted = Math.fma(p * LOG2_E, q, DECAY_SHIFT);
        float power = power(Float.floatToRawIntBits(shifted));
        return Math.fma(expm1OfRemainder(productRemainder(p, q, shifted - DECAY_SHIFT)), power, power);
    }

    /// The exponent field of 2ⁿ⁻⁴⁰ for n = t·log₂ e, in the low bits, where `shifted` is that with [#GROWTH_SHIFT]. It
    /// grows no further than the field reaches; beyond, the remainder and all that follows from it are infinite.
    public static int growth(float shifted) {
        return Math.min(Float.floatToRawIntBits(shifted), GROWTH_LARGEST);
    }

    /// 2⁻⁴⁰·(1 + e^t) for t ≥ 0 by its remainder and [#growth]. e^t enters without having been rounded by itself.
    public static float onePlusExp(float remainder, int growth) {
        float power = power(growth);
        return Math.fma(expm1OfRemainder(remainder), power, GROWTH_SCALE) + power;
    }

    /// σ(−a) = 1 / (1 + e^a) for a ≥ 0.
    public static float logisticTail(float a) {
        int growth = growth(Math.fma(a, LOG2_E, GROWTH_SHIFT));
        return GROWTH_SCALE / onePlusExp(remainder(a, Float.intBitsToFloat(growth) - GROWTH_SHIFT), growth);
    }

    /// σ(−pq) for pq ≥ 0: the bits of [#logisticTail] for p = 1.
    public static float logisticTailOfProduct(float p, float q) {
        int growth = growth(Math.fma(p * LOG2_E, q, GROWTH_SHIFT));
        float remainder = productRemainder(p, q, Float.intBitsToFloat(growth) - GROWTH_SHIFT);
        return GROWTH_SCALE / onePlusExp(remainder, growth);
    }

    /// ln(1 + e) for e in \[0, 1].
    public static float log1pOfUnit(float e) {
        float square = e * e;
        float fourth = square * square;
        float low = Math.fma(square, Math.fma(e, LOG1P_5, LOG1P_4), Math.fma(e, LOG1P_3, LOG1P_2));
        float high = Math.fma(square, Math.fma(e, LOG1P_9, LOG1P_8), Math.fma(e, LOG1P_7, LOG1P_6));
        high = Math.fma(fourth, LOG1P_10, high);
        return Math.fma(square, Math.fma(fourth, high, low), e);
    }

    /// ln(1 + f) = f + f²·p for |f| ≤ 1/3: this is p.
    public static float logTail(float f, float square) {
        float fourth = square * square;
        float low = Math.fma(square, Math.fma(f, LOG_6, LOG_5), Math.fma(f, LOG_4, LOG_3));
        float high = Math.fma(square, LOG_10, Math.fma(f, LOG_9, LOG_8));
        high = Math.fma(f, high, LOG_7);
        return Math.fma(Math.fma(fourth, high, low), f, LOG_2);
    }

    // ---- functions

    /// e^x.
    public static float exp(float x) {
        float a = x < EXP_LOWEST ? EXP_LOWEST : x;
        int i = Math.min(Float.floatToRawIntBits(Math.fma(a, LOG2_E, EXP_SHIFT)), EXP_LARGEST);
        float p = expOfRemainder(remainder(a, Float.intBitsToFloat(i) - EXP_SHIFT));
        int half = i >>> 1;
        return p * power(half) * power(i - half);
    }

    /// 2²⁴·e^x for x ≤ 0 or NaN, to within 1 ULP; 0 where e^x is less than half of the least denormal float.
    public static float scaledExp(float x) {
        float shifted = Math.fma(x, LOG2_E, SOFTMAX_SHIFT);
        float p = expOfRemainder(remainder(x, shifted - SOFTMAX_SHIFT));
        return x < SOFTMAX_LOWEST ? 0f : p * power(Float.floatToRawIntBits(shifted));
    }

    /// e^x − 1: with z = e^r − 1 it is z·2ⁿ + (2ⁿ − 1).
    public static float expm1(float x) {
        float a = x < EXPM1_LOWEST ? EXPM1_LOWEST : x;
        int i = Math.min(Float.floatToRawIntBits(Math.fma(a, LOG2_E, EXPM1_SHIFT)), EXPM1_LARGEST);
        float z = expm1OfRemainder(remainder(a, Float.intBitsToFloat(i) - EXPM1_SHIFT));
        float halfPower = power(i);
        float half = Math.fma(z, halfPower, halfPower - 0.5f);
        // Where n = 0 the result is z: a denormal one must not be halved, nor 0 be added to −0.
        return z == x ? x : half + half;
    }

    /// ln x: x = 2ⁿ·(1 + f) with 1 + f in [2/3, 4/3).
    public static float log(float x) {
        boolean denormal = x < Float.MIN_NORMAL;
        int bits = Float.floatToRawIntBits(denormal ? x * LOG_DENORMAL_SCALE : x);
        int exponent = (bits - LOG_LOWEST) >> 23;
        float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1f;
        float n = exponent;
        n = denormal ? n - LOG_DENORMAL_EXPONENT : n;
        float square = f * f;
        float y = Math.fma(n, LN2_HIGH, Math.fma(square, logTail(f, square), Math.fma(n, LN2_LOW, f)));
        y = x == 0f ? Float.NEGATIVE_INFINITY : y;
        y = x < 0f ? Float.NaN : y;
        return x < Float.POSITIVE_INFINITY ? y : x;
    }

    /// ln(1 + x): as [#log], but with f = x·2⁻ⁿ + (2⁻ⁿ − 1), so that no digit of x is lost.
    public static float log1p(float x) {
        // 2^k is applied in two steps, for it may be denormal.
        int k = -((Float.floatToRawIntBits(x + 1f) - LOG_LOWEST) >> 23);
        int half = k >> 1;
        float power1 = Float.intBitsToFloat((half << 23) + LOG_ONE);
        float power2 = Float.intBitsToFloat(((k - half) << 23) + LOG_ONE);
        float f = Math.fma(x * power1, power2, Math.fma(power1, power2, -1f));
        float n = k;
        float square = f * f;
        float y = Math.fma(n, -LN2_HIGH, Math.fma(square, logTail(f, square), Math.fma(n, -LN2_LOW, f)));
        y = x == 0f ? x : y;
        y = x == -1f ? Float.NEGATIVE_INFINITY : y;
        y = x < -1f ? Float.NaN : y;
        return x < Float.POSITIVE_INFINITY ? y : x;
    }

    /// 1 / (1 + e^−x) from its lower tail 1 / (1 + e^|x|), so that the halves mirror each other.
    public static float sigmoid(float x) {
        float tail = logisticTail(Math.abs(x));
        return x < 0f ? tail : 1f - tail;
    }

    /// The hyperbolic tangent: (e − 1) / (e + 1) with e = e^−2|x|, numerator and denominator each from the parts of e.
    public static float tanh(float x) {
        float u = bounded(x, 0.5f * DECAY_LOWEST);
        float shifted = tanhShifted(u);
        return Math.copySign(tanhQuotient(tanhExpm1(u, shifted), power(Float.floatToRawIntBits(shifted))), x);
    }

    /// 2u·log₂ e, rounded, with [#DECAY_SHIFT].
    public static float tanhShifted(float u) {
        return Math.fma(u, 2f * LOG2_E, DECAY_SHIFT);
    }

    /// (e^2r − 1) / 2 with 2r = 2u − n·ln 2. The halves cost nothing: they are in the coefficients.
    public static float tanhExpm1(float u, float shifted) {
        float n = shifted - DECAY_SHIFT;
        float r = Math.fma(n, -0.5f * LN2_LOW, Math.fma(n, -0.5f * LN2_HIGH, u));
        float square = r * r;
        float high = Math.fma(square, 32f * EXPM1_6, Math.fma(r, 16f * EXPM1_5, 8f * EXPM1_4));
        return Math.fma(square, Math.fma(square, high, Math.fma(r, 4f * EXPM1_3, 2f * EXPM1_2)), r);
    }

    /// (e − 1) / (e + 1). Not q / (q + 2): errors of q would count in the denominator, too.
    public static float tanhQuotient(float z, float power) {
        return Math.fma(z, power, Math.fma(power, 0.5f, -0.5f * DECAY_SCALE))
                / Math.fma(z, power, Math.fma(power, 0.5f, 0.5f * DECAY_SCALE));
    }

    /// ln(1 + e^x) = max(x, 0) + ln(1 + e^−|x|).
    public static float softplus(float x) {
        return log1pOfUnit(decay(bounded(x, DECAY_LOWEST)) * DECAY_UNSCALE) + (x > 0f ? x : 0f);
    }

    /// The error function: e^w − 1 with w = ln(1 + erf(−|x|)), a polynomial of degree 10.
    public static float erf(float x) {
        float u = bounded(x, ERF_LOWEST);
        float square = u * u;
        float fourth = square * square;
        float low = Math.fma(square, Math.fma(u, ERF_6, ERF_5), Math.fma(u, ERF_4, ERF_3));
        float high = Math.fma(square, ERF_9, Math.fma(u, ERF_8, ERF_7));
        float p = Math.fma(Math.fma(Math.fma(fourth, high, low), u, ERF_2), u, ERF_1);
        float w = Math.fma(p, u, u);
        float shifted = Math.fma(w, LOG2_E, SHIFT);
        float power = power(Float.floatToRawIntBits(shifted));
        float z = expm1OfRemainder(remainder(w, shifted - SHIFT));
        return Math.copySign(Math.fma(z, power, power - 1f), x);
    }
}
