// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.lanes.Species;
import org.lanewise.kernels.math.Coefficients.Erf;
import org.lanewise.kernels.math.Coefficients.Exp;
import org.lanewise.kernels.math.Coefficients.Expm1;
import org.lanewise.kernels.math.Coefficients.Log;
import org.lanewise.kernels.math.Coefficients.Mish;
import org.lanewise.kernels.math.Coefficients.Sigmoid;
import org.lanewise.kernels.math.Coefficients.Softplus;
import org.lanewise.kernels.math.Coefficients.Tanh;

/// Elementary functions of a vector of floats: each lane has the bits that [ScalarMath] returns for it.
///
/// Every method is small enough to be inlined into a loop, and must be: a vector that crosses a real call is boxed.
/// Methods of one family (such as [#softplus] and [#softplusDerivative]) share their steps when both are inlined with
/// the same argument.
public final class VectorMath {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;

    private VectorMath() {
    }

    /// e^x, as [ScalarMath#exp].
    public static FloatVector exp(FloatVector x) {
        FloatVector a = atLeast(x, Exp.LOWEST);
        IntVector i = bits(a.fma(broadcast(Exp.LOG2_E), broadcast(Exp.SHIFT))).min(Exp.HIGHEST);
        FloatVector r = reduced(a, floats(i).sub(Exp.SHIFT));
        IntVector half = i.lanewise(VectorOperators.LSHR, 1);
        return expPolynomial(r).mul(power(half)).mul(power(i.sub(half)));
    }

    /// e^x − 1, as [ScalarMath#expm1].
    public static FloatVector expm1(FloatVector x) {
        FloatVector a = atLeast(x, Expm1.LOWEST);
        IntVector i = bits(a.fma(broadcast(Exp.LOG2_E), broadcast(Expm1.SHIFT))).min(Expm1.HIGHEST);
        FloatVector r = reduced(a, floats(i).sub(Expm1.SHIFT));
        FloatVector halfPower = power(i);
        FloatVector half = expm1Polynomial(r).fma(halfPower, halfPower.sub(0.5f));
        return copySign(half.add(half), x);
    }

    /// ln x, as [ScalarMath#log].
    public static FloatVector log(FloatVector x) {
        VectorMask<Float> denormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
        IntVector bits = bits(x.blend(x.mul(0x1p23f), denormal));
        IntVector exponent = bits.sub(Log.LOWEST).lanewise(VectorOperators.ASHR, 23);
        FloatVector f = floats(bits.sub(exponent.lanewise(VectorOperators.LSHL, 23))).sub(1);
        FloatVector k = toFloat(exponent);
        k = k.blend(k.sub(23), denormal);
        FloatVector y = k.fma(broadcast(Exp.LN2_HI),
                f.mul(f).fma(log1pPolynomial(f), k.fma(broadcast(Exp.LN2_LO), f)));
        y = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0));
        y = y.blend(Float.NaN, x.compare(VectorOperators.LT, 0));
        return x.blend(y, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
    }

    /// ln(1 + x), as [ScalarMath#log1p].
    public static FloatVector log1p(FloatVector x) {
        IntVector k = bits(x.add(1)).sub(Log.LOWEST).lanewise(VectorOperators.ASHR, 23).neg();
        IntVector half = k.lanewise(VectorOperators.ASHR, 1);
        FloatVector power1 = floats(half.lanewise(VectorOperators.LSHL, 23).add(Exp.ONE));
        FloatVector power2 = floats(k.sub(half).lanewise(VectorOperators.LSHL, 23).add(Exp.ONE));
        FloatVector f = x.mul(power1).fma(power2, power1.fma(power2, broadcast(-1)));
        FloatVector n = toFloat(k);
        FloatVector y = n.fma(broadcast(-Exp.LN2_HI),
                f.mul(f).fma(log1pPolynomial(f), n.fma(broadcast(-Exp.LN2_LO), f)));
        y = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, -1));
        y = y.blend(Float.NaN, x.compare(VectorOperators.LT, -1));
        return x.blend(y, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
    }

    /// 1 / (1 + e^−x), as [ScalarMath#sigmoid].
    public static FloatVector sigmoid(FloatVector x) {
        FloatVector a = atMost(x, Sigmoid.HIGHEST);
        IntVector i = bits(a.fma(broadcast(-Exp.LOG2_E), broadcast(Sigmoid.SHIFT))).min(Sigmoid.LOWEST);
        FloatVector r = reduced(a.neg(), floats(i).sub(Sigmoid.SHIFT));
        FloatVector power = power(i);
        FloatVector scale = broadcast(Sigmoid.SCALE);
        return scale.div(expm1Polynomial(r).fma(power, scale).add(power));
    }

    /// The hyperbolic tangent, as [ScalarMath#tanh].
    public static FloatVector tanh(FloatVector x) {
        FloatVector a = atLeast(negativeMagnitude(x), Tanh.LOWEST);
        FloatVector t = a.fma(broadcast(2 * Exp.LOG2_E), broadcast(Exp.UNIT_SHIFT));
        FloatVector n = t.sub(Exp.UNIT_SHIFT);
        FloatVector r = n.fma(broadcast(-Exp.LN2_LO / 2), n.fma(broadcast(-Exp.LN2_HI / 2), a));
        FloatVector p = broadcast(Tanh.C6).fma(r, broadcast(Tanh.C5)).fma(r, broadcast(Tanh.C4))
                .fma(r, broadcast(Tanh.C3)).fma(r, broadcast(Tanh.C2));
        FloatVector z = p.fma(r.mul(r), r.add(r));
        FloatVector power = power(bits(t));
        return copySign(z.fma(power, power.sub(1)).div(z.fma(power, power.add(1))), x);
    }

    /// ln(1 + e^x), as [ScalarMath#softplus].
    public static FloatVector softplus(FloatVector x) {
        FloatVector e = expOfNegativeMagnitude(x);
        FloatVector p = broadcast(Softplus.C11).fma(e, broadcast(Softplus.C10)).fma(e, broadcast(Softplus.C9))
                .fma(e, broadcast(Softplus.C8)).fma(e, broadcast(Softplus.C7)).fma(e, broadcast(Softplus.C6))
                .fma(e, broadcast(Softplus.C5)).fma(e, broadcast(Softplus.C4)).fma(e, broadcast(Softplus.C3))
                .fma(e, broadcast(Softplus.C2));
        return p.fma(e.mul(e), e).add(x, x.compare(VectorOperators.GT, 0));
    }

    /// The derivative of [#softplus], as [ScalarMath#softplusDerivative].
    public static FloatVector softplusDerivative(FloatVector x) {
        FloatVector e = expOfNegativeMagnitude(x);
        return e.blend(1, x.compare(VectorOperators.GT, 0)).div(e.add(1));
    }

    /// The error function, as [ScalarMath#erf].
    public static FloatVector erf(FloatVector x) {
        FloatVector a = atMost(x.abs(), Erf.HIGHEST);
        FloatVector w = broadcast(Erf.C9).fma(a, broadcast(Erf.C8)).fma(a, broadcast(Erf.C7))
                .fma(a, broadcast(Erf.C6)).fma(a, broadcast(Erf.C5)).fma(a, broadcast(Erf.C4))
                .fma(a, broadcast(Erf.C3)).fma(a, broadcast(Erf.C2)).fma(a, broadcast(Erf.C1));
        FloatVector negative = a.neg();
        w = w.fma(negative, negative);
        FloatVector t = w.fma(broadcast(Exp.LOG2_E), broadcast(Exp.UNIT_SHIFT));
        FloatVector r = reduced(w, t.sub(Exp.UNIT_SHIFT));
        FloatVector power = power(bits(t));
        return copySign(expm1Polynomial(r).fma(power, power.sub(1)), x);
    }

    /// tanh(softplus(x)), as [ScalarMath#tanhSoftplus].
    public static FloatVector tanhSoftplus(FloatVector x) {
        FloatVector e = mishExp(x);
        FloatVector square = e.mul(e);
        FloatVector denominator = e.fma(broadcast(2), square).add(2);
        VectorMask<Float> negative = x.compare(VectorOperators.LT, 0);
        FloatVector numerator = broadcast(2).blend(square.fma(e, square), negative);
        return broadcast(1).blend(e, negative).sub(numerator.div(denominator));
    }

    /// The derivative of Mish, as [ScalarMath#mishDerivative].
    public static FloatVector mishDerivative(FloatVector x) {
        FloatVector a = atMost(x, Mish.HIGHEST);
        FloatVector e = mishExp(x);
        FloatVector complement = broadcast(2).div(e.fma(broadcast(2), e.mul(e)).add(2));
        FloatVector slope = complement.mul(complement).mul(e.fma(e, e));
        return a.fma(slope, tanhSoftplus(x));
    }

    /// The density of the standard normal distribution, as [ScalarMath#normalDensity].
    public static FloatVector normalDensity(FloatVector x) {
        return exp(x.mul(x).mul(-0.5f)).mul(0.3989423f);
    }

    /// The distribution function of the standard normal distribution, as [ScalarMath#normalCdf].
    public static FloatVector normalCdf(FloatVector x) {
        return erf(x.mul(0.70710677f)).fma(broadcast(0.5f), broadcast(0.5f));
    }

    private static FloatVector reduced(FloatVector a, FloatVector n) {
        return n.fma(broadcast(-Exp.LN2_LO), n.fma(broadcast(-Exp.LN2_HI), a));
    }

    private static FloatVector expPolynomial(FloatVector r) {
        return broadcast(Exp.C6).fma(r, broadcast(Exp.C5)).fma(r, broadcast(Exp.C4)).fma(r, broadcast(Exp.C3))
                .fma(r, broadcast(Exp.C2)).fma(r, broadcast(1)).fma(r, broadcast(1));
    }

    private static FloatVector expm1Polynomial(FloatVector r) {
        return broadcast(Expm1.C6).fma(r, broadcast(Expm1.C5)).fma(r, broadcast(Expm1.C4))
                .fma(r, broadcast(Expm1.C3)).fma(r, broadcast(Expm1.C2)).fma(r.mul(r), r);
    }

    private static FloatVector log1pPolynomial(FloatVector f) {
        return broadcast(Log.C10).fma(f, broadcast(Log.C9)).fma(f, broadcast(Log.C8)).fma(f, broadcast(Log.C7))
                .fma(f, broadcast(Log.C6)).fma(f, broadcast(Log.C5)).fma(f, broadcast(Log.C4))
                .fma(f, broadcast(Log.C3)).fma(f, broadcast(Log.C2));
    }

    private static FloatVector expOfNegativeMagnitude(FloatVector x) {
        return lowExp(negativeMagnitude(x));
    }

    private static FloatVector mishExp(FloatVector x) {
        return lowExp(atMost(x, Mish.HIGHEST));
    }

    private static FloatVector lowExp(FloatVector x) {
        FloatVector a = atLeast(x, Exp.LOWEST);
        FloatVector t = a.fma(broadcast(Exp.LOG2_E), broadcast(Exp.LOW_SHIFT));
        FloatVector p = expPolynomial(reduced(a, t.sub(Exp.LOW_SHIFT)));
        return p.mul(power(bits(t))).mul(Exp.LOW_SCALE);
    }

    // Compare and blend: Java's rules for NaN and ±0 make min and max three times as long.
    private static FloatVector atLeast(FloatVector x, float lowest) {
        return x.blend(lowest, x.compare(VectorOperators.LT, lowest));
    }

    private static FloatVector atMost(FloatVector x, float highest) {
        return x.blend(highest, x.compare(VectorOperators.GT, highest));
    }

    private static FloatVector negativeMagnitude(FloatVector x) {
        return floats(bits(x).or(Integer.MIN_VALUE));
    }

    private static FloatVector copySign(FloatVector magnitude, FloatVector sign) {
        return floats(bits(magnitude).lanewise(VectorOperators.BITWISE_BLEND, bits(sign), Integer.MIN_VALUE));
    }

    private static FloatVector power(IntVector biasedExponent) {
        return floats(biasedExponent.lanewise(VectorOperators.LSHL, 23));
    }

    private static FloatVector toFloat(IntVector v) {
        return (FloatVector) v.convert(VectorOperators.I2F, 0);
    }

    private static IntVector bits(FloatVector v) {
        return v.reinterpretAsInts();
    }

    private static FloatVector floats(IntVector v) {
        return v.reinterpretAsFloats();
    }

    private static FloatVector broadcast(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }
}
