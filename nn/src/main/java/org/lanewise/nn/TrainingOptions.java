// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.Objects;
import org.lanewise.kernels.internal.check.Checks;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;

/// How a network is trained.
///
/// @param objective what is made small
/// @param optimizer takes the steps
/// @param learningRate the rate of each step
/// @param rule what is done to each gradient first
/// @param maximumNorm bound on the global norm of all gradients, by which they are scaled down; infinity for none
/// @param batchSize rows of a mini-batch, at least 1; the last one of an epoch may have fewer, and none has more than
///     there are examples
/// @param seed of shuffles and dropout masks; any value
public record TrainingOptions(Objective objective, Optimizer optimizer, LearningRate learningRate, GradientRule rule,
        float maximumNorm, int batchSize, long seed) {

    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if the norm is not positive or the batch size below 1
    public TrainingOptions {
        Objects.requireNonNull(objective, "training: objective is null");
        Objects.requireNonNull(optimizer, "training: optimizer is null");
        Objects.requireNonNull(learningRate, "training: learning rate is null");
        Objects.requireNonNull(rule, "training: gradient rule is null");
        Checks.parameter("training", "maximum norm", maximumNorm, maximumNorm > 0f, "must be positive");
        Checks.parameter("training", "batch size", batchSize, batchSize > 0, "must be at least 1");
    }

    /// Plain training: a constant rate, gradients as they are.
    public static TrainingOptions of(Objective objective, Optimizer optimizer, float learningRate, int batchSize,
            long seed) {
        return new TrainingOptions(objective, optimizer, LearningRate.constant(learningRate), GradientRule.NONE,
                Float.POSITIVE_INFINITY, batchSize, seed);
    }
}
