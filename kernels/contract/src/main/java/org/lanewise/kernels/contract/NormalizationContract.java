// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.lanewise.kernels.contract.Refusals.assertRefused;
import static org.lanewise.kernels.contract.Samples.assertSameBits;
import static org.lanewise.kernels.contract.Samples.blank;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.normalization.Normalization;

/// The contract of [Normalization]: the bits of the reference.
public interface NormalizationContract extends FamilyContract {

    @Test
    default void batchNormTrainingHasTheReferencesBits() {
        List<Activation> activations = List.of(Activation.IDENTITY, Activation.RELU, Activation.TANH);
        Random random = new Random(61);
        int turn = 0;
        for (int columns : Samples.sizes()) {
            int rows = rows(turn, 2);
            Layout layout = layout(turn);
            Matrix x = turn % 4 == 3 ? Samples.special(random, rows, columns, layout)
                    : Samples.normal(random, rows, columns, layout, 3f);
            for (Activation activation : activations) {
                BatchNorm expected = new BatchNorm(x, layout, turn);
                expected.train(Kernels.reference(), x, activation, expected.y);
                BatchNorm actual = new BatchNorm(x, layout, turn);
                actual.train(kernels(), x, activation, actual.y);
                actual.assertSameAs(expected, "batch norm " + x.shape() + ", " + layout + ", " + activation);
                turn++;
            }
        }
    }

    @Test
    default void batchNormTrainingWorksInPlace() {
        Random random = new Random(62);
        for (int columns : Samples.fewSizes()) {
            for (Activation activation : List.of(Activation.IDENTITY, Activation.RELU, Activation.SILU)) {
                Matrix x = Samples.normal(random, 37, columns, Layout.STRIDED, 2f);
                BatchNorm expected = new BatchNorm(x, Layout.DENSE, 0);
                expected.train(Kernels.reference(), x, activation, expected.y);
                BatchNorm actual = new BatchNorm(x, Layout.DENSE, 0);
                actual.train(kernels(), x, activation, x);
                assertSameBits(expected.y, x, "y of batch norm in place, 37×" + columns + ", " + activation);
                assertSameBits(expected.derivative, actual.derivative, "derivative, in place, 37×" + columns);
            }
        }
    }

    @Test
    default void batchNormFusedWithAnActivationIsTheTwoInTurn() {
        Random random = new Random(63);
        for (Activation activation : List.of(Activation.RELU, Activation.SIGMOID, Activation.GELU,
                new Activation.LeakyRelu(0.1f))) {
            Matrix x = Samples.special(random, 50, 71, Layout.STRIDED);
            for (int column = 0; column < 60; column++) {
                for (int row = 0; row < 50; row++) {
                    x.set(row, column, (float) random.nextGaussian());
                }
            }
            BatchNorm plain = new BatchNorm(x, Layout.OFFSET, 0);
            plain.train(kernels(), x, Activation.IDENTITY, plain.y);
            Matrix y = blank(50, 71, Layout.DENSE);
            Matrix derivative = blank(50, 71, Layout.DENSE);
            kernels().activations().valueAndDerivative(activation, plain.y, y, derivative);
            BatchNorm fused = new BatchNorm(x, Layout.OFFSET, 0);
            fused.train(kernels(), x, activation, fused.y);
            assertSameBits(y, fused.y, "y of batch norm with " + activation);
            assertSameBits(derivative, fused.derivative, "derivative of batch norm with " + activation);
        }
    }

    @Test
    default void batchNormColumnsDoNotDependOnTheirNeighbours() {
        Matrix x = Samples.normal(new Random(64), 70, 141, Layout.OFFSET, 2f);
        BatchNorm whole = new BatchNorm(x, Layout.DENSE, 0);
        whole.train(kernels(), x, Activation.RELU, whole.y);
        BatchNorm split = new BatchNorm(x, Layout.DENSE, 0);
        for (int from = 0, step = 1; from < 141; from += step, step = Math.min(step + 16, 141 - from)) {
            Matrix part = x.columns(from, step);
            kernels().normalization().batchNormTraining(part, split.gamma.columns(from, step),
                    split.beta.columns(from, step), 1e-5f, 0.1f, split.runningMean.columns(from, step),
                    split.runningVariance.columns(from, step), split.mean.columns(from, step),
                    split.inverseDeviation.columns(from, step), Activation.RELU, split.y.columns(from, step),
                    split.derivative.columns(from, step));
        }
        split.assertSameAs(whole, "batch norm of column ranges");
    }

    @Test
    default void theHalvesOfBatchNormInTurnHaveTheReferencesBits() {
        Random random = new Random(68);
        for (int columns : Samples.fewSizes()) {
            Matrix x = Samples.normal(random, 37, columns, Layout.OFFSET, 2f);
            Matrix dy = Samples.normal(random, 37, columns, Layout.STRIDED, 1f);
            for (Activation activation : List.of(Activation.IDENTITY, Activation.RELU, Activation.GELU)) {
                BatchNorm expected = new BatchNorm(x, Layout.DENSE, 0);
                expected.train(Kernels.reference(), x, activation, expected.y);
                Gradients expectedGradients = new Gradients(37, columns, Layout.DENSE);
                Kernels.reference().normalization().batchNormBackward(x, expected.gamma, expected.mean,
                        expected.inverseDeviation, expected.derivative, dy, expectedGradients.dx,
                        expectedGradients.dGamma, expectedGradients.dBeta);

                Normalization normalization = kernels().normalization();
                BatchNorm actual = new BatchNorm(x, Layout.DENSE, 0);
                normalization.batchNormStatistics(x, 1e-5f, 0.1f, actual.runningMean, actual.runningVariance,
                        actual.mean, actual.inverseDeviation);
                for (int from = 0, rows = 1; from < 37; from += rows, rows = Math.min(rows + 4, 37 - from)) {
                    normalization.batchNormApply(x.rows(from, rows), actual.gamma, actual.beta, actual.mean,
                            actual.inverseDeviation, activation, actual.y.rows(from, rows),
                            actual.derivative.rows(from, rows));
                }
                String what = "in halves, 37×" + columns + ", " + activation;
                actual.assertSameAs(expected, "batch norm " + what);

                Gradients gradients = new Gradients(37, columns, Layout.DENSE);
                normalization.batchNormParameterGradients(x, actual.mean, actual.inverseDeviation, actual.derivative,
                        dy, gradients.dGamma, gradients.dBeta);
                for (int from = 0, rows = 1; from < 37; from += rows, rows = Math.min(rows + 4, 37 - from)) {
                    normalization.batchNormInputGradient(37, x.rows(from, rows), actual.gamma, actual.mean,
                            actual.inverseDeviation, actual.derivative.rows(from, rows), dy.rows(from, rows),
                            gradients.dGamma, gradients.dBeta, gradients.dx.rows(from, rows));
                }
                gradients.assertSameAs(expectedGradients, "batch norm backward " + what);
            }
        }
    }

    @Test
    default void batchNormInferenceHasTheReferencesBits() {
        Random random = new Random(65);
        int turn = 0;
        for (int columns : Samples.sizes()) {
            Layout layout = layout(turn);
            Activation activation = turn % 3 == 0 ? Activation.IDENTITY : turn % 3 == 1 ? Activation.RELU
                    : Activation.SIGMOID;
            Matrix x = turn % 4 == 3 ? Samples.special(random, rows(turn, 1), columns, layout)
                    : Samples.normal(random, rows(turn, 1), columns, layout, 3f);
            Matrix gamma = Samples.normal(random, 1, columns, layout, 1f);
            Matrix beta = Samples.normal(random, 1, columns, layout, 1f);
            Matrix mean = Samples.normal(random, 1, columns, layout, 1f);
            Matrix variance = positive(random, columns, layout);
            Matrix expected = blank(x.rows(), columns, layout);
            Kernels.reference().normalization().batchNormInference(x, gamma, beta, 1e-3f, mean, variance, activation,
                    expected);
            Matrix actual = blank(x.rows(), columns, layout);
            Normalization normalization = kernels().normalization();
            normalization.batchNormInference(x, gamma, beta, 1e-3f, mean, variance, activation, actual);
            assertSameBits(expected, actual, "inference " + x.shape() + ", " + layout + ", " + activation);
            normalization.batchNormInference(x, gamma, beta, 1e-3f, mean, variance, activation, x);
            assertSameBits(expected, x, "inference in place " + x.shape() + ", " + layout + ", " + activation);
            turn++;
        }
    }

    @Test
    default void batchNormBackwardHasTheReferencesBits() {
        Random random = new Random(66);
        int turn = 0;
        for (int columns : Samples.sizes()) {
            int rows = rows(turn, 2);
            Layout layout = layout(turn);
            boolean special = turn % 4 == 3;
            Matrix x = Samples.normal(random, rows, columns, layout, 3f);
            Matrix gamma = Samples.normal(random, 1, columns, layout, 1f);
            Matrix mean = Samples.normal(random, 2, columns, layout, 1f);
            Matrix inverse = positive(random, columns, layout);
            Matrix dy = special ? Samples.special(random, rows, columns, layout)
                    : Samples.normal(random, rows, columns, layout, 1f);
            for (Matrix derivative : new Matrix[] {null, Samples.normal(random, rows, columns, layout, 1f)}) {
                Gradients expected = new Gradients(rows, columns, layout);
                Kernels.reference().normalization().batchNormBackward(x, gamma, mean, inverse, derivative, dy,
                        expected.dx, expected.dGamma, expected.dBeta);
                Gradients actual = new Gradients(rows, columns, layout);
                Normalization normalization = kernels().normalization();
                normalization.batchNormBackward(x, gamma, mean, inverse, derivative, dy, actual.dx, actual.dGamma,
                        actual.dBeta);
                String what = "batch norm backward " + x.shape() + ", " + layout
                        + (derivative == null ? "" : ", with derivative");
                actual.assertSameAs(expected, what);
                Matrix inPlace = Samples.copy(dy);
                normalization.batchNormBackward(x, gamma, mean, inverse, derivative, inPlace, inPlace, actual.dGamma,
                        actual.dBeta);
                assertSameBits(expected.dx, inPlace, what + ", in place");
            }
            turn++;
        }
    }

    @Test
    default void foldBatchNormHasTheReferencesBits() {
        Random random = new Random(67);
        for (int columns : Samples.fewSizes()) {
            for (Layout layout : Layout.values()) {
                Matrix weights = Samples.normal(random, 9, columns, layout, 1f);
                Matrix bias = Samples.normal(random, 1, columns, layout, 1f);
                Matrix gamma = Samples.normal(random, 1, columns, layout, 1f);
                Matrix beta = Samples.normal(random, 1, columns, layout, 1f);
                Matrix mean = Samples.normal(random, 1, columns, layout, 1f);
                Matrix variance = positive(random, columns, layout);
                Matrix expectedWeights = blank(9, columns, layout);
                Matrix expectedBias = blank(1, columns, layout);
                Kernels.reference().normalization().foldBatchNorm(weights, bias, gamma, beta, 1e-5f, mean, variance,
                        expectedWeights, expectedBias);
                Matrix foldedWeights = blank(9, columns, layout);
                Matrix foldedBias = blank(1, columns, layout);
                Normalization normalization = kernels().normalization();
                normalization.foldBatchNorm(weights, bias, gamma, beta, 1e-5f, mean, variance, foldedWeights,
                        foldedBias);
                assertSameBits(expectedWeights, foldedWeights, "folded weights, " + columns + ", " + layout);
                assertSameBits(expectedBias, foldedBias, "folded bias, " + columns + ", " + layout);
                normalization.foldBatchNorm(weights, bias, gamma, beta, 1e-5f, mean, variance, weights, bias);
                assertSameBits(expectedWeights, weights, "weights folded in place, " + columns + ", " + layout);
                assertSameBits(expectedBias, bias, "bias folded in place, " + columns + ", " + layout);
            }
        }
    }

    @Test
    default void layerNormHasTheReferencesBits() {
        Random random = new Random(68);
        int turn = 0;
        for (int columns : Samples.sizes()) {
            int rows = rows(turn, 1);
            Layout layout = layout(turn);
            Matrix x = turn % 4 == 3 ? Samples.special(random, rows, columns, layout)
                    : Samples.normal(random, rows, columns, layout, 3f);
            Matrix gamma = Samples.normal(random, 1, columns, layout, 1f);
            Matrix beta = Samples.normal(random, 1, columns, layout, 1f);
            Matrix mean = blank(2, rows, layout);
            Matrix inverse = blank(1, rows, layout);
            Matrix expected = blank(rows, columns, layout);
            Kernels.reference().normalization().layerNorm(x, gamma, beta, 1e-5f, mean, inverse, expected);
            Matrix actualMean = blank(2, rows, layout);
            Matrix actualInverse = blank(1, rows, layout);
            Matrix actual = blank(rows, columns, layout);
            Normalization normalization = kernels().normalization();
            normalization.layerNorm(x, gamma, beta, 1e-5f, actualMean, actualInverse, actual);
            String what = "layer norm " + x.shape() + ", " + layout;
            assertSameBits(mean, actualMean, what + ": mean");
            assertSameBits(inverse, actualInverse, what + ": inverse deviation");
            assertSameBits(expected, actual, what);
            normalization.layerNorm(x, gamma, beta, 1e-5f, actualMean, actualInverse, x);
            assertSameBits(expected, x, what + ", in place");
            turn++;
        }
    }

    @Test
    default void layerNormBackwardHasTheReferencesBits() {
        Random random = new Random(69);
        int turn = 0;
        for (int columns : Samples.sizes()) {
            int rows = rows(turn, 1);
            Layout layout = layout(turn);
            Matrix x = Samples.normal(random, rows, columns, layout, 3f);
            Matrix gamma = Samples.normal(random, 1, columns, layout, 1f);
            Matrix mean = Samples.normal(random, 2, rows, layout, 1f);
            Matrix inverse = positive(random, rows, layout);
            Matrix dy = turn % 4 == 3 ? Samples.special(random, rows, columns, layout)
                    : Samples.normal(random, rows, columns, layout, 1f);
            Gradients expected = new Gradients(rows, columns, layout);
            Kernels.reference().normalization().layerNormBackward(x, gamma, mean, inverse, dy, expected.dx,
                    expected.dGamma, expected.dBeta);
            Gradients actual = new Gradients(rows, columns, layout);
            Normalization normalization = kernels().normalization();
            normalization.layerNormBackward(x, gamma, mean, inverse, dy, actual.dx, actual.dGamma, actual.dBeta);
            String what = "layer norm backward " + x.shape() + ", " + layout;
            actual.assertSameAs(expected, what);
            normalization.layerNormBackward(x, gamma, mean, inverse, dy, dy, actual.dGamma, actual.dBeta);
            assertSameBits(expected.dx, dy, what + ", in place");
            turn++;
        }
    }

    @Test
    default void meansInOneRowGiveTheSameBits() {
        Random random = new Random(73);
        for (int columns : Samples.fewSizes()) {
            Matrix x = Samples.normal(random, 37, columns, Layout.STRIDED, 1f);
            for (int i = 0; i < 37; i++) {
                for (int j = 0; j < columns; j++) {
                    x.set(i, j, x.get(i, j) + 1000f);
                }
            }
            Matrix gamma = Samples.normal(random, 1, columns, Layout.DENSE, 1f);
            Matrix dy = Samples.normal(random, 37, columns, Layout.OFFSET, 1f);
            Matrix[][] results = new Matrix[2][];
            for (int meanRows = 1; meanRows <= 2; meanRows++) {
                Matrix y = blank(37, columns, Layout.DENSE);
                Matrix mean = blank(meanRows, columns, Layout.OFFSET);
                Matrix inverse = blank(1, columns, Layout.DENSE);
                Gradients batch = new Gradients(37, columns, Layout.STRIDED);
                Normalization n = kernels().normalization();
                n.batchNormTraining(x, gamma, gamma, 1e-5f, 0.1f, null, null, mean, inverse, Activation.RELU, y, null);
                n.batchNormBackward(x, gamma, mean, inverse, null, dy, batch.dx, batch.dGamma, batch.dBeta);
                Matrix z = blank(37, columns, Layout.DENSE);
                Matrix rowMean = blank(meanRows, 37, Layout.STRIDED);
                Matrix rowInverse = blank(1, 37, Layout.DENSE);
                Gradients layer = new Gradients(37, columns, Layout.STRIDED);
                n.layerNorm(x, gamma, gamma, 1e-5f, rowMean, rowInverse, z);
                n.layerNormBackward(x, gamma, rowMean, rowInverse, dy, layer.dx, layer.dGamma, layer.dBeta);
                results[meanRows - 1] = new Matrix[] {y, mean.rows(0, 1), inverse, batch.dx, batch.dGamma, batch.dBeta,
                    z, rowMean.rows(0, 1), rowInverse, layer.dx, layer.dGamma, layer.dBeta};
            }
            for (int k = 0; k < results[0].length; k++) {
                for (int i = 0; i < results[0][k].rows(); i++) {
                    for (int j = 0; j < results[0][k].columns(); j++) {
                        assertSameBits(results[1][k].get(i, j), results[0][k].get(i, j),
                                "output " + k + " with means in one row, 37×" + columns);
                    }
                }
            }
        }
    }

    @Test
    default void manyRowsHaveTheReferencesBits() {
        Random random = new Random(74);
        for (int rows : new int[] {31, 32, 47, 49, 80, 112, 255, 257, 300}) {
            for (int columns : new int[] {1, 3, 33}) {
                Matrix x = Samples.normal(random, rows, columns, Layout.OFFSET, 2f);
                Matrix dy = Samples.normal(random, rows, columns, Layout.STRIDED, 1f);
                BatchNorm expected = new BatchNorm(x, Layout.DENSE, 0);
                expected.train(Kernels.reference(), x, Activation.RELU, expected.y);
                BatchNorm actual = new BatchNorm(x, Layout.DENSE, 0);
                actual.train(kernels(), x, Activation.RELU, actual.y);
                actual.assertSameAs(expected, "batch norm " + x.shape());
                Gradients expectedGradients = new Gradients(rows, columns, Layout.DENSE);
                Gradients gradients = new Gradients(rows, columns, Layout.DENSE);
                Kernels.reference().normalization().batchNormBackward(x, expected.gamma, expected.mean,
                        expected.inverseDeviation, expected.derivative, dy, expectedGradients.dx,
                        expectedGradients.dGamma, expectedGradients.dBeta);
                kernels().normalization().batchNormBackward(x, expected.gamma, expected.mean,
                        expected.inverseDeviation, expected.derivative, dy, gradients.dx, gradients.dGamma,
                        gradients.dBeta);
                gradients.assertSameAs(expectedGradients, "batch norm backward " + x.shape());
                Matrix mean = Samples.normal(random, 2, rows, Layout.DENSE, 1f);
                Matrix inverse = positive(random, rows, Layout.DENSE);
                Kernels.reference().normalization().layerNormBackward(x, expected.gamma, mean, inverse, dy,
                        expectedGradients.dx, expectedGradients.dGamma, expectedGradients.dBeta);
                kernels().normalization().layerNormBackward(x, expected.gamma, mean, inverse, dy, gradients.dx,
                        gradients.dGamma, gradients.dBeta);
                gradients.assertSameAs(expectedGradients, "layer norm backward " + x.shape());
            }
        }
    }

    @Test
    default void hugeAndInfiniteValuesHaveTheReferencesBits() {
        Random random = new Random(75);
        for (int columns : new int[] {2, 17, 40}) {
            Matrix x = Samples.normal(random, 21, columns, Layout.STRIDED, 1f);
            for (int i = 0; i < 21; i++) {
                for (int j = 0; j < columns; j++) {
                    // Columns whose squares overflow, with a NaN and without, beside plain ones.
                    x.set(i, j, x.get(i, j) * (j % 3 == 1 ? 1e30f : 1f));
                }
            }
            x.set(5, columns / 2, Float.NaN);
            x.set(6, columns - 1, Float.NEGATIVE_INFINITY);
            BatchNorm expected = new BatchNorm(x, Layout.OFFSET, 0);
            expected.train(Kernels.reference(), x, Activation.IDENTITY, expected.y);
            BatchNorm actual = new BatchNorm(x, Layout.OFFSET, 0);
            actual.train(kernels(), x, Activation.IDENTITY, actual.y);
            actual.assertSameAs(expected, "batch norm of huge values, " + columns);
            Matrix mean = blank(2, 21, Layout.DENSE);
            Matrix inverse = blank(1, 21, Layout.DENSE);
            Matrix y = blank(21, columns, Layout.DENSE);
            Kernels.reference().normalization().layerNorm(x, expected.gamma, expected.beta, 1e-5f, mean, inverse, y);
            Matrix actualMean = blank(2, 21, Layout.DENSE);
            Matrix actualInverse = blank(1, 21, Layout.DENSE);
            Matrix actualY = blank(21, columns, Layout.DENSE);
            kernels().normalization().layerNorm(x, expected.gamma, expected.beta, 1e-5f, actualMean, actualInverse,
                    actualY);
            assertSameBits(mean, actualMean, "means of huge rows");
            assertSameBits(inverse, actualInverse, "deviations of huge rows");
            assertSameBits(y, actualY, "layer norm of huge values");
        }
    }

    @Test
    default void layerNormRowsDoNotDependOnTheirNeighbours() {
        Random random = new Random(70);
        Matrix x = Samples.normal(random, 21, 77, Layout.STRIDED, 2f);
        Matrix gamma = Samples.normal(random, 1, 77, Layout.DENSE, 1f);
        Matrix mean = blank(2, 21, Layout.DENSE);
        Matrix inverse = blank(1, 21, Layout.DENSE);
        Matrix whole = blank(21, 77, Layout.DENSE);
        Normalization normalization = kernels().normalization();
        normalization.layerNorm(x, gamma, gamma, 1e-5f, mean, inverse, whole);
        Matrix split = blank(21, 77, Layout.DENSE);
        for (int i = 0; i < 21; i += 3) {
            normalization.layerNorm(x.rows(i, 3), gamma, gamma, 1e-5f, mean.columns(i, 3), inverse.columns(i, 3),
                    split.rows(i, 3));
        }
        assertSameBits(whole, split, "layer norm of row ranges");
    }

    @Test
    default void normalizationTakesEmptyMatrices() {
        Normalization normalization = kernels().normalization();
        Matrix none = Matrix.zeros(1, 0);
        Matrix x = Matrix.zeros(4, 0);
        normalization.batchNormTraining(x, none, none, 1e-5f, 0.1f, none, none, none, none, Activation.TANH, x, null);
        normalization.batchNormInference(x, none, none, 1e-5f, none, none, Activation.TANH, x);
        normalization.batchNormBackward(x, none, none, none, null, x, x, none, none);
        Matrix row = Matrix.row(1f, 2f);
        Matrix noRows = Matrix.zeros(0, 2);
        normalization.batchNormInference(noRows, row, row, 1e-5f, row, row, Activation.RELU, noRows);
        normalization.layerNorm(noRows, row, row, 1e-5f, none, none, noRows);
        Matrix dGamma = blank(1, 2, Layout.DENSE);
        Matrix dBeta = blank(1, 2, Layout.DENSE);
        normalization.layerNormBackward(noRows, row, none, none, noRows, noRows, dGamma, dBeta);
        assertSameBits(Matrix.row(0f, 0f), dGamma, "dGamma of no rows");
        assertSameBits(Matrix.row(0f, 0f), dBeta, "dBeta of no rows");
    }

    @Test
    default void batchNormTrainingRefusesBadInput() {
        Random random = new Random(71);
        Matrix x = Samples.normal(random, 6, 5, Layout.DENSE, 1f);
        Matrix row = Samples.normal(random, 1, 5, Layout.DENSE, 1f);
        Matrix longRow = Samples.normal(random, 1, 6, Layout.DENSE, 1f);
        Matrix mean = blank(1, 5, Layout.DENSE);
        Matrix inverse = blank(1, 5, Layout.DENSE);
        Matrix running = blank(1, 5, Layout.DENSE);
        Matrix y = blank(6, 5, Layout.DENSE);
        Normalization n = kernels().normalization();
        Activation relu = Activation.RELU;

        Matrix one = x.rows(0, 1);
        refused("batchNormTraining: x is 1×5; a batch of fewer than two rows has no deviation, train with at least two",
                () -> n.batchNormTraining(one, row, row, 1e-5f, 0.1f, null, null, mean, inverse, relu, y, null));
        refused("batchNormTraining: gamma is 1×6; it must be 1×5",
                () -> n.batchNormTraining(x, longRow, row, 1e-5f, 0.1f, null, null, mean, inverse, relu, y, null));
        refused("batchNormTraining: beta is 1×6; it must be 1×5",
                () -> n.batchNormTraining(x, row, longRow, 1e-5f, 0.1f, null, null, mean, inverse, relu, y, null));
        refused("batchNormTraining: epsilon is 0.0; it must be positive and finite",
                () -> n.batchNormTraining(x, row, row, 0f, 0.1f, null, null, mean, inverse, relu, y, null));
        refused("batchNormTraining: momentum is NaN; it must be in [0, 1]",
                () -> n.batchNormTraining(x, row, row, 1e-5f, Float.NaN, null, null, mean, inverse, relu, y, null));
        refused("batchNormTraining: x is a transposed view of 5×6; only products take transposed views",
                () -> n.batchNormTraining(x.transposed(), row, row, 1e-5f, 0.1f, null, null, mean, inverse, relu, y,
                        null));
        refused("batchNormTraining: y is 5×5; it must be 6×5",
                () -> n.batchNormTraining(x, row, row, 1e-5f, 0.1f, null, null, mean, inverse, relu, y.rows(0, 5),
                        null));
        refused("batchNormTraining: derivative is 5×5; it must be 6×5",
                () -> n.batchNormTraining(x, row, row, 1e-5f, 0.1f, null, null, mean, inverse, relu, y,
                        y.rows(0, 5)));
        refused("batchNormTraining: derivative (" + y + ") overlaps y (" + y + "); they must not share elements",
                () -> n.batchNormTraining(x, row, row, 1e-5f, 0.1f, null, null, mean, inverse, relu, y, y));
        refused("batchNormTraining: inverseDeviation (" + mean + ") overlaps mean (" + mean
                        + "); they must not share elements",
                () -> n.batchNormTraining(x, row, row, 1e-5f, 0.1f, null, null, mean, mean, relu, y, null));
        refused("batchNormTraining: runningVariance (" + running + ") overlaps runningMean (" + running
                        + "); they must not share elements",
                () -> n.batchNormTraining(x, row, row, 1e-5f, 0.1f, running, running, mean, inverse, relu, y, null));
        missing("batchNormTraining: runningVariance is null and the other is not; give both or neither",
                () -> n.batchNormTraining(x, row, row, 1e-5f, 0.1f, running, null, mean, inverse, relu, y, null));
        missing("batchNormTraining: x is null",
                () -> n.batchNormTraining(null, row, row, 1e-5f, 0.1f, null, null, mean, inverse, relu, y, null));
        missing("batchNormTraining: activation is null",
                () -> n.batchNormTraining(x, row, row, 1e-5f, 0.1f, null, null, mean, inverse, null, y, null));

        for (Matrix output : List.of(mean, inverse, running, y)) {
            Samples.assertBlank(output, "refused batch norm");
        }
    }

    @Test
    default void otherNormalizationsRefuseBadInput() {
        Random random = new Random(72);
        Matrix x = Samples.normal(random, 6, 5, Layout.DENSE, 1f);
        Matrix wide = Samples.normal(random, 6, 8, Layout.DENSE, 1f);
        Matrix row = Samples.normal(random, 1, 5, Layout.DENSE, 1f);
        Matrix perRow = Samples.normal(random, 1, 6, Layout.DENSE, 1f);
        Matrix empty = Matrix.zeros(3, 0);
        Gradients out = new Gradients(6, 5, Layout.DENSE);
        Matrix rowOut = blank(1, 6, Layout.DENSE);
        Normalization n = kernels().normalization();

        refused("batchNormInference: runningVariance is 1×6; it must be 1×5",
                () -> n.batchNormInference(x, row, row, 1e-5f, row, perRow, Activation.RELU, out.dx));
        refused("batchNormInference: epsilon is Infinity; it must be positive and finite",
                () -> n.batchNormInference(x, row, row, Float.POSITIVE_INFINITY, row, row, Activation.RELU, out.dx));
        Matrix shifted = wide.columns(1, 5);
        refused("batchNormInference: y (" + shifted + ") overlaps x (" + wide.columns(0, 5)
                        + "); they must not share elements",
                () -> n.batchNormInference(wide.columns(0, 5), row, row, 1e-5f, row, row, Activation.RELU, shifted));
        refused("batchNormBackward: dy is 6×8; it must be 6×5",
                () -> n.batchNormBackward(x, row, row, row, null, wide, out.dx, out.dGamma, out.dBeta));
        refused("batchNormBackward: dBeta (" + out.dGamma + ") overlaps dGamma (" + out.dGamma
                        + "); they must not share elements",
                () -> n.batchNormBackward(x, row, row, row, null, x, out.dx, out.dGamma, out.dGamma));
        refused("batchNormBackward: dx (" + x + ") overlaps x (" + x + "); they must not share elements",
                () -> n.batchNormBackward(x, row, row, row, null, x, x, out.dGamma, out.dBeta));
        refused("batchNormStatistics: x is 1×5; a batch of fewer than two rows has no deviation, "
                        + "train with at least two",
                () -> n.batchNormStatistics(x.rows(0, 1), 1e-5f, 0.1f, null, null, out.dGamma, out.dBeta));
        refused("batchNormApply: derivative (" + out.dx + ") overlaps y (" + out.dx
                        + "); they must not share elements",
                () -> n.batchNormApply(x, row, row, row, row, Activation.RELU, out.dx, out.dx));
        refused("batchNormApply: mean is 1×6; it must be 2×5",
                () -> n.batchNormApply(x, row, row, perRow, row, Activation.RELU, out.dx, null));
        Matrix means = Samples.normal(random, 2, 5, Layout.DENSE, 1f);
        refused("batchNormParameterGradients: dBeta (" + means.rows(1, 1) + ") overlaps mean (" + means
                + "); they must not share elements",
                () -> n.batchNormParameterGradients(x, means, row, null, x, out.dGamma, means.rows(1, 1)));
        refused("batchNormInputGradient: batchRows is 5; it must be at least the rows of x, 6",
                () -> n.batchNormInputGradient(5, x, row, means, row, null, x, out.dGamma, out.dBeta, out.dx));
        refused("batchNormInputGradient: dx (" + x + ") overlaps x (" + x + "); they must not share elements",
                () -> n.batchNormInputGradient(6, x, row, means, row, null, wide.columns(0, 5), out.dGamma, out.dBeta,
                        x));
        missing("batchNormBackward: dy is null",
                () -> n.batchNormBackward(x, row, row, row, null, null, out.dx, out.dGamma, out.dBeta));
        refused("foldBatchNorm: bias is 1×6; it must be 1×5",
                () -> n.foldBatchNorm(x, perRow, row, row, 1e-5f, row, row, out.dx, out.dBeta));
        refused("foldBatchNorm: foldedBias (" + row + ") overlaps gamma (" + row + "); they must not share elements",
                () -> n.foldBatchNorm(x, out.dBeta, row, out.dGamma, 1e-5f, out.dGamma, out.dGamma, out.dx, row));
        refused("layerNorm: x is 3×0; a row without elements has no mean, it must have at least one column",
                () -> n.layerNorm(empty, Matrix.zeros(1, 0), Matrix.zeros(1, 0), 1e-5f, rowOut, rowOut, empty));
        refused("layerNorm: mean is 1×5; it must be 2×6 or 1×6",
                () -> n.layerNorm(x, row, row, 1e-5f, out.dBeta, rowOut, out.dx));
        refused("layerNorm: epsilon is -1.0; it must be positive and finite",
                () -> n.layerNorm(x, row, row, -1f, rowOut, rowOut, out.dx));
        refused("layerNormBackward: inverseDeviation is 1×5; it must be 1×6",
                () -> n.layerNormBackward(x, row, perRow, row, x, out.dx, out.dGamma, out.dBeta));
        missing("layerNormBackward: dGamma is null",
                () -> n.layerNormBackward(x, row, perRow, perRow, x, out.dx, null, out.dBeta));

        for (Matrix output : List.of(out.dx, out.dGamma, out.dBeta, rowOut)) {
            Samples.assertBlank(output, "refused normalization");
        }
    }

    private void refused(String message, Executable call) {
        assertRefused(this, IllegalArgumentException.class, message, call);
    }

    private void missing(String message, Executable call) {
        assertRefused(this, NullPointerException.class, message, call);
    }

    private static Layout layout(int turn) {
        return Layout.values()[turn % 3];
    }

    /// Row counts on each side of a panel, at least `least`.
    private static int rows(int turn, int least) {
        int[] rows = {2, 5, 16, 17, 1, 3, 15, 33, 48, 4};
        return Math.max(least, rows[turn % rows.length]);
    }

    private static Matrix positive(Random random, int columns, Layout layout) {
        Matrix row = blank(1, columns, layout);
        for (int j = 0; j < columns; j++) {
            row.set(0, j, 0.01f + random.nextFloat() * 4f);
        }
        return row;
    }

    /// The arguments of one training call, random where they are inputs.
    final class BatchNorm {

        final Matrix gamma;
        final Matrix beta;
        final Matrix runningMean;
        final Matrix runningVariance;
        final Matrix mean;
        final Matrix inverseDeviation;
        final Matrix y;
        final Matrix derivative;
        private final boolean running;

        /// @param turn selects which optional outputs are asked for
        BatchNorm(Matrix x, Layout layout, int turn) {
            int columns = x.columns();
            Random random = new Random(columns);
            gamma = Samples.normal(random, 1, columns, layout, 1f);
            beta = Samples.normal(random, 1, columns, layout, 1f);
            runningMean = Samples.normal(random, 1, columns, layout, 1f);
            runningVariance = positive(random, columns, layout);
            mean = blank(2, columns, layout);
            inverseDeviation = blank(1, columns, layout);
            y = blank(x.rows(), columns, layout);
            derivative = turn % 2 == 0 ? blank(x.rows(), columns, layout) : null;
            running = turn % 5 != 4;
        }

        void train(Kernels kernels, Matrix x, Activation activation, Matrix target) {
            kernels.normalization().batchNormTraining(x, gamma, beta, 1e-5f, 0.1f, running ? runningMean : null,
                    running ? runningVariance : null, mean, inverseDeviation, activation, target, derivative);
        }

        void assertSameAs(BatchNorm expected, String what) {
            assertSameBits(expected.mean, mean, what + ": mean");
            assertSameBits(expected.inverseDeviation, inverseDeviation, what + ": inverse deviation");
            assertSameBits(expected.runningMean, runningMean, what + ": running mean");
            assertSameBits(expected.runningVariance, runningVariance, what + ": running variance");
            assertSameBits(expected.y, y, what + ": y");
            if (derivative != null) {
                assertSameBits(expected.derivative, derivative, what + ": derivative");
            }
        }
    }

    /// The outputs of a backward pass.
    final class Gradients {

        final Matrix dx;
        final Matrix dGamma;
        final Matrix dBeta;

        Gradients(int rows, int columns, Layout layout) {
            dx = blank(rows, columns, layout);
            dGamma = blank(1, columns, layout);
            dBeta = blank(1, columns, layout);
        }

        void assertSameAs(Gradients expected, String what) {
            assertSameBits(expected.dGamma, dGamma, what + ": dGamma");
            assertSameBits(expected.dBeta, dBeta, what + ": dBeta");
            assertSameBits(expected.dx, dx, what + ": dx");
        }
    }
}
