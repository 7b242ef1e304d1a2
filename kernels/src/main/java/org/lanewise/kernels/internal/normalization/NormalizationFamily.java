// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.normalization;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.activation.ScalarActivations;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.family.Exercise;
import org.lanewise.kernels.internal.family.Family;
import org.lanewise.kernels.internal.team.Team;
import org.lanewise.kernels.normalization.Normalization;

/// Normalization: what the family decides by itself.
public final class NormalizationFamily implements Family<Normalization> {

    private static final float EPSILON = 1e-5f;

    /// Full panels of rows, except for one row: the compiler unrolls the loop down a panel for the trip counts that it
    /// has seen.
    private static final int[][] SHAPES = {{48, 10}, {33, 85}, {32, 256}, {16, 325}};

    @Override
    public String name() {
        return "normalization";
    }

    @Override
    public Normalization reference() {
        return new ScalarNormalization(new ScalarActivations());
    }

    @Override
    public Normalization twin(ArrayActivations activations) {
        return new VectorNormalization(activations);
    }

    @Override
    public Normalization tiered(Executor background, ArrayActivations activations) {
        return new TieredNormalization(background, activations);
    }

    @Override
    public Normalization split(Normalization kernels, Team team) {
        return new ParallelNormalization(kernels, team);
    }

    /// Without activations that take a pass of their own: the activations' family exercises those.
    @Override
    public List<Exercise<Normalization>> exercises() {
        List<Exercise<Normalization>> exercises = new ArrayList<>();
        for (int[] shape : SHAPES) {
            int rows = shape[0];
            int columns = shape[1];
            Matrix x = Exercise.matrix(rows, columns, 3);
            Matrix y = Exercise.matrix(rows, columns, 3);
            Matrix dx = Exercise.matrix(rows, columns, 3);
            Matrix derivative = Exercise.matrix(rows, columns, 3);
            Matrix gamma = Exercise.matrix(1, columns, 0);
            Matrix beta = Exercise.matrix(1, columns, 0);
            Matrix mean = Matrix.zeros(1, columns);
            Matrix variance = Matrix.zeros(1, columns);
            Matrix batchMean = Matrix.zeros(2, columns);
            Matrix inverse = Matrix.zeros(1, columns);
            Matrix dGamma = Matrix.zeros(1, columns);
            Matrix dBeta = Matrix.zeros(1, columns);
            Matrix rowMean = Matrix.zeros(2, rows);
            Matrix rowInverse = Matrix.zeros(1, rows);
            String of = " of " + x.shape();
            exercises.add(new Exercise<>("batch norm" + of, family -> {
                family.batchNormTraining(x, gamma, beta, EPSILON, 0.1f, mean, variance, batchMean, inverse,
                        Activation.IDENTITY, y, null);
                family.batchNormTraining(x, gamma, beta, EPSILON, 0.1f, null, null, batchMean, inverse,
                        Activation.RELU, y, derivative);
            }));
            exercises.add(new Exercise<>("batch norm inference" + of, family -> {
                family.batchNormInference(x, gamma, beta, EPSILON, mean, variance, Activation.IDENTITY, y);
                family.batchNormInference(x, gamma, beta, EPSILON, mean, variance, Activation.RELU, y);
            }));
            exercises.add(new Exercise<>("batch norm backward" + of, family -> {
                family.batchNormBackward(x, gamma, batchMean, inverse, null, y, dx, dGamma, dBeta);
                family.batchNormBackward(x, gamma, batchMean, inverse, derivative, y, dx, dGamma, dBeta);
            }));
            exercises.add(new Exercise<>("folding batch norm" + of, family -> family.foldBatchNorm(x, beta, gamma,
                    beta, EPSILON, mean, variance, y, dBeta)));
            exercises.add(new Exercise<>("layer norm" + of, family -> family.layerNorm(x, gamma, beta, EPSILON,
                    rowMean, rowInverse, y)));
            exercises.add(new Exercise<>("layer norm backward" + of, family -> family.layerNormBackward(x, gamma,
                    rowMean, rowInverse, y, dx, dGamma, dBeta)));
        }
        return exercises;
    }
}
