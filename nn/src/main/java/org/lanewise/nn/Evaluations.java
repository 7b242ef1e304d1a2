// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;

/// Evaluates a model on a data set, some rows at a time.
final class Evaluations {

    private Evaluations() {
    }

    static Evaluation of(Predictor predictor, Kernels kernels, Objective objective, Dataset data) {
        Matrix outputs = Matrix.zeros(Math.min(data.size(), Predictor.ROWS_AT_ONCE), predictor.outputs());
        ObjectiveSum loss = new ObjectiveSum(objective);
        int[] predictions = new int[data.hasLabels() ? data.size() : 0];
        int rows;
        for (int from = 0; from < data.size(); from += rows) {
            rows = Math.min(outputs.rows(), data.size() - from);
            Matrix y = outputs.rows(0, rows);
            predictor.outputs(data.features().rows(from, rows), y);
            switch (objective) {
                case Objective.Classification classification -> {
                    loss.add(kernels.softmax().crossEntropy(y, data.labels(), from, classification.options(), null),
                            data.labels(), from, rows);
                    for (int i = 0; i < rows; i++) {
                        predictions[from + i] = Predictor.classOf(y, i);
                    }
                }
                case Objective.Regression regression -> loss.add(kernels.losses().loss(regression.loss(),
                        regression.reduction(), y, data.targets().rows(from, rows), null), rows);
            }
        }
        if (!data.hasLabels()) {
            return new Evaluation(loss.value(), Double.NaN, 0, Confusion.NONE);
        }
        Confusion confusion = Confusion.of(data.labels(), predictions, data.classes());
        return new Evaluation(loss.value(), (double) confusion.right() / data.size(), confusion.unclassified(),
                confusion);
    }
}
