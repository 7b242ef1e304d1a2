// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Reduction;

/// The objective over examples that come in batches, from the batches' own losses. A mean is put together from the
/// batches' means, each weighted by what it was divided by, so that the batches do not show but in rounding.
final class ObjectiveSum {

    private final Objective objective;
    private double sum;
    private double divisor;

    ObjectiveSum(Objective objective) {
        this.objective = objective;
    }

    /// Adds a batch of a classification.
    ///
    /// @param loss the batch's loss, as the kernel returned it
    /// @param labels the class of row i at index `offset + i`
    void add(float loss, int[] labels, int offset, int rows) {
        Objective.Classification classification = (Objective.Classification) objective;
        Matrix weights = classification.options().classWeights();
        double batch = rows;
        if (weights != null) {
            batch = 0;
            for (int i = 0; i < rows; i++) {
                batch += weights.get(0, labels[offset + i]);
            }
        }
        add(loss, batch);
    }

    /// Adds a batch of a regression.
    ///
    /// @param loss the batch's loss, as the kernel returned it
    void add(float loss, Matrix targets) {
        Objective.Regression regression = (Objective.Regression) objective;
        add(loss, regression.loss() instanceof Loss.CategoricalCrossEntropy ? targets.rows() : targets.size());
    }

    private void add(float loss, double batch) {
        if (reduction() == Reduction.SUM) {
            sum += loss;
        } else if (batch != 0) {
            sum += batch * loss;
            divisor += batch;
        }
    }

    /// The objective over all examples added so far; 0 where each has the weight 0.
    double value() {
        return divisor == 0 ? sum : sum / divisor;
    }

    private Reduction reduction() {
        return switch (objective) {
            case Objective.Classification classification -> classification.options().reduction();
            case Objective.Regression regression -> regression.reduction();
        };
    }
}
