// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.normalization;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.check.Checks;

/// The checks that both twins of [org.lanewise.kernels.normalization.Normalization] make before they write anything.
final class NormalizationChecks {

    private static final String TRAINING = "batchNormTraining";
    private static final String STATISTICS = "batchNormStatistics";
    private static final String APPLY = "batchNormApply";
    private static final String INFERENCE = "batchNormInference";
    private static final String BACKWARD = "batchNormBackward";
    private static final String PARAMETER_GRADIENTS = "batchNormParameterGradients";
    private static final String INPUT_GRADIENT = "batchNormInputGradient";
    private static final String FOLD = "foldBatchNorm";
    private static final String LAYER = "layerNorm";
    private static final String LAYER_BACKWARD = "layerNormBackward";

    private NormalizationChecks() {
    }

    static void batchNormTraining(Matrix x, Matrix gamma, Matrix beta, float epsilon, float momentum,
            Matrix runningMean, Matrix runningVariance, Matrix mean, Matrix inverseDeviation, Activation activation,
            Matrix y, Matrix derivative) {
        statistics(TRAINING, 1, x, epsilon, momentum, runningMean, runningVariance, mean, inverseDeviation);
        apply(TRAINING, x, gamma, beta, activation, y, derivative);

        disjoint(TRAINING, "mean", mean, "gamma", gamma, "beta", beta);
        Checks.disjoint(TRAINING, "mean", mean, "y", y);
        disjoint(TRAINING, "inverseDeviation", inverseDeviation, "gamma", gamma, "beta", beta);
        Checks.disjoint(TRAINING, "inverseDeviation", inverseDeviation, "y", y);
        if (runningMean != null) {
            disjoint(TRAINING, "runningMean", runningMean, "gamma", gamma, "beta", beta);
            Checks.disjoint(TRAINING, "runningMean", runningMean, "y", y);
            disjoint(TRAINING, "runningVariance", runningVariance, "gamma", gamma, "beta", beta);
            Checks.disjoint(TRAINING, "runningVariance", runningVariance, "y", y);
        }
        if (derivative != null) {
            disjoint(TRAINING, "derivative", derivative, "mean", mean, "inverseDeviation", inverseDeviation);
            if (runningMean != null) {
                disjoint(TRAINING, "derivative", derivative, "runningMean", runningMean,
                        "runningVariance", runningVariance);
            }
        }
    }

    static void batchNormStatistics(Matrix x, float epsilon, float momentum, Matrix runningMean,
            Matrix runningVariance, Matrix mean, Matrix inverseDeviation) {
        statistics(STATISTICS, 2, x, epsilon, momentum, runningMean, runningVariance, mean, inverseDeviation);
    }

    private static void statistics(String operation, int fewestRows, Matrix x, float epsilon, float momentum,
            Matrix runningMean, Matrix runningVariance, Matrix mean, Matrix inverseDeviation) {
        Checks.plain(operation, "x", x);
        if (x.rows() < 2) {
            throw new IllegalArgumentException(operation + ": x is " + x.shape()
                    + "; a batch of fewer than two rows has no deviation, train with at least two");
        }
        epsilon(operation, epsilon);
        Checks.parameter(operation, "momentum", momentum, momentum >= 0f && momentum <= 1f, "must be in [0, 1]");
        if ((runningMean == null) != (runningVariance == null)) {
            throw new NullPointerException(operation + ": "
                    + (runningMean == null ? "runningMean" : "runningVariance")
                    + " is null and the other is not; give both or neither");
        }
        if (runningMean != null) {
            row(operation, "runningMean", runningMean, x.columns());
            row(operation, "runningVariance", runningVariance, x.columns());
        }
        means(operation, fewestRows, mean, x.columns());
        row(operation, "inverseDeviation", inverseDeviation, x.columns());

        Checks.disjoint(operation, "mean", mean, "x", x);
        disjoint(operation, "inverseDeviation", inverseDeviation, "x", x, "mean", mean);
        if (runningMean != null) {
            Checks.disjoint(operation, "runningMean", runningMean, "x", x);
            disjoint(operation, "runningMean", runningMean, "mean", mean, "inverseDeviation", inverseDeviation);
            disjoint(operation, "runningVariance", runningVariance, "x", x, "runningMean", runningMean);
            disjoint(operation, "runningVariance", runningVariance, "mean", mean, "inverseDeviation",
                    inverseDeviation);
        }
    }

    static void batchNormApply(Matrix x, Matrix gamma, Matrix beta, Matrix mean, Matrix inverseDeviation,
            Activation activation, Matrix y, Matrix derivative) {
        Checks.plain(APPLY, "x", x);
        apply(APPLY, x, gamma, beta, activation, y, derivative);
        means(APPLY, 2, mean, x.columns());
        row(APPLY, "inverseDeviation", inverseDeviation, x.columns());

        disjoint(APPLY, "y", y, "mean", mean, "inverseDeviation", inverseDeviation);
        if (derivative != null) {
            disjoint(APPLY, "derivative", derivative, "mean", mean, "inverseDeviation", inverseDeviation);
        }
    }

    private static void apply(String operation, Matrix x, Matrix gamma, Matrix beta, Activation activation, Matrix y,
            Matrix derivative) {
        affine(operation, gamma, beta, x.columns());
        Checks.notNull(operation, "activation", activation);
        Checks.shape(operation, "y", y, x.rows(), x.columns());

        Checks.sameOrDisjoint(operation, "y", y, "x", x);
        disjoint(operation, "y", y, "gamma", gamma, "beta", beta);
        if (derivative != null) {
            Checks.shape(operation, "derivative", derivative, x.rows(), x.columns());
            disjoint(operation, "derivative", derivative, "x", x, "gamma", gamma, "beta", beta, "y", y);
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
        means(BACKWARD, 1, mean, x.columns());
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

    static void batchNormParameterGradients(Matrix x, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dGamma, Matrix dBeta) {
        batch(PARAMETER_GRADIENTS, x, mean, inverseDeviation, derivative, dy, dGamma, dBeta);

        disjoint(PARAMETER_GRADIENTS, "dGamma", dGamma, "x", x, "dy", dy, "mean", mean,
                "inverseDeviation", inverseDeviation);
        disjoint(PARAMETER_GRADIENTS, "dBeta", dBeta, "x", x, "dy", dy, "mean", mean,
                "inverseDeviation", inverseDeviation);
        Checks.disjoint(PARAMETER_GRADIENTS, "dBeta", dBeta, "dGamma", dGamma);
        if (derivative != null) {
            Checks.disjoint(PARAMETER_GRADIENTS, "dGamma", dGamma, "derivative", derivative);
            Checks.disjoint(PARAMETER_GRADIENTS, "dBeta", dBeta, "derivative", derivative);
        }
    }

    static void batchNormInputGradient(int batchRows, Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation,
            Matrix derivative, Matrix dy, Matrix dGamma, Matrix dBeta, Matrix dx) {
        batch(INPUT_GRADIENT, x, mean, inverseDeviation, derivative, dy, dGamma, dBeta);
        Checks.parameter(INPUT_GRADIENT, "batchRows", batchRows, batchRows >= x.rows(),
                "must be at least the rows of x, " + x.rows());
        row(INPUT_GRADIENT, "gamma", gamma, x.columns());
        Checks.shape(INPUT_GRADIENT, "dx", dx, x.rows(), x.columns());

        Checks.sameOrDisjoint(INPUT_GRADIENT, "dx", dx, "dy", dy);
        disjoint(INPUT_GRADIENT, "dx", dx, "x", x, "gamma", gamma, "mean", mean,
                "inverseDeviation", inverseDeviation);
        disjoint(INPUT_GRADIENT, "dx", dx, "dGamma", dGamma, "dBeta", dBeta);
        if (derivative != null) {
            Checks.disjoint(INPUT_GRADIENT, "dx", dx, "derivative", derivative);
        }
    }

    private static void batch(String operation, Matrix x, Matrix mean, Matrix inverseDeviation, Matrix derivative,
            Matrix dy, Matrix dGamma, Matrix dBeta) {
        Checks.plain(operation, "x", x);
        means(operation, 2, mean, x.columns());
        row(operation, "inverseDeviation", inverseDeviation, x.columns());
        if (derivative != null) {
            Checks.shape(operation, "derivative", derivative, x.rows(), x.columns());
        }
        Checks.shape(operation, "dy", dy, x.rows(), x.columns());
        row(operation, "dGamma", dGamma, x.columns());
        row(operation, "dBeta", dBeta, x.columns());
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
        means(LAYER, 1, mean, x.rows());
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
        means(LAYER_BACKWARD, 1, mean, x.rows());
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

    /// Means in two rows, or, where one is enough, in one.
    private static void means(String operation, int fewestRows, Matrix mean, int columns) {
        Checks.plain(operation, "mean", mean);
        if (mean.rows() < fewestRows || mean.rows() > 2 || mean.columns() != columns) {
            throw new IllegalArgumentException(operation + ": mean is " + mean.shape() + "; it must be 2×" + columns
                    + (fewestRows == 1 ? " or 1×" + columns : ""));
        }
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
