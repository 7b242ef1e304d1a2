// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.normalization;

import org.lanewise.kernels.Checks;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;

/// The checks that both twins of [Normalization] make before they write anything.
final class NormalizationChecks {

    private static final String TRAINING = "batchNormTraining";
    private static final String INFERENCE = "batchNormInference";
    private static final String BACKWARD = "batchNormBackward";
    private static final String FOLD = "foldBatchNorm";
    private static final String LAYER = "layerNorm";
    private static final String LAYER_BACKWARD = "layerNormBackward";

    private NormalizationChecks() {
    }

    static void batchNormTraining(Matrix x, Matrix gamma, Matrix beta, float epsilon, float momentum,
            Matrix runningMean, Matrix runningVariance, Matrix mean, Matrix inverseDeviation, Activation activation,
            Matrix y, Matrix derivative) {
        Checks.plain(TRAINING, "x", x);
        if (x.rows() < 2) {
            throw new IllegalArgumentException(TRAINING + ": x is " + x.shape()
                    + "; a batch of fewer than two rows has no deviation, train with at least two");
        }
        affine(TRAINING, gamma, beta, x.columns());
        epsilon(TRAINING, epsilon);
        Checks.parameter(TRAINING, "momentum", momentum, momentum >= 0f && momentum <= 1f, "must be in [0, 1]");
        if ((runningMean == null) != (runningVariance == null)) {
            throw new NullPointerException(TRAINING + ": " + (runningMean == null ? "runningMean" : "runningVariance")
                    + " is null and the other is not; give both or neither");
        }
        if (runningMean != null) {
            row(TRAINING, "runningMean", runningMean, x.columns());
            row(TRAINING, "runningVariance", runningVariance, x.columns());
        }
        row(TRAINING, "mean", mean, x.columns());
        row(TRAINING, "inverseDeviation", inverseDeviation, x.columns());
        Checks.notNull(TRAINING, "activation", activation);
        Checks.shape(TRAINING, "y", y, x.rows(), x.columns());
        if (derivative != null) {
            Checks.shape(TRAINING, "derivative", derivative, x.rows(), x.columns());
        }

        Checks.sameOrDisjoint(TRAINING, "y", y, "x", x);
        disjoint(TRAINING, "y", y, "gamma", gamma, "beta", beta);
        disjoint(TRAINING, "mean", mean, "x", x, "gamma", gamma, "beta", beta, "y", y);
        disjoint(TRAINING, "inverseDeviation", inverseDeviation, "x", x, "gamma", gamma, "beta", beta, "y", y);
        Checks.disjoint(TRAINING, "inverseDeviation", inverseDeviation, "mean", mean);
        if (runningMean != null) {
            disjoint(TRAINING, "runningMean", runningMean, "x", x, "gamma", gamma, "beta", beta, "y", y);
            disjoint(TRAINING, "runningMean", runningMean, "mean", mean, "inverseDeviation", inverseDeviation);
            disjoint(TRAINING, "runningVariance", runningVariance, "x", x, "gamma", gamma, "beta", beta, "y", y);
            disjoint(TRAINING, "runningVariance", runningVariance, "mean", mean, "inverseDeviation", inverseDeviation);
            Checks.disjoint(TRAINING, "runningVariance", runningVariance, "runningMean", runningMean);
        }
        if (derivative != null) {
            disjoint(TRAINING, "derivative", derivative, "x", x, "gamma", gamma, "beta", beta, "y", y);
            disjoint(TRAINING, "derivative", derivative, "mean", mean, "inverseDeviation", inverseDeviation);
            if (runningMean != null) {
                disjoint(TRAINING, "derivative", derivative, "runningMean", runningMean,
                        "runningVariance", runningVariance);
            }
        }
    }

    static void batchNormInference(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix runningMean,
            Matrix runningVariance, Activation activation, Matrix y) {
        Checks.plain(INFERENCE, "x", x);
        affine(INFERENCE, gamma, beta, x.columns());
        epsilon(INFERENCE, epsilon);
        row(INFERENCE, "runningMean", runningMean, x.columns());
        row(INFERENCE, "runningVariance", runningVariance, x.columns());
        Checks.notNull(INFERENCE, "activation", activation);
        Checks.shape(INFERENCE, "y", y, x.rows(), x.columns());

        Checks.sameOrDisjoint(INFERENCE, "y", y, "x", x);
        disjoint(INFERENCE, "y", y, "gamma", gamma, "beta", beta, "runningMean", runningMean,
                "runningVariance", runningVariance);
    }

    static void batchNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dx, Matrix dGamma, Matrix dBeta) {
        Checks.plain(BACKWARD, "x", x);
        row(BACKWARD, "gamma", gamma, x.columns());
        row(BACKWARD, "mean", mean, x.columns());
        row(BACKWARD, "inverseDeviation", inverseDeviation, x.columns());
        if (derivative != null) {
            Checks.shape(BACKWARD, "derivative", derivative, x.rows(), x.columns());
        }
        backward(BACKWARD, x, gamma, mean, inverseDeviation, dy, dx, dGamma, dBeta);
        if (derivative != null) {
            Checks.disjoint(BACKWARD, "dx", dx, "derivative", derivative);
            Checks.disjoint(BACKWARD, "dGamma", dGamma, "derivative", derivative);
            Checks.disjoint(BACKWARD, "dBeta", dBeta, "derivative", derivative);
        }
    }

    static void foldBatchNorm(Matrix weights, Matrix bias, Matrix gamma, Matrix beta, float epsilon,
            Matrix runningMean, Matrix runningVariance, Matrix foldedWeights, Matrix foldedBias) {
        Checks.plain(FOLD, "weights", weights);
        int columns = weights.columns();
        row(FOLD, "bias", bias, columns);
        affine(FOLD, gamma, beta, columns);
        epsilon(FOLD, epsilon);
        row(FOLD, "runningMean", runningMean, columns);
        row(FOLD, "runningVariance", runningVariance, columns);
        Checks.shape(FOLD, "foldedWeights", foldedWeights, weights.rows(), columns);
        row(FOLD, "foldedBias", foldedBias, columns);

        Checks.sameOrDisjoint(FOLD, "foldedWeights", foldedWeights, "weights", weights);
        Checks.disjoint(FOLD, "foldedWeights", foldedWeights, "bias", bias);
        disjoint(FOLD, "foldedWeights", foldedWeights, "gamma", gamma, "beta", beta, "runningMean", runningMean,
                "runningVariance", runningVariance);
        Checks.sameOrDisjoint(FOLD, "foldedBias", foldedBias, "bias", bias);
        disjoint(FOLD, "foldedBias", foldedBias, "weights", weights, "foldedWeights", foldedWeights);
        disjoint(FOLD, "foldedBias", foldedBias, "gamma", gamma, "beta", beta, "runningMean", runningMean,
                "runningVariance", runningVariance);
    }

    static void layerNorm(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix mean, Matrix inverseDeviation,
            Matrix y) {
        layer(LAYER, x);
        affine(LAYER, gamma, beta, x.columns());
        epsilon(LAYER, epsilon);
        row(LAYER, "mean", mean, x.rows());
        row(LAYER, "inverseDeviation", inverseDeviation, x.rows());
        Checks.shape(LAYER, "y", y, x.rows(), x.columns());

        Checks.sameOrDisjoint(LAYER, "y", y, "x", x);
        disjoint(LAYER, "y", y, "gamma", gamma, "beta", beta);
        disjoint(LAYER, "mean", mean, "x", x, "gamma", gamma, "beta", beta, "y", y);
        disjoint(LAYER, "inverseDeviation", inverseDeviation, "x", x, "gamma", gamma, "beta", beta, "y", y);
        Checks.disjoint(LAYER, "inverseDeviation", inverseDeviation, "mean", mean);
    }

    static void layerNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix dy, Matrix dx,
            Matrix dGamma, Matrix dBeta) {
        layer(LAYER_BACKWARD, x);
        row(LAYER_BACKWARD, "gamma", gamma, x.columns());
        row(LAYER_BACKWARD, "mean", mean, x.rows());
        row(LAYER_BACKWARD, "inverseDeviation", inverseDeviation, x.rows());
        backward(LAYER_BACKWARD, x, gamma, mean, inverseDeviation, dy, dx, dGamma, dBeta);
    }

    private static void layer(String operation, Matrix x) {
        Checks.plain(operation, "x", x);
        if (x.columns() == 0) {
            throw new IllegalArgumentException(operation + ": x is " + x.shape()
                    + "; a row without elements has no mean, it must have at least one column");
        }
    }

    private static void backward(String operation, Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation,
            Matrix dy, Matrix dx, Matrix dGamma, Matrix dBeta) {
        Checks.shape(operation, "dy", dy, x.rows(), x.columns());
        Checks.shape(operation, "dx", dx, x.rows(), x.columns());
        row(operation, "dGamma", dGamma, x.columns());
        row(operation, "dBeta", dBeta, x.columns());

        Checks.sameOrDisjoint(operation, "dx", dx, "dy", dy);
        disjoint(operation, "dx", dx, "x", x, "gamma", gamma, "mean", mean, "inverseDeviation", inverseDeviation);
        disjoint(operation, "dGamma", dGamma, "x", x, "gamma", gamma, "mean", mean,
                "inverseDeviation", inverseDeviation);
        disjoint(operation, "dGamma", dGamma, "dy", dy, "dx", dx);
        disjoint(operation, "dBeta", dBeta, "x", x, "gamma", gamma, "mean", mean,
                "inverseDeviation", inverseDeviation);
        disjoint(operation, "dBeta", dBeta, "dy", dy, "dx", dx);
        Checks.disjoint(operation, "dBeta", dBeta, "dGamma", dGamma);
    }

    private static void affine(String operation, Matrix gamma, Matrix beta, int columns) {
        row(operation, "gamma", gamma, columns);
        row(operation, "beta", beta, columns);
    }

    private static void row(String operation, String name, Matrix row, int columns) {
        Checks.shape(operation, name, row, 1, columns);
    }

    private static void epsilon(String operation, float epsilon) {
        Checks.parameter(operation, "epsilon", epsilon, epsilon > 0f && epsilon < Float.POSITIVE_INFINITY,
                "must be positive and finite");
    }

    private static void disjoint(String operation, String outputName, Matrix output, String firstName, Matrix first,
            String secondName, Matrix second) {
        Checks.disjoint(operation, outputName, output, firstName, first);
        Checks.disjoint(operation, outputName, output, secondName, second);
    }

    private static void disjoint(String operation, String outputName, Matrix output, String firstName, Matrix first,
            String secondName, Matrix second, String thirdName, Matrix third, String fourthName, Matrix fourth) {
        disjoint(operation, outputName, output, firstName, first, secondName, second);
        disjoint(operation, outputName, output, thirdName, third, fourthName, fourth);
    }
}
