// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.loss.Reduction;

/// The objective over several batches, from the loss of each. A mean is the mean of the batches' means, each weighted
/// by its divisor, so that the cut into batches shows in rounding only.
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
        double weight = rows;
        if (weights != null) {
            weight = 0;
            for (int i = 0; i < rows; i++) {
                weight += weights.get(0, labels[offset + i]);
            }
        }
        addWeighted(loss, weight);
    }

    /// Adds a batch of a regression. Rows count instead of elements: all rows have equally many, which cancels out.
    ///
    /// @param loss the batch's loss, as the kernel returned it
    void add(float loss, int rows) {
        addWeighted(loss, rows);
    }

    private void addWeighted(float loss, double weight) {
        if (reduction() == Reduction.SUM) {
            sum += loss;
        } else if (weight != 0) {
            sum += weight * loss;
            divisor += weight;
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
