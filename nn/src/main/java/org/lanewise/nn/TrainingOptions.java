// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.Objects;
import org.lanewise.kernels.internal.check.Checks;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;

/// How a network is trained: [#of] an objective, and what is changed about its defaults, as in
/// `TrainingOptions.of(Objective.classification()).withLearningRate(2e-3f).withBatchSize(64)`. Immutable.
public final class TrainingOptions {

    private static final float DEFAULT_RATE = 1e-3f;
    private static final int DEFAULT_BATCH_SIZE = 32;

    private final Objective objective;
    private final Optimizer optimizer;
    private final LearningRate learningRate;
    private final GradientRule rule;
    private final float maximumNorm;
    private final int batchSize;
    private final long seed;

    private TrainingOptions(Objective objective, Optimizer optimizer, LearningRate learningRate, GradientRule rule,
            float maximumNorm, int batchSize, long seed) {
        this.objective = Objects.requireNonNull(objective, "training: objective is null");
        this.optimizer = Objects.requireNonNull(optimizer, "training: optimizer is null");
        this.learningRate = Objects.requireNonNull(learningRate, "training: learning rate is null");
        this.rule = Objects.requireNonNull(rule, "training: gradient rule is null");
        Checks.parameter("training", "maximum norm", maximumNorm, maximumNorm > 0f, "must be positive");
        Checks.parameter("training", "batch size", batchSize, batchSize > 0, "must be at least 1");
        this.maximumNorm = maximumNorm;
        this.batchSize = batchSize;
        this.seed = seed;
    }

    /// Adam with the constants of its paper at a constant rate of 0.001, gradients as they are, 32 rows a batch, the
    /// seed 0.
    ///
    /// @throws NullPointerException if `objective` is null
    public static TrainingOptions of(Objective objective) {
        return new TrainingOptions(objective, Optimizer.Adam.DEFAULT, LearningRate.constant(DEFAULT_RATE),
                GradientRule.NONE, Float.POSITIVE_INFINITY, DEFAULT_BATCH_SIZE, 0);
    }

    /// What training minimizes.
    public Objective objective() {
        return objective;
    }

    /// Takes the steps; [Optimizer.Adam#DEFAULT] by default.
    public Optimizer optimizer() {
        return optimizer;
    }

    /// The rate of each step; by default 0.001 for all.
    public LearningRate learningRate() {
        return learningRate;
    }

    /// What is done to each gradient before the optimizer sees it; by default nothing.
    public GradientRule rule() {
        return rule;
    }

    /// Bound on the global norm of all gradients, by which they are scaled down; infinity, the default, for none.
    public float maximumNorm() {
        return maximumNorm;
    }

    /// Rows of a mini-batch; the last one of an epoch may have fewer, and none has more than there are examples; 32 by
    /// default.
    public int batchSize() {
        return batchSize;
    }

    /// Seed of shuffles and dropout masks; 0 by default, which is as good as any.
    public long seed() {
        return seed;
    }

    /// The same with another objective.
    ///
    /// @throws NullPointerException if it is null
    public TrainingOptions withObjective(Objective other) {
        return new TrainingOptions(other, optimizer, learningRate, rule, maximumNorm, batchSize, seed);
    }

    /// The same with another optimizer.
    ///
    /// @throws NullPointerException if it is null
    public TrainingOptions withOptimizer(Optimizer other) {
        return new TrainingOptions(objective, other, learningRate, rule, maximumNorm, batchSize, seed);
    }

    /// The same with one rate for every step.
    ///
    /// @throws IllegalArgumentException if it is not finite
    public TrainingOptions withLearningRate(float rate) {
        return withLearningRate(LearningRate.constant(rate));
    }

    /// The same with a rate for each step.
    ///
    /// @throws NullPointerException if it is null
    public TrainingOptions withLearningRate(LearningRate rate) {
        return new TrainingOptions(objective, optimizer, rate, rule, maximumNorm, batchSize, seed);
    }

    /// The same with another rule for gradients: clipping, penalties, or a check for values that are not finite.
    ///
    /// @throws NullPointerException if it is null
    public TrainingOptions withGradientRule(GradientRule other) {
        return new TrainingOptions(objective, optimizer, learningRate, other, maximumNorm, batchSize, seed);
    }

    /// The same with a bound on the global norm of all gradients.
    ///
    /// @param bound infinity for none
    /// @throws IllegalArgumentException if it is not positive
    public TrainingOptions withMaximumNorm(float bound) {
        return new TrainingOptions(objective, optimizer, learningRate, rule, bound, batchSize, seed);
    }

    /// The same with other mini-batches.
    ///
    /// @param rows at least 1
    /// @throws IllegalArgumentException if there are fewer
    public TrainingOptions withBatchSize(int rows) {
        return new TrainingOptions(objective, optimizer, learningRate, rule, maximumNorm, rows, seed);
    }

    /// The same with another seed of shuffles and dropout masks; any value.
    public TrainingOptions withSeed(long other) {
        return new TrainingOptions(objective, optimizer, learningRate, rule, maximumNorm, batchSize, other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TrainingOptions same && objective.equals(same.objective)
                && optimizer.equals(same.optimizer) && learningRate.equals(same.learningRate) && rule.equals(same.rule)
                && Float.compare(maximumNorm, same.maximumNorm) == 0 && batchSize == same.batchSize
                && seed == same.seed;
    }

    @Override
    public int hashCode() {
        return Objects.hash(objective, optimizer, learningRate, rule, maximumNorm, batchSize, seed);
    }

    @Override
    public String toString() {
        return "TrainingOptions[objective=" + objective + ", optimizer=" + optimizer + ", learningRate=" + learningRate
                + ", rule=" + rule + ", maximumNorm=" + maximumNorm + ", batchSize=" + batchSize + ", seed=" + seed
                + "]";
    }
}
