// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.math;

import org.lanewise.kernels.math.Coefficients.Erf;
import org.lanewise.kernels.math.Coefficients.Exp;
import org.lanewise.kernels.math.Coefficients.Expm1;
import org.lanewise.kernels.math.Coefficients.Log;
import org.lanewise.kernels.math.Coefficients.Mish;
import org.lanewise.kernels.math.Coefficients.Sigmoid;
import org.lanewise.kernels.math.Coefficients.Softplus;
import org.lanewise.kernels.math.Coefficients.Tanh;

/// Elementary functions of one float, each the specification of its twin in `VectorMath`: same steps, same bits.
public final class ScalarMath {

    private ScalarMath() {
    }

    /// e^x.
    public static float exp(float x) {
        float a = x < Exp.LOWEST ? Exp.LOWEST : x;
        int i = Math.min(Float.floatToRawIntBits(Math.fma(a, Exp.LOG2_E, Exp.SHIFT)), Exp.HIGHEST);
        float r = reduced(a, Float.intBitsToFloat(i) - Exp.SHIFT);
        int half = i >>> 1;
        return expPolynomial(r) * Float.intBitsToFloat(half << 23) * Float.intBitsToFloat((i - half) << 23);
    }

    /// e^x − 1.
    public static float expm1(float x) {
        float a = x < Expm1.LOWEST ? Expm1.LOWEST : x;
        int i = Math.min(Float.floatToRawIntBits(Math.fma(a, Exp.LOG2_E, Expm1.SHIFT)), Expm1.HIGHEST);
        float r = reduced(a, Float.intBitsToFloat(i) - Expm1.SHIFT);
        float halfPower = Float.intBitsToFloat(i << 23);
        float half = Math.fma(expm1Polynomial(r), halfPower, halfPower - 0.5f);
        return Math.copySign(half + half, x);
    }

    /// ln x.
    public static float log(float x) {
        boolean denormal = x < Float.MIN_NORMAL;
        int bits = Float.floatToRawIntBits(denormal ? x * 0x1p23f : x);
        int exponent = (bits - Log.LOWEST) >> 23;
        float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1;
        float k = denormal ? exponent - 23f : exponent;
        float y = Math.fma(k, Exp.LN2_HI, Math.fma(f * f, log1pPolynomial(f), Math.fma(k, Exp.LN2_LO, f)));
        y = x == 0 ? Float.NEGATIVE_INFINITY : y;
        y = x < 0 ? Float.NaN : y;
        return x < Float.POSITIVE_INFINITY ? y : x;
    }

    /// ln(1 + x).
    public static float log1p(float x) {
        // k = −(exponent of 1 + x); 2^k is applied in two steps, for it may be denormal.
        int k = -((Float.floatToRawIntBits(1 + x) - Log.LOWEST) >> 23);
        int half = k >> 1;
        float power1 = Float.intBitsToFloat((half << 23) + Exp.ONE);
        float power2 = Float.intBitsToFloat(((k - half) << 23) + Exp.ONE);
        float f = Math.fma(x * power1, power2, Math.fma(power1, power2, -1));
        float y = Math.fma(k, -Exp.LN2_HI, Math.fma(f * f, log1pPolynomial(f), Math.fma(k, -Exp.LN2_LO, f)));
        y = x == -1 ? Float.NEGATIVE_INFINITY : y;
        y = x < -1 ? Float.NaN : y;
        return x < Float.POSITIVE_INFINITY ? y : x;
    }

    /// 1 / (1 + e^−x).
    public static float sigmoid(float x) {
        float a = x > Sigmoid.HIGHEST ? Sigmoid.HIGHEST : x;
        int i = Math.min(Float.floatToRawIntBits(Math.fma(a, -Exp.LOG2_E, Sigmoid.SHIFT)), Sigmoid.LOWEST);
        float r = reduced(-a, Float.intBitsToFloat(i) - Sigmoid.SHIFT);
        float power = Float.intBitsToFloat(i << 23);
        return Sigmoid.SCALE / (Math.fma(expm1Polynomial(r), power, Sigmoid.SCALE) + power);
    }

    /// The hyperbolic tangent.
    public static float tanh(float x) {
        float a = -Math.abs(x);
        a = a < Tanh.LOWEST ? Tanh.LOWEST : a;
        float t = Math.fma(a, 2 * Exp.LOG2_E, Exp.UNIT_SHIFT);
        float n = t - Exp.UNIT_SHIFT;
        float r = Math.fma(n, -Exp.LN2_LO / 2, Math.fma(n, -Exp.LN2_HI / 2, a));
        float p = Math.fma(Math.fma(Math.fma(Math.fma(Tanh.C6, r, Tanh.C5), r, Tanh.C4), r, Tanh.C3), r, Tanh.C2);
        float z = Math.fma(r * r, p, r + r);
        float power = Float.intBitsToFloat(Float.floatToRawIntBits(t) << 23);
        return Math.copySign(Math.fma(z, power, power - 1) / Math.fma(z, power, power + 1), x);
    }

    /// ln(1 + e^x).
    public static float softplus(float x) {
        float e = expOfNegativeMagnitude(x);
        float p = Math.fma(Math.fma(Math.fma(Math.fma(Math.fma(Softplus.C11, e, Softplus.C10), e, Softplus.C9), e, Softplus.C8), e, Softplus.C7), e, Softplus.C6);
        p = Math.fma(Math.fma(Math.fma(Math.fma(p, e, Softplus.C5), e, Softplus.C4), e, Softplus.C3), e, Softplus.C2);
        float y = Math.fma(e * e, p, e);
        return x > 0 ? y + x : y;
    }

    /// The derivative of [#softplus(float)], 1 / (1 + e^−x), from the same e^−|x|.
    public static float softplusDerivative(float x) {
        float e = expOfNegativeMagnitude(x);
        return (x > 0 ? 1 : e) / (1 + e);
    }

    /// The error function.
    public static float erf(float x) {
        float a = Math.abs(x);
        a = a > Erf.HIGHEST ? Erf.HIGHEST : a;
        float w = Math.fma(Math.fma(Math.fma(Math.fma(Erf.C9, a, Erf.C8), a, Erf.C7), a, Erf.C6), a, Erf.C5);
        w = Math.fma(Math.fma(Math.fma(Math.fma(w, a, Erf.C4), a, Erf.C3), a, Erf.C2), a, Erf.C1);
        w = Math.fma(-a, w, -a);
        float t = Math.fma(w, Exp.LOG2_E, Exp.UNIT_SHIFT);
        float r = reduced(w, t - Exp.UNIT_SHIFT);
        float power = Float.intBitsToFloat(Float.floatToRawIntBits(t) << 23);
        return Math.copySign(Math.fma(expm1Polynomial(r), power, power - 1), x);
    }

    /// tanh(softplus(x)): Mish is x times this.
    public static float tanhSoftplus(float x) {
        float e = mishExp(x);
        float square = e * e;
        float denominator = Math.fma(e, 2, square) + 2;
        return x < 0 ? e - Math.fma(square, e, square) / denominator : 1 - 2 / denominator;
    }

    /// The derivative of Mish, x · tanh(softplus(x)).
    public static float mishDerivative(float x) {
        float a = x > Mish.HIGHEST ? Mish.HIGHEST : x;
        float e = mishExp(x);
        float complement = 2 / (Math.fma(e, 2, e * e) + 2);
        float slope = complement * complement * Math.fma(e, e, e);
        return Math.fma(a, slope, tanhSoftplus(x));
    }

    /// The density of the standard normal distribution, e^(−x²/2) / √(2π).
    public static float normalDensity(float x) {
        return 0.3989423f * exp(-0.5f * (x * x));
    }

    /// The distribution function of the standard normal distribution, (1 + erf(x/√2)) / 2.
    public static float normalCdf(float x) {
        return Math.fma(0.5f, erf(0.70710677f * x), 0.5f);
    }

    /// a − n·ln 2.
    private static float reduced(float a, float n) {
        return Math.fma(n, -Exp.LN2_LO, Math.fma(n, -Exp.LN2_HI, a));
    }

    private static float expPolynomial(float r) {
        float p = Math.fma(Math.fma(Math.fma(Math.fma(Exp.C6, r, Exp.C5), r, Exp.C4), r, Exp.C3), r, Exp.C2);
        return Math.fma(Math.fma(p, r, 1), r, 1);
    }

    private static float expm1Polynomial(float r) {
        return Math.fma(r * r, Math.fma(Math.fma(Math.fma(Math.fma(Expm1.C6, r, Expm1.C5), r, Expm1.C4), r, Expm1.C3), r, Expm1.C2), r);
    }

    private static float log1pPolynomial(float f) {
        float p = Math.fma(Math.fma(Math.fma(Math.fma(Log.C10, f, Log.C9), f, Log.C8), f, Log.C7), f, Log.C6);
        return Math.fma(Math.fma(Math.fma(Math.fma(p, f, Log.C5), f, Log.C4), f, Log.C3), f, Log.C2);
    }

    private static float expOfNegativeMagnitude(float x) {
        return lowExp(-Math.abs(x));
    }

    private static float mishExp(float x) {
        return lowExp(x > Mish.HIGHEST ? Mish.HIGHEST : x);
    }

    private static float lowExp(float x) {
        float a = x < Exp.LOWEST ? Exp.LOWEST : x;
        float t = Math.fma(a, Exp.LOG2_E, Exp.LOW_SHIFT);
        float p = expPolynomial(reduced(a, t - Exp.LOW_SHIFT));
        return p * Float.intBitsToFloat(Float.floatToRawIntBits(t) << 23) * Exp.LOW_SCALE;
    }
}
