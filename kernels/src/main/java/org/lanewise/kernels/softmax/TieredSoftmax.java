// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.softmax;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Exercise;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.Tier;
import org.lanewise.kernels.loss.Reduction;

/// Softmax and cross-entropy on the reference until their SIMD twins are compiled.
public final class TieredSoftmax extends Tier<Softmax> implements Softmax {

    /// Classes: rows that fit a vector go another way than those that do not, and vectors have 2 to 16 lanes.
    private static final int[] WIDTHS = {2, 7, 10, 16, 100, 325};

    /// @param reference does the calls before the switch
    /// @param background runs the warm-up
    public TieredSoftmax(Softmax reference, Executor background) {
        super("softmax", reference, background);
    }

    @Override
    protected Softmax twin() {
        return new VectorSoftmax();
    }

    @Override
    protected List<Exercise<Softmax>> exercises() {
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
            CrossEntropy smooth = new CrossEntropy(Reduction.SUM, 0.1f, null);
            CrossEntropy weighted = new CrossEntropy(Reduction.SUM, 0f, weights);
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

    @Override
    public void softmax(Matrix z, MaskedRows masked, Matrix y) {
        now().softmax(z, masked, y);
    }

    @Override
    public void logSoftmax(Matrix z, Matrix y) {
        now().logSoftmax(z, y);
    }

    @Override
    public void softmaxBackward(Matrix y, Matrix dy, Matrix dz) {
        now().softmaxBackward(y, dy, dz);
    }

    @Override
    public void logSoftmaxBackward(Matrix y, Matrix dy, Matrix dz) {
        now().logSoftmaxBackward(y, dy, dz);
    }

    @Override
    public float crossEntropy(Matrix z, int[] labels, int labelsOffset, CrossEntropy options, Matrix dz) {
        return now().crossEntropy(z, labels, labelsOffset, options, dz);
    }

    @Override
    public float crossEntropy(Matrix z, Matrix targets, CrossEntropy options, Matrix dz) {
        return now().crossEntropy(z, targets, options, dz);
    }
}
