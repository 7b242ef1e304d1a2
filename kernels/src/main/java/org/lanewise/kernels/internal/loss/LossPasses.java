// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.loss;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.internal.formula.VectorMath;
import org.lanewise.kernels.internal.lanes.Species;

/// The loops of [VectorLosses]: the formulas of [ScalarLosses] over a chunk, value or slope, in one pass or several.
final class LossPasses {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();
    private static final float LEAST_LOG = ScalarLosses.LEAST_LOG;
    private static final float SMALL = ScalarLosses.SMALL;
    private static final float LARGEST = Float.MAX_VALUE;

    private LossPasses() {
    }

    static void squaredError(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector d = FloatVector.fromArray(SPECIES, chunk.p, j).sub(FloatVector.fromArray(SPECIES, chunk.t, j));
            d.mul(d).intoArray(chunk.value, j);
        }
    }

    static void squaredErrorSlope(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector d = FloatVector.fromArray(SPECIES, chunk.p, j).sub(FloatVector.fromArray(SPECIES, chunk.t, j));
            d.mul(2f * chunk.scale).intoArray(chunk.slope, j);
        }
    }

    static void halfSquaredError(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector d = FloatVector.fromArray(SPECIES, chunk.p, j).sub(FloatVector.fromArray(SPECIES, chunk.t, j));
            d.mul(0.5f).mul(d).intoArray(chunk.value, j);
        }
    }

    static void halfSquaredErrorSlope(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector d = FloatVector.fromArray(SPECIES, chunk.p, j).sub(FloatVector.fromArray(SPECIES, chunk.t, j));
            d.mul(chunk.scale).intoArray(chunk.slope, j);
        }
    }

    static void absoluteError(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector d = FloatVector.fromArray(SPECIES, chunk.p, j).sub(FloatVector.fromArray(SPECIES, chunk.t, j));
            d.abs().intoArray(chunk.value, j);
        }
    }

    static void absoluteErrorSlope(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector d = FloatVector.fromArray(SPECIES, chunk.p, j).sub(FloatVector.fromArray(SPECIES, chunk.t, j));
            FloatVector sign = d.blend(1f, d.compare(VectorOperators.GT, 0f))
                    .blend(-1f, d.compare(VectorOperators.LT, 0f));
            sign.mul(chunk.scale).intoArray(chunk.slope, j);
        }
    }

    static void huber(LossChunk chunk) {
        float delta = chunk.delta;
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector d = FloatVector.fromArray(SPECIES, chunk.p, j).sub(FloatVector.fromArray(SPECIES, chunk.t, j));
            FloatVector magnitude = d.abs();
            FloatVector linear = magnitude.sub(0.5f * delta).mul(delta);
            linear.blend(d.mul(0.5f).mul(d), magnitude.compare(VectorOperators.LE, delta)).intoArray(chunk.value, j);
        }
    }

    static void huberSlope(LossChunk chunk) {
        float delta = chunk.delta;
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector d = FloatVector.fromArray(SPECIES, chunk.p, j).sub(FloatVector.fromArray(SPECIES, chunk.t, j));
            FloatVector clamped = d.blend(delta, d.compare(VectorOperators.GT, delta))
                    .blend(-delta, d.compare(VectorOperators.LT, -delta));
            clamped.mul(chunk.scale).intoArray(chunk.slope, j);
        }
    }

    /// a ← log p, clamped to [ScalarLosses#LEAST_LOG] or more.
    static void logOfP(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector log = VectorMath.log(FloatVector.fromArray(SPECIES, chunk.p, j));
            log.blend(LEAST_LOG, log.compare(VectorOperators.LT, LEAST_LOG)).intoArray(chunk.a, j);
        }
    }

    /// b ← log(1 − p), clamped likewise.
    static void logOfComplement(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector log = VectorMath.log1p(FloatVector.fromArray(SPECIES, chunk.p, j).neg());
            log.blend(LEAST_LOG, log.compare(VectorOperators.LT, LEAST_LOG)).intoArray(chunk.b, j);
        }
    }

    static void binaryCrossEntropy(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector t = FloatVector.fromArray(SPECIES, chunk.t, j);
            FloatVector logP = FloatVector.fromArray(SPECIES, chunk.a, j);
            FloatVector logQ = FloatVector.fromArray(SPECIES, chunk.b, j);
            t.fma(logP, FloatVector.broadcast(SPECIES, 1f).sub(t).mul(logQ)).neg().intoArray(chunk.value, j);
        }
    }

    static void binaryCrossEntropySlope(LossChunk chunk) {
        float scale = chunk.scale;
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector p = FloatVector.fromArray(SPECIES, chunk.p, j);
            FloatVector d = p.sub(FloatVector.fromArray(SPECIES, chunk.t, j));
            FloatVector variance = p.mul(one.sub(p));
            VectorMask<Float> small = d.abs().compare(VectorOperators.LT, SMALL);
            FloatVector slope = d.mul(scale).blend(d, small).div(variance);
            slope = slope.blend(LARGEST, slope.compare(VectorOperators.GT, LARGEST))
                    .blend(-LARGEST, slope.compare(VectorOperators.LT, -LARGEST)).mul(one.blend(scale, small));
            VectorMask<Float> exact = variance.compare(VectorOperators.EQ, 0f).and(d.compare(VectorOperators.EQ, 0f));
            slope.blend(p.fma(FloatVector.broadcast(SPECIES, -2f), one).mul(scale), exact).intoArray(chunk.slope, j);
        }
    }

    /// a ← log(1 + e^−|p|).
    static void softplusOfMagnitude(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            VectorMath.softplus(FloatVector.fromArray(SPECIES, chunk.p, j).abs().neg()).intoArray(chunk.a, j);
        }
    }

    static void binaryCrossEntropyWithLogits(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector p = FloatVector.fromArray(SPECIES, chunk.p, j);
            FloatVector t = FloatVector.fromArray(SPECIES, chunk.t, j);
            FloatVector softplus = FloatVector.fromArray(SPECIES, chunk.a, j);
            FloatVector wrong = t.blend(FloatVector.broadcast(SPECIES, 1f).sub(t),
                    p.compare(VectorOperators.GT, 0f));
            p.abs().fma(wrong, softplus).blend(softplus, wrong.compare(VectorOperators.EQ, 0f))
                    .intoArray(chunk.value, j);
        }
    }

    static void binaryCrossEntropyWithLogitsSlope(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector p = FloatVector.fromArray(SPECIES, chunk.p, j);
            FloatVector t = FloatVector.fromArray(SPECIES, chunk.t, j);
            FloatVector sigma = VectorMath.sigmoid(p.blend(p.neg(), t.compare(VectorOperators.GT, 0.5f)));
            FloatVector ofOnes = FloatVector.broadcast(SPECIES, 1f).sub(t).sub(sigma);
            sigma.sub(t).blend(ofOnes, t.compare(VectorOperators.GT, 0.5f)).mul(chunk.scale).intoArray(chunk.slope, j);
        }
    }

    static void categoricalCrossEntropy(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector log = FloatVector.fromArray(SPECIES, chunk.a, j);
            FloatVector.fromArray(SPECIES, chunk.t, j).mul(log).neg().intoArray(chunk.value, j);
        }
    }

    static void categoricalCrossEntropySlope(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector weight = FloatVector.fromArray(SPECIES, chunk.t, j).mul(chunk.scale);
            FloatVector slope = weight.div(FloatVector.fromArray(SPECIES, chunk.p, j));
            slope.blend(LARGEST, slope.compare(VectorOperators.GT, LARGEST))
                    .blend(-LARGEST, slope.compare(VectorOperators.LT, -LARGEST)).neg()
                    .blend(0f, weight.compare(VectorOperators.EQ, 0f)).intoArray(chunk.slope, j);
        }
    }

    /// a ← log(1 + e^−|p|), an infinite p taken as the largest float.
    static void softplusOfFiniteMagnitude(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector magnitude = FloatVector.fromArray(SPECIES, chunk.p, j).abs();
            magnitude = magnitude.blend(LARGEST, magnitude.compare(VectorOperators.GT, LARGEST));
            VectorMath.softplus(magnitude.neg()).intoArray(chunk.a, j);
        }
    }

    /// a ← −log σ(p), b ← −log(1 − σ(p)), and the exponents of their powers.
    static void focalExponents(LossChunk chunk) {
        float minusGamma = -chunk.gamma;
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector p = FloatVector.fromArray(SPECIES, chunk.p, j);
            p = p.blend(LARGEST, p.compare(VectorOperators.GT, LARGEST))
                    .blend(-LARGEST, p.compare(VectorOperators.LT, -LARGEST));
            FloatVector softplus = FloatVector.fromArray(SPECIES, chunk.a, j);
            FloatVector a = FloatVector.zero(SPECIES).blend(p.neg(), p.compare(VectorOperators.LT, 0f)).add(softplus);
            FloatVector b = FloatVector.zero(SPECIES).blend(p, p.compare(VectorOperators.GT, 0f)).add(softplus);
            a.intoArray(chunk.a, j);
            b.intoArray(chunk.b, j);
            a.mul(minusGamma).intoArray(chunk.powerA, j);
            b.mul(minusGamma).intoArray(chunk.powerB, j);
        }
    }

    /// σ(p)^γ.
    static void focalPowerA(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            VectorMath.exp(FloatVector.fromArray(SPECIES, chunk.powerA, j)).intoArray(chunk.powerA, j);
        }
    }

    /// (1 − σ(p))^γ.
    static void focalPowerB(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            VectorMath.exp(FloatVector.fromArray(SPECIES, chunk.powerB, j)).intoArray(chunk.powerB, j);
        }
    }

    static void focal(LossChunk chunk) {
        float alpha = chunk.alpha;
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector t = FloatVector.fromArray(SPECIES, chunk.t, j);
            FloatVector a = FloatVector.fromArray(SPECIES, chunk.a, j);
            FloatVector b = FloatVector.fromArray(SPECIES, chunk.b, j);
            FloatVector powerA = FloatVector.fromArray(SPECIES, chunk.powerA, j);
            FloatVector powerB = FloatVector.fromArray(SPECIES, chunk.powerB, j);
            FloatVector ofOnes = t.mul(alpha).mul(powerB);
            FloatVector ofZeros = FloatVector.broadcast(SPECIES, 1f).sub(t).mul(1f - alpha).mul(powerA);
            FloatVector value = ofOnes.fma(a, ofZeros.mul(b));
            VectorMask<Float> infinite = FloatVector.fromArray(SPECIES, chunk.p, j).abs()
                    .compare(VectorOperators.EQ, Float.POSITIVE_INFINITY);
            value.blend(Float.POSITIVE_INFINITY, value.compare(VectorOperators.GT, 0f).and(infinite))
                    .intoArray(chunk.value, j);
        }
    }

    static void sigma(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            VectorMath.sigmoid(FloatVector.fromArray(SPECIES, chunk.p, j)).intoArray(chunk.sigma, j);
        }
    }

    static void complement(LossChunk chunk) {
        for (int j = 0; j < chunk.length; j += STEP) {
            VectorMath.sigmoid(FloatVector.fromArray(SPECIES, chunk.p, j).neg()).intoArray(chunk.complement, j);
        }
    }

    static void focalSlope(LossChunk chunk) {
        float alpha = chunk.alpha;
        float gamma = chunk.gamma;
        for (int j = 0; j < chunk.length; j += STEP) {
            FloatVector t = FloatVector.fromArray(SPECIES, chunk.t, j);
            FloatVector a = FloatVector.fromArray(SPECIES, chunk.a, j);
            FloatVector b = FloatVector.fromArray(SPECIES, chunk.b, j);
            FloatVector powerA = FloatVector.fromArray(SPECIES, chunk.powerA, j);
            FloatVector powerB = FloatVector.fromArray(SPECIES, chunk.powerB, j);
            FloatVector ofOnes = t.mul(alpha).mul(powerB);
            FloatVector ofZeros = FloatVector.broadcast(SPECIES, 1f).sub(t).mul(1f - alpha).mul(powerA);
            FloatVector sigma = FloatVector.fromArray(SPECIES, chunk.sigma, j);
            FloatVector complement = FloatVector.fromArray(SPECIES, chunk.complement, j);
            FloatVector slopeOfOnes = sigma.mul(gamma).fma(a, complement).mul(ofOnes);
            FloatVector slopeOfZeros = complement.mul(gamma).fma(b, sigma);
            ofZeros.fma(slopeOfZeros, slopeOfOnes.neg()).mul(chunk.scale).intoArray(chunk.slope, j);
        }
    }
}
