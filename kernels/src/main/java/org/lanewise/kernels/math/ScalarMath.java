// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.math;

import org.lanewise.kernels.math.Coefficients.Erf;
import org.lanewise.kernels.math.Coefficients.Exp;
import org.lanewise.kernels.math.Coefficients.Expm1;
import org.lanewise.kernels.math.Coefficients.Log;
import org.lanewise.kernels.math.Coefficients.Sigmoid;
import org.lanewise.kernels.math.Coefficients.Softplus;
import org.lanewise.kernels.math.Coefficients.Tanh;

/// Elementary functions of one float, each the specification of its twin in `VectorMath`: same steps, same bits.
///
/// NaN gives NaN. Functions with f(−0) = −0 keep the sign of zero. The largest errors stated are over all 2³² floats,
/// in units in the last place of the exact result. Those of expm1, log1p and erf were found with a port of the same
/// steps to C, which was compared with these methods on 44 million floats each.
public final class ScalarMath {

    private ScalarMath() {
    }

    /// e^x, for every x; overflows to infinity and underflows gradually.
    ///
    /// At most 0.8962 ULP, at 0x1.ab8dfp4. x = n·ln 2 + r with |r| ≤ ln(2)/2, as Cody and Waite reduce it (Software
    /// Manual for the Elementary Functions, 1980); a polynomial of degree 6 for e^r, times 2^n.
    public static float exp(float x) {
        float a = x < Exp.LOWEST ? Exp.LOWEST : x;
        int i = Math.min(Float.floatToRawIntBits(Math.fma(a, Exp.LOG2_E, Exp.SHIFT)), Exp.HIGHEST);
        float n = Float.intBitsToFloat(i) - Exp.SHIFT;
        float r = Math.fma(n, -Exp.LN2_LO, Math.fma(n, -Exp.LN2_HI, a));
        float square = r * r;
        float p = Math.fma(square, Math.fma(r, Exp.C6, Exp.C5), Math.fma(r, Exp.C4, Exp.C3));
        p = Math.fma(Math.fma(Math.fma(p, r, Exp.C2), r, 1), r, 1);
        int half = i >>> 1;
        float power1 = Float.intBitsToFloat(half << 23);
        float power2 = Float.intBitsToFloat((i - half) << 23);
        return p * power1 * power2;
    }

    /// e^x − 1, for every x; x itself where it is tiny.
    ///
    /// At most 1.5910 ULP, at 0x1.8fce5ep-2. Reduced as [#exp(float)]; with z = e^r − 1 it is z·2^n + (2^n − 1).
    public static float expm1(float x) {
        float a = x < Expm1.LOWEST ? Expm1.LOWEST : x;
        int i = Math.min(Float.floatToRawIntBits(Math.fma(a, Exp.LOG2_E, Expm1.SHIFT)), Expm1.HIGHEST);
        float n = Float.intBitsToFloat(i) - Expm1.SHIFT;
        float r = Math.fma(n, -Exp.LN2_LO, Math.fma(n, -Exp.LN2_HI, a));
        float square = r * r;
        float high = Math.fma(square, Expm1.C6, Math.fma(r, Expm1.C5, Expm1.C4));
        float z = Math.fma(square, Math.fma(square, high, Math.fma(r, Expm1.C3, Expm1.C2)), r);
        float halfPower = Float.intBitsToFloat(i << 23);
        float half = Math.fma(z, halfPower, halfPower - 0.5f);
        // Where n = 0 the result is z: a denormal one must not be halved, nor 0 be added to −0.
        return z == x ? x : half + half;
    }

    /// ln x: −∞ for ±0, NaN below; denormal x are as exact as others.
    ///
    /// At most 0.9368 ULP, at 0x1.466624p-1. x = 2^n·(1 + f) with 1 + f in \[2/3, 4/3); a polynomial of degree 10 for
    /// ln(1 + f).
    public static float log(float x) {
        boolean denormal = x < Float.MIN_NORMAL;
        int bits = Float.floatToRawIntBits(denormal ? x * Log.DENORMAL_SCALE : x);
        int exponent = (bits - Log.LOWEST) >> 23;
        float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1;
        float n = denormal ? exponent - Log.DENORMAL_EXPONENT : exponent;
        float square = f * f;
        float fourth = square * square;
        float low = Math.fma(square, Math.fma(f, Log.C6, Log.C5), Math.fma(f, Log.C4, Log.C3));
        float high = Math.fma(square, Log.C10, Math.fma(f, Log.C9, Log.C8));
        high = Math.fma(f, high, Log.C7);
        float p = Math.fma(Math.fma(fourth, high, low), f, Log.C2);
        float y = Math.fma(n, Exp.LN2_HI, Math.fma(square, p, Math.fma(n, Exp.LN2_LO, f)));
        y = x == 0 ? Float.NEGATIVE_INFINITY : y;
        y = x < 0 ? Float.NaN : y;
        return x < Float.POSITIVE_INFINITY ? y : x;
    }

    /// ln(1 + x): −∞ for −1, NaN below; x itself where it is tiny.
    ///
    /// At most 1.5423 ULP, at 0x1.569876p-2. As [#log(float)], but with f = x·2^−n + (2^−n − 1), so that no digit of x
    /// is lost.
    public static float log1p(float x) {
        // 2^k is applied in two steps, for it may be denormal.
        int k = -((Float.floatToRawIntBits(x + 1) - Log.LOWEST) >> 23);
        int half = k >> 1;
        float power1 = Float.intBitsToFloat((half << 23) + Log.ONE);
        float power2 = Float.intBitsToFloat(((k - half) << 23) + Log.ONE);
        float f = Math.fma(x * power1, power2, Math.fma(power1, power2, -1));
        float n = k;
        float square = f * f;
        float fourth = square * square;
        float low = Math.fma(square, Math.fma(f, Log.C6, Log.C5), Math.fma(f, Log.C4, Log.C3));
        float high = Math.fma(square, Log.C10, Math.fma(f, Log.C9, Log.C8));
        high = Math.fma(f, high, Log.C7);
        float p = Math.fma(Math.fma(fourth, high, low), f, Log.C2);
        float y = Math.fma(n, -Exp.LN2_HI, Math.fma(square, p, Math.fma(n, -Exp.LN2_LO, f)));
        y = x == 0 ? x : y;
        y = x == -1 ? Float.NEGATIVE_INFINITY : y;
        y = x < -1 ? Float.NaN : y;
        return x < Float.POSITIVE_INFINITY ? y : x;
    }

    /// 1 / (1 + e^−x), for every x; underflows gradually.
    ///
    /// At most 1.9992 ULP, at −0x1.69c008p-12. e^−x = 2^n·(1 + z), reduced as in [#exp(float)], enters the denominator
    /// without having been rounded by itself.
    public static float sigmoid(float x) {
        float a = x > Sigmoid.HIGHEST ? Sigmoid.HIGHEST : x;
        int i = Math.min(Float.floatToRawIntBits(Math.fma(a, -Exp.LOG2_E, Sigmoid.SHIFT)), Sigmoid.LARGEST);
        float n = Float.intBitsToFloat(i) - Sigmoid.SHIFT;
        // The negative of the remainder, of e^r − 1 and of the power: x need not be negated.
        float r = Math.fma(n, Exp.LN2_LO, Math.fma(n, Exp.LN2_HI, a));
        float square = r * r;
        float high = Math.fma(square, -Expm1.C6, Math.fma(r, Expm1.C5, -Expm1.C4));
        float z = Math.fma(square, Math.fma(square, high, Math.fma(r, Expm1.C3, -Expm1.C2)), r);
        float power = Float.intBitsToFloat(i << 23);
        return Sigmoid.SCALE / (Math.fma(z, power, Sigmoid.SCALE) - power);
    }

    /// The hyperbolic tangent, for every x; x itself where it is tiny.
    ///
    /// At most 1.9079 ULP, at ±0x1.09131cp-1. (1 − e) / (1 + e) with e = e^−2|x|, numerator and denominator each from
    /// the parts of e, which is reduced as in [#exp(float)].
    public static float tanh(float x) {
        float a = -Math.abs(x);
        a = a < Tanh.LOWEST ? Tanh.LOWEST : a;
        float t = Math.fma(a, 2 * Exp.LOG2_E, Expm1.UNIT_SHIFT);
        float n = t - Expm1.UNIT_SHIFT;
        // Half of 2a − n·ln 2; the coefficients allow for the other factor of 2.
        float r = Math.fma(n, -Exp.LN2_LO / 2, Math.fma(n, -Exp.LN2_HI / 2, a));
        float square = r * r;
        float high = Math.fma(square, Tanh.C6, Math.fma(r, Tanh.C5, Tanh.C4));
        float z = Math.fma(square, Math.fma(square, high, Math.fma(r, Tanh.C3, Tanh.C2)), r);
        float power = Float.intBitsToFloat(Float.floatToRawIntBits(t) << 23);
        // Not q / (q + 2): errors of q would count in the denominator, too.
        float y = Math.fma(z, power, Math.fma(power, 0.5f, -0.5f)) / Math.fma(z, power, Math.fma(power, 0.5f, 0.5f));
        return Math.copySign(y, x);
    }

    /// ln(1 + e^x), for every x; underflows gradually.
    ///
    /// At most 1.7771 ULP, at 0x1.c8dac8p-4. max(x, 0) + ln(1 + e) with e = e^−|x|, reduced as in [#exp(float)]; a
    /// polynomial of degree 11 for ln(1 + e).
    public static float softplus(float x) {
        float a = -Math.abs(x);
        a = a < Exp.LOWEST ? Exp.LOWEST : a;
        float t = Math.fma(a, Exp.LOG2_E, Softplus.SHIFT);
        float n = t - Softplus.SHIFT;
        float r = Math.fma(n, -Exp.LN2_LO, Math.fma(n, -Exp.LN2_HI, a));
        float square = r * r;
        float high = Math.fma(square, Expm1.C6, Math.fma(r, Expm1.C5, Expm1.C4));
        float z = Math.fma(square, Math.fma(square, high, Math.fma(r, Expm1.C3, Expm1.C2)), r);
        float power = Float.intBitsToFloat(Float.floatToRawIntBits(t) << 23);
        float e = Math.fma(z, power, power) * Softplus.SCALE;
        square = e * e;
        float fourth = square * square;
        float low = Math.fma(square, Math.fma(e, Softplus.C6, Softplus.C5), Math.fma(e, Softplus.C4, Softplus.C3));
        high = Math.fma(square, Math.fma(e, Softplus.C10, Softplus.C9), Math.fma(e, Softplus.C8, Softplus.C7));
        high = Math.fma(fourth, Softplus.C11, high);
        float y = Math.fma(square, Math.fma(Math.fma(fourth, high, low), e, Softplus.C2), e);
        return x > 0 ? y + x : y;
    }

    /// The error function, for every x.
    ///
    /// At most 1.8208 ULP, at ±0x1.c1cae8p-3. 1 − e^−w with w = −ln(1 − erf |x|), a polynomial of degree 10, and the
    /// exponential as in [#expm1(float)].
    public static float erf(float x) {
        float a = Math.abs(x);
        a = a > Erf.HIGHEST ? Erf.HIGHEST : a;
        float square = a * a;
        float fourth = square * square;
        float low = Math.fma(square, Math.fma(a, Erf.C6, Erf.C5), Math.fma(a, Erf.C4, Erf.C3));
        float high = Math.fma(square, Erf.C9, Math.fma(a, Erf.C8, Erf.C7));
        float p = Math.fma(Math.fma(Math.fma(fourth, high, low), a, Erf.C2), a, Erf.C1);
        float w = Math.fma(p, a, a);
        float t = Math.fma(w, -Exp.LOG2_E, Expm1.UNIT_SHIFT);
        float n = t - Expm1.UNIT_SHIFT;
        // The negative of the remainder and of e^r − 1, as in sigmoid.
        float r = Math.fma(n, Exp.LN2_LO, Math.fma(n, Exp.LN2_HI, w));
        square = r * r;
        high = Math.fma(square, -Expm1.C6, Math.fma(r, Expm1.C5, -Expm1.C4));
        float z = Math.fma(square, Math.fma(square, high, Math.fma(r, Expm1.C3, -Expm1.C2)), r);
        float power = Float.intBitsToFloat(Float.floatToRawIntBits(t) << 23);
        float y = Math.fma(z, power, 1 - power);
        return Math.copySign(y, x);
    }
}
