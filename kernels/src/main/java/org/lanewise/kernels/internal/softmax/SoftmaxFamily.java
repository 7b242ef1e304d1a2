// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.softmax;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.family.Exercise;
import org.lanewise.kernels.internal.family.Family;
import org.lanewise.kernels.internal.team.Team;
import org.lanewise.kernels.softmax.CrossEntropy;
import org.lanewise.kernels.softmax.Softmax;

/// Softmax and cross-entropy: what the family decides by itself.
public final class SoftmaxFamily implements Family<Softmax> {

    /// Classes: rows that fit a vector take another path than longer ones, and vectors have 2 to 16 lanes.
    private static final int[] WIDTHS = {2, 7, 10, 16, 100, 325};

    @Override
    public String name() {
        return "softmax";
    }

    @Override
    public Softmax reference() {
        return new ScalarSoftmax();
    }

    @Override
    public Softmax twin(ArrayActivations activations) {
        return new VectorSoftmax();
    }

    @Override
    public Softmax tiered(Executor background, ArrayActivations activations) {
        return new TieredSoftmax(background, activations);
    }

    @Override
    public Softmax split(Softmax kernels, Team team) {
        return new ParallelSoftmax(kernels, team);
    }

    @Override
    public List<Exercise<Softmax>> exercises() {
        List<Exercise<Softmax>> exercises = new ArrayList<>();
        for (int width : WIDTHS) {
            int rows = Math.max(3, 300 / width);
            Matrix z = Exercise.matrix(rows, width, 3);
            Matrix y = Exercise.matrix(rows, width, 3);
            Matrix dz = Exercise.matrix(rows, width, 3);
            Matrix weights = Exercise.matrix(1, width, 0);
            int[] labels = new int[rows];
            for (int i = 0; i < rows; i++) {
                labels[i] = i % width;
            }
            CrossEntropy smooth = CrossEntropy.SUM.withLabelSmoothing(0.1f);
            CrossEntropy weighted = CrossEntropy.SUM.withClassWeights(weights);
            String of = " of " + width;
            exercises.add(new Exercise<>("softmax" + of, family -> family.softmax(z, y)));
            exercises.add(new Exercise<>("log-softmax" + of, family -> family.logSoftmax(z, y)));
            exercises.add(new Exercise<>("softmax backward" + of, family -> family.softmaxBackward(z, y, dz)));
            exercises.add(new Exercise<>("log-softmax backward" + of,
                    family -> family.logSoftmaxBackward(z, y, dz)));
            exercises.add(new Exercise<>("cross-entropy of labels" + of, family -> {
                family.crossEntropy(z, labels, 0, CrossEntropy.MEAN, dz);
                family.crossEntropy(z, labels, 0, CrossEntropy.MEAN, null);
                family.crossEntropy(z, labels, 0, weighted, dz);
            }));
            exercises.add(new Exercise<>("cross-entropy" + of, family -> {
                family.crossEntropy(z, labels, 0, smooth, dz);
                family.crossEntropy(z, y, CrossEntropy.MEAN, dz);
                family.crossEntropy(z, y, weighted, null);
            }));
        }
        return exercises;
    }
}
