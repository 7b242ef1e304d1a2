// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.loss;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.lanes.LaneScratch;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.lanes.VectorLanes;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Losses;
import org.lanewise.kernels.loss.Reduction;

/// The SIMD twin of [ScalarLosses].
///
/// Predictions and targets are copied to chunks that stay in L1. A loss is a few passes over a chunk, each a loop of
/// its own with at most one elementary function: C2 stops inlining helpers into a method of more than some 40 vector
/// operations, and a vector that crosses a call is boxed. Losses with more than one elementary function have at least
/// three passes, called from one place: a call with three receivers is not inlined, so that the passes are compiled one
/// by one.
final class VectorLosses implements Losses {

    /// The SIMD twin; it loads vector classes, so the Vector API must be there.
    VectorLosses() {
    }

    @FunctionalInterface
    private interface Pass {
        void over(LossChunk chunk);
    }

    private static final Pass[] SQUARED_ERROR = {LossPasses::squaredError};
    private static final Pass[] HALF_SQUARED_ERROR = {LossPasses::halfSquaredError};
    private static final Pass[] ABSOLUTE_ERROR = {LossPasses::absoluteError};
    private static final Pass[] HUBER = {LossPasses::huber};
    private static final Pass[] BINARY_CROSS_ENTROPY = {LossPasses::logOfP, LossPasses::logOfComplement,
        LossPasses::binaryCrossEntropy};
    private static final Pass[] WITH_LOGITS = {LossPasses::softplusOfMagnitude,
        LossPasses::binaryCrossEntropyWithLogits};
    private static final Pass[] CATEGORICAL = {LossPasses::logOfP, LossPasses::categoricalCrossEntropy};
    private static final Pass[] FOCAL = {LossPasses::softplusOfFiniteMagnitude, LossPasses::focalExponents,
        LossPasses::focalPowerA, LossPasses::focalPowerB, LossPasses::focal};

    private static final Pass[] SQUARED_ERROR_SLOPE = {LossPasses::squaredErrorSlope};
    private static final Pass[] HALF_SQUARED_ERROR_SLOPE = {LossPasses::halfSquaredErrorSlope};
    private static final Pass[] ABSOLUTE_ERROR_SLOPE = {LossPasses::absoluteErrorSlope};
    private static final Pass[] HUBER_SLOPE = {LossPasses::huberSlope};
    private static final Pass[] BINARY_CROSS_ENTROPY_SLOPE = {LossPasses::binaryCrossEntropySlope};
    private static final Pass[] WITH_LOGITS_SLOPE = {LossPasses::binaryCrossEntropyWithLogitsSlope};
    private static final Pass[] CATEGORICAL_SLOPE = {LossPasses::categoricalCrossEntropySlope};
    private static final Pass[] FOCAL_SLOPE = {LossPasses::sigma, LossPasses::complement, LossPasses::focalSlope};

    @Override
    public float loss(Loss loss, Reduction reduction, Matrix prediction, Matrix target, Matrix gradient) {
        LossChecks.loss(loss, reduction, prediction, target, gradient);
        LaneScratch scratch = LaneScratch.take();
        scratch.tree.clear();
        LossChunk chunk = LossChunk.take();
        float divisor = ScalarLosses.divisor(loss, reduction, prediction);
        chunk.scale = 1f / divisor;
        parameters(loss, chunk);
        Pass[] values = values(loss);
        Pass[] slopes = gradient == null ? null : slopes(loss);
        for (long first = 0; first < prediction.size(); first += LossChunk.CAPACITY) {
            chunk.length = Lanes.copyBlock(prediction, first, chunk.p, LossChunk.CAPACITY);
            Lanes.copyBlock(target, first, chunk.t, LossChunk.CAPACITY);
            run(values, chunk);
            for (int at = 0; at < chunk.length; at += Lanes.BLOCK) {
                int n = Math.min(Lanes.BLOCK, chunk.length - at);
                float sum = VectorLanes.sum(chunk.value, at, n, scratch.lanes);
                scratch.tree.add(Lanes.finished(sum, chunk.value, at, n));
            }
            if (slopes != null) {
                run(slopes, chunk);
                Lanes.copyBlockTo(chunk.slope, chunk.length, gradient, first);
            }
        }
        double sum = scratch.tree.total();
        chunk.give();
        scratch.give();
        return (float) (sum / divisor);
    }

    private static void run(Pass[] passes, LossChunk chunk) {
        for (Pass pass : passes) {
            pass.over(chunk);
        }
    }

    private static void parameters(Loss loss, LossChunk chunk) {
        switch (loss) {
            case Loss.Huber(float delta) -> chunk.delta = delta;
            case Loss.BinaryFocalWithLogits(float alpha, float gamma) -> {
                chunk.alpha = alpha;
                chunk.gamma = gamma;
            }
            default -> { }
        }
    }

    private static Pass[] values(Loss loss) {
        return switch (loss) {
            case Loss.SquaredError() -> SQUARED_ERROR;
            case Loss.HalfSquaredError() -> HALF_SQUARED_ERROR;
            case Loss.AbsoluteError() -> ABSOLUTE_ERROR;
            case Loss.Huber(float _) -> HUBER;
            case Loss.BinaryCrossEntropy() -> BINARY_CROSS_ENTROPY;
            case Loss.BinaryCrossEntropyWithLogits() -> WITH_LOGITS;
            case Loss.CategoricalCrossEntropy() -> CATEGORICAL;
            case Loss.BinaryFocalWithLogits(float _, float _) -> FOCAL;
        };
    }

    private static Pass[] slopes(Loss loss) {
        return switch (loss) {
            case Loss.SquaredError() -> SQUARED_ERROR_SLOPE;
            case Loss.HalfSquaredError() -> HALF_SQUARED_ERROR_SLOPE;
            case Loss.AbsoluteError() -> ABSOLUTE_ERROR_SLOPE;
            case Loss.Huber(float _) -> HUBER_SLOPE;
            case Loss.BinaryCrossEntropy() -> BINARY_CROSS_ENTROPY_SLOPE;
            case Loss.BinaryCrossEntropyWithLogits() -> WITH_LOGITS_SLOPE;
            case Loss.CategoricalCrossEntropy() -> CATEGORICAL_SLOPE;
            case Loss.BinaryFocalWithLogits(float _, float _) -> FOCAL_SLOPE;
        };
    }
}
