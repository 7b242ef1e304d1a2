// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;

/// Takes a model's measure on a data set.
final class Evaluations {

    private Evaluations() {
    }

    static Evaluation of(Predictor predictor, Kernels kernels, Objective objective, Dataset data) {
        Matrix outputs = Matrix.zeros(data.size(), predictor.outputs());
        predictor.outputs(data.features(), outputs);
        return switch (objective) {
            case Objective.Classification classification -> {
                float loss = kernels.softmax().crossEntropy(outputs, data.labels(), 0, classification.options(), null);
                yield classification(loss, outputs, data);
            }
            case Objective.Regression regression -> new Evaluation(kernels.losses().loss(regression.loss(),
                    regression.reduction(), outputs, data.targets(), null), Double.NaN, new int[0][0]);
        };
    }

    private static Evaluation classification(float loss, Matrix outputs, Dataset data) {
        int[][] confusion = new int[data.classes()][data.classes()];
        int right = 0;
        for (int i = 0; i < data.size(); i++) {
            int guess = Predictor.largest(outputs, i);
            confusion[data.labels()[i]][guess]++;
            right += guess == data.labels()[i] ? 1 : 0;
        }
        return new Evaluation(loss, (double) right / data.size(), confusion);
    }
}
