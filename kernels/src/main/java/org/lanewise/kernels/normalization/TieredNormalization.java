// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.normalization;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Exercise;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.Tier;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.activation.Activations;

/// Normalization on the reference until its SIMD twins are compiled.
public final class TieredNormalization extends Tier<Normalization> implements Normalization {

    private static final float EPSILON = 1e-5f;

    /// Full panels of rows, but for one row: the compiler unrolls the loop down a panel for as many turns as it sees.
    private static final int[][] SHAPES = {{48, 10}, {33, 85}, {32, 256}, {16, 325}};

    private final Activations activations;

    /// @param reference does the calls before the switch
    /// @param activations the activation passes of the SIMD twins, which may be on another tier
    /// @param background runs the warm-up
    public TieredNormalization(Normalization reference, Activations activations, Executor background) {
        super("normalization", reference, background);
        this.activations = activations;
    }

    @Override
    protected Normalization twin() {
        return new VectorNormalization(activations);
    }

    /// Without activations that are a pass of their own: those are another family's.
    @Override
    protected List<Exercise<Normalization>> exercises() {
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

    @Override
    public void batchNormTraining(Matrix x, Matrix gamma, Matrix beta, float epsilon, float momentum,
            Matrix runningMean, Matrix runningVariance, Matrix mean, Matrix inverseDeviation, Activation activation,
            Matrix y, Matrix derivative) {
        now().batchNormTraining(x, gamma, beta, epsilon, momentum, runningMean, runningVariance, mean,
                inverseDeviation, activation, y, derivative);
    }

    @Override
    public void batchNormStatistics(Matrix x, float epsilon, float momentum, Matrix runningMean,
            Matrix runningVariance, Matrix mean, Matrix inverseDeviation) {
        now().batchNormStatistics(x, epsilon, momentum, runningMean, runningVariance, mean, inverseDeviation);
    }

    @Override
    public void batchNormApply(Matrix x, Matrix gamma, Matrix beta, Matrix mean, Matrix inverseDeviation,
            Activation activation, Matrix y, Matrix derivative) {
        now().batchNormApply(x, gamma, beta, mean, inverseDeviation, activation, y, derivative);
    }

    @Override
    public void batchNormInference(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix runningMean,
            Matrix runningVariance, Activation activation, Matrix y) {
        now().batchNormInference(x, gamma, beta, epsilon, runningMean, runningVariance, activation, y);
    }

    @Override
    public void batchNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dx, Matrix dGamma, Matrix dBeta) {
        now().batchNormBackward(x, gamma, mean, inverseDeviation, derivative, dy, dx, dGamma, dBeta);
    }

    @Override
    public void batchNormParameterGradients(Matrix x, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dGamma, Matrix dBeta) {
        now().batchNormParameterGradients(x, mean, inverseDeviation, derivative, dy, dGamma, dBeta);
    }

    @Override
    public void batchNormInputGradient(int batchRows, Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation,
            Matrix derivative, Matrix dy, Matrix dGamma, Matrix dBeta, Matrix dx) {
        now().batchNormInputGradient(batchRows, x, gamma, mean, inverseDeviation, derivative, dy, dGamma, dBeta, dx);
    }

    @Override
    public void foldBatchNorm(Matrix weights, Matrix bias, Matrix gamma, Matrix beta, float epsilon,
            Matrix runningMean, Matrix runningVariance, Matrix foldedWeights, Matrix foldedBias) {
        now().foldBatchNorm(weights, bias, gamma, beta, epsilon, runningMean, runningVariance, foldedWeights,
                foldedBias);
    }

    @Override
    public void layerNorm(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix mean, Matrix inverseDeviation,
            Matrix y) {
        now().layerNorm(x, gamma, beta, epsilon, mean, inverseDeviation, y);
    }

    @Override
    public void layerNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix dy, Matrix dx,
            Matrix dGamma, Matrix dBeta) {
        now().layerNormBackward(x, gamma, mean, inverseDeviation, dy, dx, dGamma, dBeta);
    }
}
