// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.lanewise.kernels.math.Coefficients.Erf;
import org.lanewise.kernels.math.Coefficients.Exp;
import org.lanewise.kernels.math.Coefficients.Expm1;
import org.lanewise.kernels.math.Coefficients.Log;
import org.lanewise.kernels.math.Coefficients.Sigmoid;
import org.lanewise.kernels.math.Coefficients.Softplus;
import org.lanewise.kernels.math.Coefficients.Tanh;

/// Elementary functions of a vector of floats: each lane has the bits that [ScalarMath] returns for it.
///
/// A method must be inlined where it is called, for a vector that crosses a real call is an object on the heap. Hence
/// none of them calls another ordinary method: C2 stops to inline those into a method of some thirty vector operations
/// (`NodeCountInliningCutoff`). Polynomials are split for short chains of dependent operations rather than for few
/// operations; a processor has too few waiting ones in view to overlap the chains of Horner's scheme across iterations.
@SuppressWarnings("exports") // Whoever writes vector code requires the incubator module; others never see this class.
public final class VectorMath {

    private VectorMath() {
    }

    /// e^x, as [ScalarMath#exp].
    public static FloatVector exp(FloatVector x) {
        // Compare and blend: Java's rules for NaN and ±0 make min and max three times as long.
        FloatVector a = x.blend(Exp.LOWEST, x.compare(VectorOperators.LT, Exp.LOWEST));
        IntVector i = a.fma(Exp.LOG2_E, Exp.SHIFT).reinterpretAsInts().min(Exp.HIGHEST);
        FloatVector n = i.reinterpretAsFloats().sub(Exp.SHIFT);
        FloatVector r = n.fma(x.broadcast(-Exp.LN2_LO), n.fma(x.broadcast(-Exp.LN2_HI), a));
        FloatVector square = r.mul(r);
        FloatVector p = square.fma(r.fma(Exp.C6, Exp.C5), r.fma(Exp.C4, Exp.C3));
        p = p.fma(r, x.broadcast(Exp.C2)).fma(r, x.broadcast(1)).fma(r, x.broadcast(1));
        IntVector half = i.lanewise(VectorOperators.LSHR, 1);
        FloatVector power1 = half.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector power2 = i.sub(half).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        return p.mul(power1).mul(power2);
    }

    /// e^x − 1, as [ScalarMath#expm1].
    public static FloatVector expm1(FloatVector x) {
        FloatVector a = x.blend(Expm1.LOWEST, x.compare(VectorOperators.LT, Expm1.LOWEST));
        IntVector i = a.fma(Exp.LOG2_E, Expm1.SHIFT).reinterpretAsInts().min(Expm1.HIGHEST);
        FloatVector n = i.reinterpretAsFloats().sub(Expm1.SHIFT);
        FloatVector r = n.fma(x.broadcast(-Exp.LN2_LO), n.fma(x.broadcast(-Exp.LN2_HI), a));
        FloatVector square = r.mul(r);
        FloatVector high = square.fma(x.broadcast(Expm1.C6), r.fma(Expm1.C5, Expm1.C4));
        FloatVector z = square.fma(square.fma(high, r.fma(Expm1.C3, Expm1.C2)), r);
        FloatVector halfPower = i.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector half = z.fma(halfPower, halfPower.sub(0.5f));
        return half.add(half).blend(x, z.compare(VectorOperators.EQ, x));
    }

    /// ln x, as [ScalarMath#log].
    public static FloatVector log(FloatVector x) {
        VectorMask<Float> denormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
        IntVector bits = x.blend(x.mul(Log.DENORMAL_SCALE), denormal).reinterpretAsInts();
        IntVector exponent = bits.sub(Log.LOWEST).lanewise(VectorOperators.ASHR, 23);
        FloatVector f = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1);
        FloatVector n = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
        n = n.blend(n.sub(Log.DENORMAL_EXPONENT), denormal);
        FloatVector square = f.mul(f);
        FloatVector fourth = square.mul(square);
        FloatVector low = square.fma(f.fma(Log.C6, Log.C5), f.fma(Log.C4, Log.C3));
        FloatVector high = square.fma(x.broadcast(Log.C10), f.fma(Log.C9, Log.C8));
        high = f.fma(high, x.broadcast(Log.C7));
        FloatVector p = fourth.fma(high, low).fma(f, x.broadcast(Log.C2));
        FloatVector y = n.fma(x.broadcast(Exp.LN2_HI), square.fma(p, n.fma(x.broadcast(Exp.LN2_LO), f)));
        y = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0));
        y = y.blend(Float.NaN, x.compare(VectorOperators.LT, 0));
        return x.blend(y, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
    }

    /// ln(1 + x), as [ScalarMath#log1p].
    public static FloatVector log1p(FloatVector x) {
        IntVector k = x.add(1).reinterpretAsInts().sub(Log.LOWEST).lanewise(VectorOperators.ASHR, 23).neg();
        IntVector half = k.lanewise(VectorOperators.ASHR, 1);
        FloatVector power1 = half.lanewise(VectorOperators.LSHL, 23).add(Log.ONE).reinterpretAsFloats();
        FloatVector power2 = k.sub(half).lanewise(VectorOperators.LSHL, 23).add(Log.ONE).reinterpretAsFloats();
        FloatVector f = x.mul(power1).fma(power2, power1.fma(power2, x.broadcast(-1)));
        FloatVector n = (FloatVector) k.convert(VectorOperators.I2F, 0);
        FloatVector square = f.mul(f);
        FloatVector fourth = square.mul(square);
        FloatVector low = square.fma(f.fma(Log.C6, Log.C5), f.fma(Log.C4, Log.C3));
        FloatVector high = square.fma(x.broadcast(Log.C10), f.fma(Log.C9, Log.C8));
        high = f.fma(high, x.broadcast(Log.C7));
        FloatVector p = fourth.fma(high, low).fma(f, x.broadcast(Log.C2));
        FloatVector y = n.fma(x.broadcast(-Exp.LN2_HI), square.fma(p, n.fma(x.broadcast(-Exp.LN2_LO), f)));
        y = y.blend(x, x.compare(VectorOperators.EQ, 0));
        y = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, -1));
        y = y.blend(Float.NaN, x.compare(VectorOperators.LT, -1));
        return x.blend(y, x.compare(VectorOperators.LT, Float.POSITIVE_INFINITY));
    }

    /// 1 / (1 + e^−x), as [ScalarMath#sigmoid].
    public static FloatVector sigmoid(FloatVector x) {
        FloatVector a = x.blend(Sigmoid.HIGHEST, x.compare(VectorOperators.GT, Sigmoid.HIGHEST));
        IntVector i = a.fma(-Exp.LOG2_E, Sigmoid.SHIFT).reinterpretAsInts().min(Sigmoid.LARGEST);
        FloatVector n = i.reinterpretAsFloats().sub(Sigmoid.SHIFT);
        FloatVector r = n.fma(x.broadcast(Exp.LN2_LO), n.fma(x.broadcast(Exp.LN2_HI), a));
        FloatVector square = r.mul(r);
        FloatVector high = square.fma(x.broadcast(-Expm1.C6), r.fma(Expm1.C5, -Expm1.C4));
        FloatVector z = square.fma(square.fma(high, r.fma(Expm1.C3, -Expm1.C2)), r);
        FloatVector power = i.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector scale = x.broadcast(Sigmoid.SCALE);
        return scale.div(z.fma(power, scale).sub(power));
    }

    /// The hyperbolic tangent, as [ScalarMath#tanh].
    public static FloatVector tanh(FloatVector x) {
        IntVector sign = x.reinterpretAsInts();
        FloatVector a = sign.or(Integer.MIN_VALUE).reinterpretAsFloats();
        a = a.blend(Tanh.LOWEST, a.compare(VectorOperators.LT, Tanh.LOWEST));
        FloatVector t = a.fma(2 * Exp.LOG2_E, Expm1.UNIT_SHIFT);
        FloatVector n = t.sub(Expm1.UNIT_SHIFT);
        FloatVector r = n.fma(x.broadcast(-Exp.LN2_LO / 2), n.fma(x.broadcast(-Exp.LN2_HI / 2), a));
        FloatVector square = r.mul(r);
        FloatVector high = square.fma(x.broadcast(Tanh.C6), r.fma(Tanh.C5, Tanh.C4));
        FloatVector z = square.fma(square.fma(high, r.fma(Tanh.C3, Tanh.C2)), r);
        FloatVector power = t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector y = z.fma(power, power.fma(0.5f, -0.5f)).div(z.fma(power, power.fma(0.5f, 0.5f)));
        return y.reinterpretAsInts().lanewise(VectorOperators.BITWISE_BLEND, sign, Integer.MIN_VALUE)
                .reinterpretAsFloats();
    }

    /// ln(1 + e^x), as [ScalarMath#softplus].
    public static FloatVector softplus(FloatVector x) {
        FloatVector a = x.reinterpretAsInts().or(Integer.MIN_VALUE).reinterpretAsFloats();
        a = a.blend(Exp.LOWEST, a.compare(VectorOperators.LT, Exp.LOWEST));
        FloatVector t = a.fma(Exp.LOG2_E, Softplus.SHIFT);
        FloatVector n = t.sub(Softplus.SHIFT);
        FloatVector r = n.fma(x.broadcast(-Exp.LN2_LO), n.fma(x.broadcast(-Exp.LN2_HI), a));
        FloatVector square = r.mul(r);
        FloatVector high = square.fma(x.broadcast(Expm1.C6), r.fma(Expm1.C5, Expm1.C4));
        FloatVector z = square.fma(square.fma(high, r.fma(Expm1.C3, Expm1.C2)), r);
        FloatVector power = t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        FloatVector e = z.fma(power, power).mul(Softplus.SCALE);
        square = e.mul(e);
        FloatVector fourth = square.mul(square);
        FloatVector low = square.fma(e.fma(Softplus.C6, Softplus.C5), e.fma(Softplus.C4, Softplus.C3));
        high = square.fma(e.fma(Softplus.C10, Softplus.C9), e.fma(Softplus.C8, Softplus.C7));
        high = fourth.fma(x.broadcast(Softplus.C11), high);
        FloatVector y = square.fma(fourth.fma(high, low).fma(e, x.broadcast(Softplus.C2)), e);
        return y.add(x, x.compare(VectorOperators.GT, 0));
    }

    /// The error function, as [ScalarMath#erf].
    public static FloatVector erf(FloatVector x) {
        FloatVector a = x.abs();
        a = a.blend(Erf.HIGHEST, a.compare(VectorOperators.GT, Erf.HIGHEST));
        FloatVector square = a.mul(a);
        FloatVector fourth = square.mul(square);
        FloatVector low = square.fma(a.fma(Erf.C6, Erf.C5), a.fma(Erf.C4, Erf.C3));
        FloatVector high = square.fma(x.broadcast(Erf.C9), a.fma(Erf.C8, Erf.C7));
        FloatVector p = fourth.fma(high, low).fma(a, x.broadcast(Erf.C2)).fma(a, x.broadcast(Erf.C1));
        FloatVector w = p.fma(a, a);
        FloatVector t = w.fma(-Exp.LOG2_E, Expm1.UNIT_SHIFT);
        FloatVector n = t.sub(Expm1.UNIT_SHIFT);
        FloatVector r = n.fma(x.broadcast(Exp.LN2_LO), n.fma(x.broadcast(Exp.LN2_HI), w));
        square = r.mul(r);
        high = square.fma(x.broadcast(-Expm1.C6), r.fma(Expm1.C5, -Expm1.C4));
        FloatVector z = square.fma(square.fma(high, r.fma(Expm1.C3, -Expm1.C2)), r);
        FloatVector power = t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
        IntVector y = z.fma(power, x.broadcast(1).sub(power)).reinterpretAsInts();
        return y.lanewise(VectorOperators.BITWISE_BLEND, x.reinterpretAsInts(), Integer.MIN_VALUE)
                .reinterpretAsFloats();
    }
}
