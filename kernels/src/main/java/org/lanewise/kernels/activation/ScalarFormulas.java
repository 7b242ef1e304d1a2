// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.activation;

/// The activation functions and their derivatives: the formulas that all elementwise passes are made of.
///
/// Scalar passes call these methods. The SIMD passes are the same steps in the same order, translated by
/// `GenerateElementwisePasses` at build time: for every pair `f`, `fDerivative` it writes the loops of both twins.
///
/// The smooth functions are built from e^−|βx|, which lies in \[0, 1], so that nothing overflows and no derivative
/// cancels in its tail: σ'(x) = e·r² with r = 1 / (1 + e) where σ·(1 − σ) would lose all digits. Where
/// f(x) − f(−x) = x, as for SiLU and GELU, both sides share one small tail: f(x) = max(x, 0) + tail and
/// f'(x) = 1 − f'(−x).
final class ScalarFormulas {

    /// log₂ e.
    static final float LOG2_E = 0x1.715476p0f;
    /// ln 2 in two parts. The high one has 16 significant bits, so that its product with an exponent is exact.
    static final float LN2_HIGH = 0x1.62e4p-1f;
    static final float LN2_LOW = 0x1.7f7d1cp-20f;

    /// Added to t·log₂e it rounds to the integer k and leaves the exponent field of 2ᵏ⁺⁶⁴, k + 127 + 64, in the lowest
    /// bits of the sum.
    static final float SHIFT = 0x1.8p23f + 191f;

    /// The factor of [#decay], and what undoes it.
    static final float SCALE = 0x1p64f;
    static final float UNSCALE = 0x1p-64f;

    /// The least exponent of e that [#decay] takes; e⁻¹³¹ is far below the least denormal float.
    static final float LEAST_EXPONENT = -131f;

    /// e^f − 1 = f + f²·q(f) for |f| ≤ ln(2)/2: minimax in the error relative to e^f (2⁻²⁸·³), coefficients rounded to
    /// float one after the other from the lowest, the rest fitted again each time.
    static final float EXPM1_2 = 0x1.fffffcp-2f;
    static final float EXPM1_3 = 0x1.555492p-3f;
    static final float EXPM1_4 = 0x1.5558aap-5f;
    static final float EXPM1_5 = 0x1.12396ep-7f;
    static final float EXPM1_6 = 0x1.6a524ep-10f;

    /// log(1 + e) = e + e²·q(e) for e in \[0, 1]: minimax in relative error (2⁻²⁷·⁵), fitted as [#EXPM1_2].
    static final float LOG1P_2 = -0x1.ffffd2p-2f;
    static final float LOG1P_3 = 0x1.554ddp-2f;
    static final float LOG1P_4 = -0x1.ff23e8p-3f;
    static final float LOG1P_5 = 0x1.934b6ep-3f;
    static final float LOG1P_6 = -0x1.3a43ep-3f;
    static final float LOG1P_7 = 0x1.b4b094p-4f;
    static final float LOG1P_8 = -0x1.d6b75ep-5f;
    static final float LOG1P_9 = 0x1.49211cp-6f;
    static final float LOG1P_10 = -0x1.af5e2p-9f;

    /// The normal distribution's lower tail over its density's exponential, Φ(u)·e^(u²/2) = P(u)/Q(u) for u in
    /// \[−16, 0]: minimax in relative error (2⁻²⁶·⁴), P(0) = 1/2 and Q(0) = 1, fitted as [#EXPM1_2]. All terms have one
    /// sign, so neither sum cancels. Q is multiplied by 2⁶⁴, which undoes the factor of [#decay] at no cost.
    static final float TAIL_P1 = -0.44039324f;
    static final float TAIL_P2 = 0.18476258f;
    static final float TAIL_P3 = -0.0411401f;
    static final float TAIL_P4 = 0.0041890703f;
    static final float TAIL_Q1 = -1.6786714f * SCALE;
    static final float TAIL_Q2 = 1.2089067f * SCALE;
    static final float TAIL_Q3 = -0.4734954f * SCALE;
    static final float TAIL_Q4 = 0.103128575f * SCALE;
    static final float TAIL_Q5 = -0.010500343f * SCALE;

    /// 1/√(2π), the normal density at 0.
    static final float DENSITY = 0x1.988454p-2f;

    /// 2·√(2/π) and 0.044715 times that: the argument of GELU's tanh form, doubled, is x·(LINEAR + CUBIC·x²).
    static final float GELU_LINEAR = 0x1.988454p0f;
    static final float GELU_CUBIC = 0x1.2444f2p-4f;

    static final float SIXTH = 1f / 6f;

    private ScalarFormulas() {
    }

    // ---- steps

    /// −|x|.
    static float negativeMagnitude(float x) {
        // One operation; negating Math.abs(x) would be two.
        return Float.intBitsToFloat(Float.floatToRawIntBits(x) | Integer.MIN_VALUE);
    }

    /// −|x|, but not below `bound`; NaN stays.
    static float bounded(float x, float bound) {
        float u = negativeMagnitude(x);
        return u < bound ? bound : u;
    }

    /// The u below which e^(βu) is 0 for any purpose.
    static float leastInput(float beta) {
        return Math.max(LEAST_EXPONENT / beta, -Float.MAX_VALUE);
    }

    /// e^t = 2ᵏ·e^f: k, as [#SHIFT] + k. Either factor of t may hold [#LOG2_E] already.
    static float shifted(float p, float q) {
        return Math.fma(p, q, SHIFT);
    }

    /// 2ᵏ⁺⁶⁴.
    static float power(float shifted) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
    }

    /// f = t − k·ln 2.
    static float reduced(float t, float shifted) {
        float k = shifted - SHIFT;
        return Math.fma(k, -LN2_LOW, Math.fma(k, -LN2_HIGH, t));
    }

    /// f = p·q − k·ln 2. The product is not rounded before most of it has cancelled.
    static float reducedProduct(float p, float q, float shifted) {
        float k = shifted - SHIFT;
        return Math.fma(k, -LN2_LOW, Math.fma(p, q, k * -LN2_HIGH));
    }

    /// e^f − 1 for |f| ≤ ln(2)/2, in Estrin's order: with Horner's, the chain of dependent steps is what takes time.
    static float expm1(float f) {
        float square = f * f;
        float low = Math.fma(f, EXPM1_3, EXPM1_2);
        float high = Math.fma(square, EXPM1_6, Math.fma(f, EXPM1_5, EXPM1_4));
        return Math.fma(square, Math.fma(square, high, low), f);
    }

    /// 2⁶⁴·e^(βu) for βu in \[−131, 0]. The factor keeps products with it out of the denormals until the last step.
    static float decay(float beta, float u) {
        float shifted = shifted(beta * LOG2_E, u);
        float power = power(shifted);
        return Math.fma(expm1(reducedProduct(beta, u, shifted)), power, power);
    }

    /// log(1 + e) for e in \[0, 1].
    static float log1p(float e) {
        float square = e * e;
        float fourth = square * square;
        float low = Math.fma(square, Math.fma(e, LOG1P_5, LOG1P_4), Math.fma(e, LOG1P_3, LOG1P_2));
        float middle = Math.fma(square, Math.fma(e, LOG1P_9, LOG1P_8), Math.fma(e, LOG1P_7, LOG1P_6));
        float high = Math.fma(fourth, LOG1P_10, middle);
        return Math.fma(square, Math.fma(fourth, high, low), e);
    }

    /// 2⁻⁶⁴·Φ(u)·e^(u²/2) for u in \[−16, 0].
    static float normalTail(float u) {
        float p = Math.fma(u, TAIL_P4, TAIL_P3);
        p = Math.fma(p, u, TAIL_P2);
        p = Math.fma(p, u, TAIL_P1);
        p = Math.fma(p, u, 0.5f);
        float q = Math.fma(u, TAIL_Q5, TAIL_Q4);
        q = Math.fma(q, u, TAIL_Q3);
        q = Math.fma(q, u, TAIL_Q2);
        q = Math.fma(q, u, TAIL_Q1);
        q = Math.fma(q, u, SCALE);
        return p / q;
    }

    /// max(x, 0), but −0 for x below 0: what the tail is added to, so that a sum of 0 has the sign of x.
    static float positivePart(float x) {
        return x < 0f ? -0f : x;
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

    static float sigmoid(float x, float beta, float gamma) {
        float decay = decay(beta, bounded(x, leastInput(beta)));
        return gamma * ((x < 0f ? decay : SCALE) / (decay + SCALE));
    }

    /// βγ·s·(1 − s) with s = σ(−|βx|), which is at most 1/2.
    static float sigmoidDerivative(float x, float beta, float gamma) {
        float decay = decay(beta, bounded(x, leastInput(beta)));
        float value = (x < 0f ? decay : SCALE) / (decay + SCALE);
        return beta * gamma * (value * (x < 0f ? 1f - value : decay * UNSCALE * value));
    }

    static float silu(float x, float beta, float gamma) {
        float u = bounded(x, leastInput(beta));
        float decay = decay(beta, u);
        float r = 1f / (decay + SCALE);
        float product = u * decay;
        return gamma * Math.fma(product, r, positivePart(x));
    }

    static float siluDerivative(float x, float beta, float gamma) {
        float u = bounded(x, leastInput(beta));
        float decay = decay(beta, u);
        float r = 1f / (decay + SCALE);
        float product = u * decay;
        float slope = r * Math.fma(product * (beta * SCALE), r, decay);
        return gamma * (x < 0f ? slope : 1f - slope);
    }

    /// q / (q + 2) with q = e^−2|x| − 1, here times 2⁶⁴, and the sign of x.
    static float tanh(float x) {
        float t = bounded(2f * x, LEAST_EXPONENT);
        float shifted = shifted(t, LOG2_E);
        float power = power(shifted);
        float expm1 = Math.fma(expm1(reduced(t, shifted)), power, power - SCALE);
        return Math.copySign(expm1 / (expm1 + 2f * SCALE), x);
    }

    /// 1 − tanh² = e^−2|x|·(1 + tanh|x|)².
    static float tanhDerivative(float x) {
        float t = bounded(2f * x, LEAST_EXPONENT);
        float shifted = shifted(t, LOG2_E);
        float power = power(shifted);
        float expm1 = Math.fma(expm1(reduced(t, shifted)), power, power - SCALE);
        // Twice 2⁻³², the root of UNSCALE, takes the factor of decay away again.
        float onePlusTanh = Math.fma(expm1 / (expm1 + 2f * SCALE), -0x1p-32f, 0x1p-32f);
        float decay = Math.fma(expm1(reduced(t, shifted)), power, power);
        return decay * onePlusTanh * onePlusTanh;
    }

    static float elu(float x, float alpha) {
        float t = x < LEAST_EXPONENT ? LEAST_EXPONENT : x;
        float shifted = shifted(t, LOG2_E);
        float power = power(shifted) * UNSCALE;
        float expm1 = Math.fma(expm1(reduced(t, shifted)), power, power - 1f);
        return x > 0f ? x : alpha * expm1;
    }

    static float eluDerivative(float x, float alpha) {
        float t = x < LEAST_EXPONENT ? LEAST_EXPONENT : x;
        float shifted = shifted(t, LOG2_E);
        float power = power(shifted) * UNSCALE;
        float e = Math.fma(expm1(reduced(t, shifted)), power, power);
        return x > 0f ? 1f : alpha * e;
    }

    static float softplus(float x, float beta, float gamma) {
        float e = decay(beta, bounded(x, leastInput(beta))) * UNSCALE;
        return Math.fma(log1p(e), gamma / beta, gamma * relu(x));
    }

    static float softplusDerivative(float x, float beta, float gamma) {
        return sigmoid(x, beta, gamma);
    }

    // ---- Mish

    /// x·tanh(log(1 + eˣ)). With e = e^−|x| the hyperbolic tangent is e·(e + 2) / (e·(e + 2) + 2) for x < 0 and
    /// 1 − 2e² / (2e² + 2e + 1) for x ≥ 0: no logarithm.
    static float mish(float x) {
        float u = bounded(x, LEAST_EXPONENT);
        float decay = decay(1f, u);
        float e = decay * UNSCALE;
        float factor = x < 0f ? e + 2f : e + e;
        float r = 1f / Math.fma(e, factor, x < 0f ? 2f : factor + 1f);
        float product = u * decay * UNSCALE;
        return Math.fma(product * factor, r, positivePart(x));
    }

    static float mishDerivative(float x) {
        float u = bounded(x, LEAST_EXPONENT);
        float decay = decay(1f, u);
        float e = decay * UNSCALE;
        float factor = x < 0f ? e + 2f : e + e;
        float r = 1f / Math.fma(e, factor, x < 0f ? 2f : factor + 1f);
        float product = u * decay * UNSCALE;
        float slope = (1f + e) * (x < 0f ? 4f : -4f * e);
        return r * Math.fma(product * slope, r, x < 0f ? e * factor : factor + 1f);
    }

    /// x·tanh(L), L = log(1 + e^(βx)) / β: Mish where β is not 1.
    static float mishOfBeta(float x, float beta) {
        float u = bounded(x, leastInput(beta));
        return (x < 0f ? u : x) * tanh(softplus(x, beta, 1f));
    }

    static float mishOfBetaDerivative(float x, float beta) {
        float u = bounded(x, leastInput(beta));
        float softplus = softplus(x, beta, 1f);
        return Math.fma((x < 0f ? u : -u) * sigmoid(x, beta, 1f), tanhDerivative(softplus), tanh(softplus));
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
        float u = bounded(x, -16f);
        float shifted = shifted(u * u, -0.5f * LOG2_E);
        float power = power(shifted);
        float decay = Math.fma(expm1(reducedProduct(-0.5f * u, u, shifted)), power, power);
        return Math.fma(u * decay, normalTail(u), positivePart(x));
    }

    /// Φ(x) + x·φ(x).
    static float geluDerivative(float x) {
        float u = bounded(x, -16f);
        float shifted = shifted(u * u, -0.5f * LOG2_E);
        float power = power(shifted);
        float decay = Math.fma(expm1(reducedProduct(-0.5f * u, u, shifted)), power, power);
        float slope = decay * Math.fma(u, DENSITY * UNSCALE, normalTail(u));
        return x < 0f ? slope : 1f - slope;
    }

    /// x·σ(x·(LINEAR + CUBIC·x²)): the logistic function of the doubled argument is (1 + tanh)/2.
    static float geluTanh(float x) {
        float u = bounded(x, -11.6f);
        float square = u * u;
        float decay = decay(Math.fma(square, GELU_CUBIC, GELU_LINEAR), u);
        float r = 1f / (decay + SCALE);
        float product = u * decay;
        return Math.fma(product, r, positivePart(x));
    }

    static float geluTanhDerivative(float x) {
        float u = bounded(x, -11.6f);
        float square = u * u;
        float decay = decay(Math.fma(square, GELU_CUBIC, GELU_LINEAR), u);
        float r = 1f / (decay + SCALE);
        float product = u * decay;
        float gradient = Math.fma(square, 3f * GELU_CUBIC * SCALE, GELU_LINEAR * SCALE);
        float slope = r * Math.fma(product * gradient, r, decay);
        return x < 0f ? slope : 1f - slope;
    }
}
