// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import org.lanewise.kernels.internal.formula.ScalarMath;

/// The activation functions and their derivatives: the formulas that all elementwise passes are made of.
///
/// Scalar passes call these methods. The SIMD passes are the same steps in the same order, translated by
/// `GenerateElementwisePasses` at build time: for every pair `f`, `fDerivative` it writes the loops of both twins.
///
/// The smooth functions are made of the steps of [ScalarMath]; where an elementary function is the activation, both
/// have the same bits. They are built from e^−|βx| or from 1 / (1 + e^|βx|), so that nothing overflows and no
/// derivative cancels in its tail: σ' = s·(1 − s) with s = σ(−|x|), which is at most 1/2. Where f(x) − f(−x) = x, as
/// for SiLU and GELU, both sides share one small tail: f(x) = max(x, 0) + tail and f'(x) = 1 − f'(−x). Tails carry a
/// power of two as a factor until the last step, so that what is denormal in the end is rounded once. Where the
/// derivative needs an inverse, the value multiplies by it instead of dividing, which costs up to half an ULP: a
/// 512-bit division takes 0.17 ns an element on a Sapphire Rapids core, half as much as everything else.
final class ScalarFormulas {

    /// The normal distribution's lower tail over its density's exponential, Φ(u)·e^(u²/2) = P(u)/Q(u) for u in \[−16,
    /// 0]: minimax in relative error (2⁻²⁶·⁴), P(0) = 1/2 and Q(0) = 1, fitted as the polynomials of [ScalarMath]. All
    /// terms have one sign, so neither sum cancels. Q carries 2⁶⁴, which undoes the factor of the decay.
    static final float TAIL_P1 = -0.44039324f;
    static final float TAIL_P2 = 0.18476258f;
    static final float TAIL_P3 = -0.0411401f;
    static final float TAIL_P4 = 0.0041890703f;
    static final float TAIL_Q1 = -1.6786714f * ScalarMath.DECAY_SCALE;
    static final float TAIL_Q2 = 1.2089067f * ScalarMath.DECAY_SCALE;
    static final float TAIL_Q3 = -0.4734954f * ScalarMath.DECAY_SCALE;
    static final float TAIL_Q4 = 0.103128575f * ScalarMath.DECAY_SCALE;
    static final float TAIL_Q5 = -0.010500343f * ScalarMath.DECAY_SCALE;

    /// Where the tail of GELU, and of its derivative, has rounded to zero.
    static final float GELU_LOWEST = -16f;

    /// 1/√(2π), the normal density at 0.
    static final float DENSITY = 0x1.988454p-2f;

    /// 2·√(2/π) and 0.044715 times that: the argument of GELU's tanh form, doubled, is x·(LINEAR + CUBIC·x²). Each also
    /// in two parts; the first have so few bits that LINEAR_HIGH + CUBIC_HIGH·x² is exact for an x² of ten bits.
    static final float LINEAR = 0x1.988454p0f;
    static final float LINEAR_HIGH = 0x1.98846p0f;
    static final float LINEAR_LOW = -0x1.985794p-21f;
    static final float CUBIC = 0x1.2444f2p-4f;
    static final float CUBIC_HIGH = 0x1.244p-4f;
    static final float CUBIC_LOW = 0x1.3ca936p-18f;

    /// The first ten bits of a float's significand.
    static final int TEN_BITS = 0xffffc000;

    /// Where the tail of GELU's tanh form, and of its derivative, has rounded to zero.
    static final float GELU_TANH_HIGHEST = 10.95f;

    static final float SIXTH = 1f / 6f;

    private ScalarFormulas() {
    }

    // ---- steps

    /// |x|, but not above `highest`; NaN stays.
    static float magnitude(float x, float highest) {
        float magnitude = Math.abs(x);
        return magnitude > highest ? highest : magnitude;
    }

    /// The u below which e^(βu) is 0 for any purpose.
    static float lowest(float beta) {
        return Math.max(ScalarMath.DECAY_LOWEST / beta, -Float.MAX_VALUE);
    }

    /// max(x, 0), but −0 for x below 0. The tail is added to this, so that a sum of 0 has the sign of x.
    static float positivePart(float x) {
        return x < 0f ? -0f : x;
    }

    /// dy·derivative; where the derivative is 0, that 0, whatever dy is: there the function is constant, and an
    /// infinite gradient must not become NaN.
    static float chain(float dy, float derivative) {
        return derivative == 0f ? derivative : dy * derivative;
    }

    // ---- piecewise linear and constant

    static float identity(float x) {
        return x;
    }

    static float identityDerivative(float x) {
        return 1f;
    }

    static float threshold(float x) {
        return x > 0f ? 1f : relu(x);
    }

    static float thresholdDerivative(float x) {
        return 0f;
    }

    static float sign(float x) {
        return x > 0f ? 1f : x < 0f ? -1f : x;
    }

    static float signDerivative(float x) {
        return 0f;
    }

    @Computes({"Relu", "LeakyRelu when alpha == 0f", "Squareplus when beta == 0f"})
    static float relu(float x) {
        return x <= 0f ? 0f : x;
    }

    static float reluDerivative(float x) {
        return x > 0f ? 1f : relu(x);
    }

    static float leakyRelu(float x, float alpha) {
        return x > 0f ? x : alpha * x;
    }

    static float leakyReluDerivative(float x, float alpha) {
        return x > 0f ? 1f : x <= 0f ? alpha : x;
    }

    static float hardSigmoid(float x) {
        return x <= -3f ? 0f : x >= 3f ? 1f : (x + 3f) * SIXTH;
    }

    static float hardSigmoidDerivative(float x) {
        float magnitude = Math.abs(x);
        return magnitude >= 3f ? 0f : magnitude < 3f ? SIXTH : x;
    }

    static float hardSwish(float x) {
        return x <= -3f ? -0f : x >= 3f ? x : x * ((x + 3f) * SIXTH);
    }

    static float hardSwishDerivative(float x) {
        return x <= -3f ? 0f : x >= 3f ? 1f : Math.fma(x, 2f, 3f) * SIXTH;
    }

    // ---- from the logistic function

    @Computes("Sigmoid when beta == 1f && gamma == 1f")
    static float sigmoid(float x) {
        return ScalarMath.sigmoid(x);
    }

    static float sigmoidDerivative(float x) {
        float tail = ScalarMath.logisticTail(Math.abs(x));
        return tail * (1f - tail);
    }

    /// γ·σ(βx) where β or γ is not 1: the bits of [#sigmoid] where both are. Two operations and a register more.
    @Computes("Sigmoid")
    static float sigmoidOfBetaGamma(float x, float beta, float gamma) {
        float tail = ScalarMath.logisticTailOfProduct(beta, Math.abs(x));
        return gamma * (x < 0f ? tail : 1f - tail);
    }

    static float sigmoidOfBetaGammaDerivative(float x, float beta, float gamma) {
        float tail = ScalarMath.logisticTailOfProduct(beta, Math.abs(x));
        return beta * gamma * (tail * (1f - tail));
    }

    @Computes("Silu when beta == 1f && gamma == 1f")
    static float silu(float x) {
        float magnitude = magnitude(x, -ScalarMath.DECAY_LOWEST);
        float tail = siluTail(magnitude);
        return Math.fma(magnitude * tail, -ScalarMath.GROWTH_SCALE, positivePart(x));
    }

    /// s·(1 − |x|·(1 − s)) with s = σ(−|x|) for x < 0.
    static float siluDerivative(float x) {
        float magnitude = magnitude(x, -ScalarMath.DECAY_LOWEST);
        float tail = siluTail(magnitude);
        float factor = Math.fma(magnitude, Math.fma(tail, ScalarMath.GROWTH_SCALE, -1f), 1f);
        float slope = tail * factor * ScalarMath.GROWTH_SCALE;
        return x < 0f ? slope : 1f - slope;
    }

    /// 2⁴⁰·σ(−a) for a in \[0, 110]. The quotient a / (1 + e^a) would be rounded once less than a times this: 2.0 ULP
    /// instead of 2.4, in the value alone. But the derivative would then need a second division: a fifth more time for
    /// both.
    private static float siluTail(float a) {
        float shifted = Math.fma(a, ScalarMath.LOG2_E, ScalarMath.GROWTH_SHIFT);
        float remainder = ScalarMath.remainder(a, shifted - ScalarMath.GROWTH_SHIFT);
        return 1f / ScalarMath.onePlusExp(remainder, Float.floatToRawIntBits(shifted));
    }

    /// γ·x·σ(βx) where β or γ is not 1.
    @Computes("Silu")
    static float siluOfBetaGamma(float x, float beta, float gamma) {
        float magnitude = magnitude(x, -lowest(beta));
        float tail = siluTailOfProduct(beta, magnitude);
        return gamma * Math.fma(magnitude * tail, -ScalarMath.GROWTH_SCALE, positivePart(x));
    }

    static float siluOfBetaGammaDerivative(float x, float beta, float gamma) {
        float magnitude = magnitude(x, -lowest(beta));
        float tail = siluTailOfProduct(beta, magnitude);
        float factor = Math.fma(beta * magnitude, Math.fma(tail, ScalarMath.GROWTH_SCALE, -1f), 1f);
        float slope = tail * factor * ScalarMath.GROWTH_SCALE;
        return gamma * (x < 0f ? slope : 1f - slope);
    }

    private static float siluTailOfProduct(float p, float q) {
        float shifted = Math.fma(p * ScalarMath.LOG2_E, q, ScalarMath.GROWTH_SHIFT);
        float remainder = ScalarMath.productRemainder(p, q, shifted - ScalarMath.GROWTH_SHIFT);
        return 1f / ScalarMath.onePlusExp(remainder, Float.floatToRawIntBits(shifted));
    }

    static float tanh(float x) {
        return ScalarMath.tanh(x);
    }

    /// 1 − tanh² = e^−2|x|·(1 + tanh|x|)².
    static float tanhDerivative(float x) {
        float u = ScalarMath.bounded(x, 0.5f * ScalarMath.DECAY_LOWEST);
        float shifted = ScalarMath.tanhShifted(u);
        float power = ScalarMath.power(Float.floatToRawIntBits(shifted));
        float z = ScalarMath.tanhExpm1(u, shifted);
        // Twice 2⁻³², the root of DECAY_UNSCALE, takes the factor of e away again; 2z is (2z·2ⁿ + 2ⁿ) without a
        // halving.
        float onePlusTanh = Math.fma(ScalarMath.tanhQuotient(z, power), -0x1p-32f, 0x1p-32f);
        float decay = Math.fma(z + z, power, power);
        return decay * (onePlusTanh * onePlusTanh);
    }

    static float elu(float x, float alpha) {
        float u = x < ScalarMath.DECAY_LOWEST ? ScalarMath.DECAY_LOWEST : x;
        float shifted = Math.fma(u, ScalarMath.LOG2_E, ScalarMath.DECAY_SHIFT);
        float power = ScalarMath.power(Float.floatToRawIntBits(shifted)) * ScalarMath.DECAY_UNSCALE;
        float z = ScalarMath.expm1OfRemainder(ScalarMath.remainder(u, shifted - ScalarMath.DECAY_SHIFT));
        return x >= 0f ? x : alpha * Math.fma(z, power, power - 1f);
    }

    static float eluDerivative(float x, float alpha) {
        float u = x < ScalarMath.DECAY_LOWEST ? ScalarMath.DECAY_LOWEST : x;
        float shifted = Math.fma(u, ScalarMath.LOG2_E, ScalarMath.DECAY_SHIFT);
        float power = ScalarMath.power(Float.floatToRawIntBits(shifted)) * ScalarMath.DECAY_UNSCALE;
        float z = ScalarMath.expm1OfRemainder(ScalarMath.remainder(u, shifted - ScalarMath.DECAY_SHIFT));
        return x > 0f ? 1f : alpha * Math.fma(z, power, power);
    }

    @Computes("Softplus when beta == 1f && gamma == 1f")
    static float softplus(float x) {
        return ScalarMath.softplus(x);
    }

    /// σ(x), here from the exponential that the value has computed.
    static float softplusDerivative(float x) {
        float decay = ScalarMath.decay(ScalarMath.bounded(x, ScalarMath.DECAY_LOWEST));
        return (x < 0f ? decay : ScalarMath.DECAY_SCALE) / (decay + ScalarMath.DECAY_SCALE);
    }

    /// γ/β·log(1 + e^(βx)) where β or γ is not 1: the bits of [#softplus] where both are.
    @Computes("Softplus")
    static float softplusOfBetaGamma(float x, float beta, float gamma) {
        float e = ScalarMath.productDecay(beta, ScalarMath.bounded(x, lowest(beta))) * ScalarMath.DECAY_UNSCALE;
        return Math.fma(ScalarMath.log1pOfUnit(e), gamma / beta, gamma * (x > 0f ? x : 0f));
    }

    static float softplusOfBetaGammaDerivative(float x, float beta, float gamma) {
        float decay = ScalarMath.productDecay(beta, ScalarMath.bounded(x, lowest(beta)));
        return gamma * ((x < 0f ? decay : ScalarMath.DECAY_SCALE) / (decay + ScalarMath.DECAY_SCALE));
    }

    // ---- Mish

    /// x·tanh(log(1 + eˣ)). With e = e^−|x| the hyperbolic tangent is m / (m + 1), m = e + e²/2, for x < 0 and
    /// 1 − e² / (e² + e + 1/2) for x ≥ 0: no logarithm.
    @Computes("Mish when beta == 1f")
    static float mish(float x) {
        float u = ScalarMath.bounded(x, ScalarMath.DECAY_LOWEST);
        float decay = ScalarMath.decay(u);
        float half = decay * (x < 0f ? 0.5f * ScalarMath.DECAY_UNSCALE : ScalarMath.DECAY_UNSCALE);
        float m = Math.fma(half, decay, x < 0f ? decay : 0f);
        float divisor = m + (x < 0f ? ScalarMath.DECAY_SCALE : decay + 0.5f * ScalarMath.DECAY_SCALE);
        return Math.fma(u * m, 1f / divisor, positivePart(x));
    }

    /// With d the divisor of [#mish], e·(f + u·(1 + e)·g/d)/d: f = 1 + e/2 and g = 1 for x < 0; else f = g = e.
    static float mishDerivative(float x) {
        float u = ScalarMath.bounded(x, ScalarMath.DECAY_LOWEST);
        float decay = ScalarMath.decay(u);
        float half = decay * (x < 0f ? 0.5f * ScalarMath.DECAY_UNSCALE : ScalarMath.DECAY_UNSCALE);
        float m = Math.fma(half, decay, x < 0f ? decay : 0f);
        float divisor = m + (x < 0f ? ScalarMath.DECAY_SCALE : decay + 0.5f * ScalarMath.DECAY_SCALE);
        float r = 1f / divisor;
        float f = half + (x < 0f ? 1f : 0f);
        float g = x < 0f ? ScalarMath.DECAY_SCALE : decay;
        float slope = decay * Math.fma(Math.fma(decay, ScalarMath.DECAY_UNSCALE, 1f) * u * g, r, f) * r;
        return x < 0f ? slope : 1f - slope;
    }

    /// x·tanh(L), L = log(1 + e^(βx)) / β: Mish where β is not 1.
    @Computes("Mish")
    static float mishOfBeta(float x, float beta) {
        float u = ScalarMath.bounded(x, lowest(beta));
        return (x < 0f ? u : x) * tanh(softplusOfBetaGamma(x, beta, 1f));
    }

    static float mishOfBetaDerivative(float x, float beta) {
        float u = ScalarMath.bounded(x, lowest(beta));
        float softplus = softplusOfBetaGamma(x, beta, 1f);
        float slope = softplusOfBetaGammaDerivative(x, beta, 1f);
        return Math.fma((x < 0f ? u : -u) * slope, tanhDerivative(softplus), tanh(softplus));
    }

    // ---- squareplus and GELU

    /// max(x, 0) + (h − |x|)/2 with h = √(x² + β), the difference written as β / (h + |x|). For β > 0.
    static float squareplus(float x, float beta) {
        float magnitude = Math.abs(x);
        float h = magnitude > 0x1p62f ? magnitude : (float) Math.sqrt(Math.fma(magnitude, magnitude, beta));
        float tail = 0.25f * beta / Math.fma(h, 0.5f, 0.5f * magnitude);
        return positivePart(x) + tail;
    }

    static float squareplusDerivative(float x, float beta) {
        float magnitude = Math.abs(x);
        float h = magnitude > 0x1p62f ? magnitude : (float) Math.sqrt(Math.fma(magnitude, magnitude, beta));
        float tail = 0.25f * beta / Math.fma(h, 0.5f, 0.5f * magnitude);
        float slope = tail / h;
        return x < 0f ? slope : 1f - slope;
    }

    static float gelu(float x) {
        float u = ScalarMath.bounded(x, GELU_LOWEST);
        float square = u * u;
        float half = -0.5f * u;
        float shifted = Math.fma(square, -0.5f * ScalarMath.LOG2_E, ScalarMath.DECAY_SHIFT);
        float power = ScalarMath.power(Float.floatToRawIntBits(shifted));
        float z = ScalarMath.expm1OfRemainder(
                ScalarMath.productRemainder(half, u, shifted - ScalarMath.DECAY_SHIFT));
        float p = Math.fma(square, numeratorTail(u, square), -half);
        // e^(−u²/2) enters without having been rounded by itself.
        float tail = p * power * inverseDenominator(u, square);
        return Math.fma(tail, z, tail) + positivePart(x);
    }

    /// Φ(x) + x·φ(x).
    static float geluDerivative(float x) {
        float u = ScalarMath.bounded(x, GELU_LOWEST);
        float square = u * u;
        float half = -0.5f * u;
        float shifted = Math.fma(square, -0.5f * ScalarMath.LOG2_E, ScalarMath.DECAY_SHIFT);
        float power = ScalarMath.power(Float.floatToRawIntBits(shifted));
        float z = ScalarMath.expm1OfRemainder(
                ScalarMath.productRemainder(half, u, shifted - ScalarMath.DECAY_SHIFT));
        float p = Math.fma(u, numeratorTail(u, square), 0.5f);
        float slope = Math.fma(z, power, power)
                * Math.fma(u, DENSITY * ScalarMath.DECAY_UNSCALE, p * inverseDenominator(u, square));
        return x < 0f ? slope : 1f - slope;
    }

    /// P(u) = 1/2 + u·T(u): this is T.
    private static float numeratorTail(float u, float square) {
        return Math.fma(square, Math.fma(u, TAIL_P4, TAIL_P3), Math.fma(u, TAIL_P2, TAIL_P1));
    }

    /// 2⁻⁶⁴ / Q(u).
    private static float inverseDenominator(float u, float square) {
        float low = Math.fma(square, Math.fma(u, TAIL_Q3, TAIL_Q2), Math.fma(u, TAIL_Q1, ScalarMath.DECAY_SCALE));
        return 1f / Math.fma(square * square, Math.fma(u, TAIL_Q5, TAIL_Q4), low);
    }

    /// x·σ(x·(LINEAR + CUBIC·x²)): the logistic function of the doubled argument is (1 + tanh)/2.
    static float geluTanh(float x) {
        float magnitude = magnitude(x, GELU_TANH_HIGHEST);
        return Math.fma(magnitude * geluTanhTail(magnitude), -ScalarMath.GROWTH_SCALE, positivePart(x));
    }

    static float geluTanhDerivative(float x) {
        float magnitude = magnitude(x, GELU_TANH_HIGHEST);
        float tail = geluTanhTail(magnitude);
        float gradient = Math.fma(magnitude * magnitude, 3f * CUBIC, LINEAR);
        float factor = Math.fma(gradient * magnitude, Math.fma(tail, ScalarMath.GROWTH_SCALE, -1f), 1f);
        float slope = tail * factor * ScalarMath.GROWTH_SCALE;
        return x < 0f ? slope : 1f - slope;
    }

    /// 2⁴⁰ / (1 + e^(m·(LINEAR + CUBIC·m²))). The exponential multiplies the error of its argument, up to 110, so that
    /// is in two parts: from the first ten bits of the square exactly, and the rest.
    private static float geluTanhTail(float m) {
        float square = m * m;
        float first = Float.intBitsToFloat(Float.floatToRawIntBits(square) & TEN_BITS);
        float high = Math.fma(first, CUBIC_HIGH, LINEAR_HIGH);
        float low = Math.fma(Math.fma(m, m, -first), CUBIC, Math.fma(first, CUBIC_LOW, LINEAR_LOW));
        float shifted = Math.fma(high, m * ScalarMath.LOG2_E, ScalarMath.GROWTH_SHIFT);
        float n = shifted - ScalarMath.GROWTH_SHIFT;
        float remainder = Math.fma(m, low, Math.fma(high, m, n * -ScalarMath.LN2_HIGH));
        remainder = Math.fma(n, -ScalarMath.LN2_LOW, remainder);
        return 1f / ScalarMath.onePlusExp(remainder, Float.floatToRawIntBits(shifted));
    }
}
