// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.loss;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.formula.ScalarMath;
import org.lanewise.kernels.internal.lanes.LaneScratch;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Losses;
import org.lanewise.kernels.loss.Reduction;

/// The reference of [Losses]. Each element has a value, which goes into the sum, and a slope: the derivative of the
/// value by the prediction, times `scale` = 1/divisor.
public final class ScalarLosses implements Losses {

    /// The reference; it needs nothing.
    public ScalarLosses() {
    }

    /// The lower bound of the logarithm of a probability.
    static final float LEAST_LOG = -100f;

    /// A difference that a small scale could make denormal.
    static final float SMALL = 0x1p-64f;

    @Override
    public float loss(Loss loss, Reduction reduction, Matrix prediction, Matrix target, Matrix gradient) {
        LossChecks.loss(loss, reduction, prediction, target, gradient);
        LaneScratch scratch = LaneScratch.take();
        scratch.rows.clear();
        float divisor = divisor(loss, reduction, prediction);
        float scale = 1f / divisor;
        for (int i = 0; i < prediction.rows(); i++) {
            for (int j = 0; j < prediction.columns(); j++) {
                float p = prediction.get(i, j);
                float t = target.get(i, j);
                scratch.rows.add(value(loss, p, t));
                if (gradient != null) {
                    gradient.set(i, j, slope(loss, p, t, scale));
                }
            }
        }
        double sum = scratch.rows.total();
        scratch.give();
        return (float) (sum / divisor);
    }

    /// The divisor of the sum: 1 for a sum; for a mean the number of elements, or of rows for a loss of whole rows.
    static float divisor(Loss loss, Reduction reduction, Matrix prediction) {
        if (reduction == Reduction.SUM) {
            return 1f;
        }
        return loss instanceof Loss.CategoricalCrossEntropy ? prediction.rows() : prediction.size();
    }

    private static float value(Loss loss, float p, float t) {
        return switch (loss) {
            case Loss.SquaredError() -> (p - t) * (p - t);
            case Loss.HalfSquaredError() -> 0.5f * (p - t) * (p - t);
            case Loss.AbsoluteError() -> Math.abs(p - t);
            case Loss.Huber(float delta) -> huber(p - t, delta);
            case Loss.BinaryCrossEntropy() -> binaryCrossEntropy(p, t);
            case Loss.BinaryCrossEntropyWithLogits() -> binaryCrossEntropyWithLogits(p, t);
            case Loss.CategoricalCrossEntropy() -> -(t * atLeast(ScalarMath.log(p), LEAST_LOG));
            case Loss.BinaryFocalWithLogits(float alpha, float gamma) -> focal(p, t, alpha, gamma);
        };
    }

    private static float slope(Loss loss, float p, float t, float scale) {
        return switch (loss) {
            case Loss.SquaredError() -> (p - t) * (2f * scale);
            case Loss.HalfSquaredError() -> (p - t) * scale;
            case Loss.AbsoluteError() -> sign(p - t) * scale;
            case Loss.Huber(float delta) -> clamp(p - t, delta) * scale;
            case Loss.BinaryCrossEntropy() -> binaryCrossEntropySlope(p, t, scale);
            case Loss.BinaryCrossEntropyWithLogits() -> binaryCrossEntropyWithLogitsSlope(p, t) * scale;
            case Loss.CategoricalCrossEntropy() -> categoricalCrossEntropySlope(p, t, scale);
            case Loss.BinaryFocalWithLogits(float alpha, float gamma) -> focalSlope(p, t, alpha, gamma) * scale;
        };
    }

    /// x, but not below `least`; NaN stays.
    private static float atLeast(float x, float least) {
        return x < least ? least : x;
    }

    /// The sign of d; of a zero or NaN, itself.
    private static float sign(float d) {
        return d > 0f ? 1f : d < 0f ? -1f : d;
    }

    private static float clamp(float d, float bound) {
        return d > bound ? bound : d < -bound ? -bound : d;
    }

    private static float huber(float d, float delta) {
        float magnitude = Math.abs(d);
        return magnitude <= delta ? 0.5f * d * d : delta * (magnitude - 0.5f * delta);
    }

    private static float binaryCrossEntropy(float p, float t) {
        float logP = atLeast(ScalarMath.log(p), LEAST_LOG);
        float logQ = atLeast(ScalarMath.log1p(-p), LEAST_LOG);
        return -Math.fma(t, logP, (1f - t) * logQ);
    }

    /// (p − t)/(p·(1 − p)). At p = 0 and p = 1: 1/(1 − p) or −1/p where the prediction is right, the largest float
    /// where it is wrong. A small p − t is scaled after the division, or digits would be lost.
    private static float binaryCrossEntropySlope(float p, float t, float scale) {
        float d = p - t;
        float variance = p * (1f - p);
        boolean small = Math.abs(d) < SMALL;
        float slope = clamp((small ? d : d * scale) / variance, Float.MAX_VALUE) * (small ? scale : 1f);
        return variance == 0f && d == 0f ? Math.fma(-2f, p, 1f) * scale : slope;
    }

    /// −t/p, bounded by the largest float; 0 for t = 0.
    private static float categoricalCrossEntropySlope(float p, float t, float scale) {
        float weight = t * scale;
        return weight == 0f ? 0f : -clamp(weight / p, Float.MAX_VALUE);
    }

    /// max(p, 0) − p·t is |p|·(1 − t) for p > 0, else |p|·t: of the two the one that is 0 where the target is certain
    /// and the prediction, even an infinite one, is right.
    private static float binaryCrossEntropyWithLogits(float p, float t) {
        float softplus = softplusOfMagnitude(p);
        float wrong = p > 0f ? 1f - t : t;
        return wrong == 0f ? softplus : Math.fma(Math.abs(p), wrong, softplus);
    }

    /// σ(p) − t = (1 − t) − σ(−p): of the two, the one whose σ is the smaller for a right prediction, so that its slope
    /// keeps all digits however certain it is.
    private static float binaryCrossEntropyWithLogitsSlope(float p, float t) {
        return t > 0.5f ? 1f - t - ScalarMath.sigmoid(-p) : ScalarMath.sigmoid(p) - t;
    }

    /// With a = −log σ(p) and b = −log(1 − σ(p)): tα·e^(−γb)·a + (1 − t)(1 − α)·e^(−γa)·b. An infinite p is taken as
    /// the largest float, so that no product is 0·∞; a loss that it leaves above 0 is infinite.
    private static float focal(float p, float t, float alpha, float gamma) {
        float finite = clamp(p, Float.MAX_VALUE);
        float softplus = softplusOfMagnitude(finite);
        float a = positivePart(-finite) + softplus;
        float b = positivePart(finite) + softplus;
        float ofOnes = t * alpha * ScalarMath.exp(-gamma * b);
        float ofZeros = (1f - t) * (1f - alpha) * ScalarMath.exp(-gamma * a);
        float value = Math.fma(ofOnes, a, ofZeros * b);
        return value > 0f && Math.abs(p) == Float.POSITIVE_INFINITY ? Float.POSITIVE_INFINITY : value;
    }

    /// Since a' = σ − 1 and b' = σ: −tα·e^(−γb)·(γσa + 1 − σ) + (1 − t)(1 − α)·e^(−γa)·(γ(1 − σ)b + σ).
    private static float focalSlope(float p, float t, float alpha, float gamma) {
        float finite = clamp(p, Float.MAX_VALUE);
        float softplus = softplusOfMagnitude(finite);
        float a = positivePart(-finite) + softplus;
        float b = positivePart(finite) + softplus;
        float ofOnes = t * alpha * ScalarMath.exp(-gamma * b);
        float ofZeros = (1f - t) * (1f - alpha) * ScalarMath.exp(-gamma * a);
        float sigma = ScalarMath.sigmoid(p);
        float complement = ScalarMath.sigmoid(-p);
        return Math.fma(ofZeros, Math.fma(gamma * complement, b, sigma),
                -(ofOnes * Math.fma(gamma * sigma, a, complement)));
    }

    private static float positivePart(float x) {
        return x > 0f ? x : 0f;
    }

    /// log(1 + e^−|p|): what the two softplus of p and −p have in common.
    private static float softplusOfMagnitude(float p) {
        return ScalarMath.softplus(-Math.abs(p));
    }
}
