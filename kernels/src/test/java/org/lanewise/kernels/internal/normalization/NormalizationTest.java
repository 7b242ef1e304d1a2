// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.normalization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.internal.Golden;
import org.lanewise.kernels.internal.activation.ScalarActivations;
import org.lanewise.kernels.normalization.Normalization;

/// The correctness of the reference: golden values, central differences in double, accuracy where the mean is large.
class NormalizationTest {

    private final Normalization normalization = new ScalarNormalization(new ScalarActivations());

    @Test
    void agreesWithGoldenValues() {
        int cases = 0;
        for (JsonNode node : Golden.file("normalization.json").get("cases")) {
            int rows = node.get("rows").asInt();
            int columns = node.get("cols").asInt();
            String what = rows + "×" + columns + ": ";
            float epsilon = (float) node.get("eps").asDouble();
            float momentum = (float) node.get("momentum").asDouble();
            Matrix x = Golden.matrix(node.get("x"), rows, columns);
            Matrix dy = Golden.matrix(node.get("dy"), rows, columns);
            Matrix gamma = Golden.matrix(node.get("gamma"), 1, columns);
            Matrix beta = Golden.matrix(node.get("beta"), 1, columns);
            Matrix runningMean = Golden.matrix(node.get("running_mean"), 1, columns);
            Matrix runningVariance = Golden.matrix(node.get("running_var"), 1, columns);
            Matrix y = Matrix.zeros(rows, columns);
            Matrix dx = Matrix.zeros(rows, columns);
            Matrix dGamma = Matrix.zeros(1, columns);
            Matrix dBeta = Matrix.zeros(1, columns);

            normalization.batchNormInference(x, gamma, beta, epsilon, runningMean, runningVariance,
                    Activation.IDENTITY, y);
            close(node, "inference_y", y, 1e-6, what);

            Matrix mean = Matrix.zeros(1, columns);
            Matrix inverse = Matrix.zeros(1, columns);
            normalization.batchNormTraining(x, gamma, beta, epsilon, momentum, runningMean, runningVariance, mean,
                    inverse, Activation.IDENTITY, y, null);
            close(node, "train_y", y, 1e-6, what);
            close(node, "new_running_mean", runningMean, 1e-6, what);
            close(node, "new_running_var_unbiased", runningVariance, 1e-6, what);
            normalization.batchNormBackward(x, gamma, mean, inverse, null, dy, dx, dGamma, dBeta);
            if (rows == 2) {
                closeTerms(node, gamma, inverse, dy, dx, what);
            } else {
                close(node, "dx", dx, 1e-5, what);
            }
            close(node, "dgamma", dGamma, 1e-5, what);
            close(node, "dbeta", dBeta, 1e-5, what);

            Matrix rowMean = Matrix.zeros(1, rows);
            Matrix rowInverse = Matrix.zeros(1, rows);
            normalization.layerNorm(x, gamma, beta, epsilon, rowMean, rowInverse, y);
            close(node, "layer_norm_y", y, 1e-6, what);
            normalization.layerNormBackward(x, gamma, rowMean, rowInverse, dy, dx, dGamma, dBeta);
            close(node, "layer_norm_dbeta", dBeta, 1e-5, what);
            if (columns == 1) {
                // One element is its own mean: exactly zero, where the golden values hold rounding errors.
                assertEquals(0f, dGamma.get(0, 0), what + "layer_norm_dgamma");
                assertEquals(0f, dx.get(0, 0), what + "layer_norm_dx");
            } else {
                close(node, "layer_norm_dx", dx, 1e-5, what);
                close(node, "layer_norm_dgamma", dGamma, 1e-5, what);
            }
            cases++;
        }
        assertTrue(cases >= 4, "golden cases: " + cases);
    }

    private static void close(JsonNode node, String name, Matrix actual, double tolerance, String what) {
        Samples.assertClose(Golden.doubles(node.get(name)), actual, tolerance, what + name);
    }

    /// Of two rows the gradient all but cancels (without ε it would be 0), and what is left over depends on the last
    /// bit of the saved inverse deviation: the tolerance is relative to the terms that cancel.
    private static void closeTerms(JsonNode node, Matrix gamma, Matrix inverse, Matrix dy, Matrix dx, String what) {
        for (int i = 0; i < dx.rows(); i++) {
            for (int j = 0; j < dx.columns(); j++) {
                double expected = node.get("dx").get(i * dx.columns() + j).asDouble();
                double term = (double) gamma.get(0, j) * inverse.get(0, j) * dy.get(i, j);
                assertEquals(expected, dx.get(i, j), 1e-5 * Math.abs(term), what + "dx (" + i + ", " + j + ")");
            }
        }
    }

    /// The loss is Σ weight·σ(batch norm), σ = tanh; its derivatives by central differences of the formula in double.
    @Test
    void batchNormGradientsAreCentralDifferences() {
        int rows = 7;
        int columns = 3;
        Random random = new Random(5);
        Matrix x = Samples.normal(random, rows, columns, Layout.DENSE, 2f);
        Matrix gamma = Samples.normal(random, 1, columns, Layout.DENSE, 1f);
        Matrix beta = Samples.normal(random, 1, columns, Layout.DENSE, 1f);
        Matrix weights = Samples.normal(random, rows, columns, Layout.DENSE, 1f);
        Matrix mean = Matrix.zeros(1, columns);
        Matrix inverse = Matrix.zeros(1, columns);
        Matrix y = Matrix.zeros(rows, columns);
        Matrix derivative = Matrix.zeros(rows, columns);
        normalization.batchNormTraining(x, gamma, beta, 1e-3f, 0.1f, null, null, mean, inverse, Activation.TANH, y,
                derivative);
        Matrix dx = Matrix.zeros(rows, columns);
        Matrix dGamma = Matrix.zeros(1, columns);
        Matrix dBeta = Matrix.zeros(1, columns);
        normalization.batchNormBackward(x, gamma, mean, inverse, derivative, weights, dx, dGamma, dBeta);

        for (int j = 0; j < columns; j++) {
            double[] column = new double[rows];
            double[] weight = new double[rows];
            for (int i = 0; i < rows; i++) {
                column[i] = x.get(i, j);
                weight[i] = weights.get(i, j);
            }
            double g = gamma.get(0, j);
            double b = beta.get(0, j);
            for (int i = 0; i < rows; i++) {
                int at = i;
                assertSlope(value -> {
                    double[] moved = column.clone();
                    moved[at] = value;
                    return loss(moved, weight, g, b);
                }, column[i], dx.get(i, j), "dx (" + i + ", " + j + ")");
            }
            assertSlope(value -> loss(column, weight, value, b), g, dGamma.get(0, j), "dGamma " + j);
            assertSlope(value -> loss(column, weight, g, value), b, dBeta.get(0, j), "dBeta " + j);
        }
    }

    private static double loss(double[] x, double[] weights, double gamma, double beta) {
        double[] normal = normalized(x, 1e-3f);
        double loss = 0;
        for (int i = 0; i < x.length; i++) {
            loss += weights[i] * Math.tanh(gamma * normal[i] + beta);
        }
        return loss;
    }

    @Test
    void layerNormGradientsAreCentralDifferences() {
        int rows = 3;
        int columns = 19;
        Random random = new Random(6);
        Matrix x = Samples.normal(random, rows, columns, Layout.DENSE, 2f);
        Matrix gamma = Samples.normal(random, 1, columns, Layout.DENSE, 1f);
        Matrix beta = Samples.normal(random, 1, columns, Layout.DENSE, 1f);
        Matrix weights = Samples.normal(random, rows, columns, Layout.DENSE, 1f);
        Matrix mean = Matrix.zeros(1, rows);
        Matrix inverse = Matrix.zeros(1, rows);
        normalization.layerNorm(x, gamma, beta, 1e-3f, mean, inverse, Matrix.zeros(rows, columns));
        Matrix dx = Matrix.zeros(rows, columns);
        Matrix dGamma = Matrix.zeros(1, columns);
        Matrix dBeta = Matrix.zeros(1, columns);
        normalization.layerNormBackward(x, gamma, mean, inverse, weights, dx, dGamma, dBeta);

        double[][] values = new double[rows][columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                values[i][j] = x.get(i, j);
            }
        }
        for (int j = 0; j < columns; j++) {
            int at = j;
            double sum = 0;
            for (int i = 0; i < rows; i++) {
                int row = i;
                assertSlope(value -> {
                    double[] moved = values[row].clone();
                    moved[at] = value;
                    return layerLoss(moved, row, weights, gamma);
                }, values[i][j], dx.get(i, j), "dx (" + i + ", " + j + ")");
                sum += weights.get(i, j);
            }
            assertSlope(value -> {
                double loss = 0;
                for (int i = 0; i < rows; i++) {
                    loss += weights.get(i, at) * value * normalized(values[i], 1e-3f)[at];
                }
                return loss;
            }, gamma.get(0, j), dGamma.get(0, j), "dGamma " + j);
            assertEquals(sum, dBeta.get(0, j), 1e-5, "dBeta " + j);
        }
    }

    private static double layerLoss(double[] x, int row, Matrix weights, Matrix gamma) {
        double[] normal = normalized(x, 1e-3f);
        double loss = 0;
        for (int j = 0; j < x.length; j++) {
            loss += weights.get(row, j) * gamma.get(0, j) * normal[j];
        }
        return loss;
    }

    private static double[] normalized(double[] x, double epsilon) {
        double mean = 0;
        for (double value : x) {
            mean += value / x.length;
        }
        double variance = 0;
        for (double value : x) {
            variance += (value - mean) * (value - mean) / x.length;
        }
        double[] normal = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            normal[i] = (x[i] - mean) / Math.sqrt(variance + epsilon);
        }
        return normal;
    }

    private static void assertSlope(DoubleUnaryOperator f, double at, double actual, String what) {
        double step = 1e-5;
        double expected = (f.applyAsDouble(at + step) - f.applyAsDouble(at - step)) / (2 * step);
        assertEquals(expected, actual, 1e-5 * Math.max(1, Math.abs(expected)), what);
    }

    @Test
    void batchStatisticsAreAccurateWhereTheMeanIsLarge() {
        for (int rows : new int[] {2, 17, 256, 4096, 100_000}) {
            Matrix x = aroundTenThousand(rows, 2, rows);
            // An outlier hurts most as the column's first value, from which the mean starts.
            x.set(0, 1, 20_000f);
            Matrix mean = Matrix.zeros(1, 2);
            Matrix inverse = Matrix.zeros(1, 2);
            Matrix ones = Matrix.row(1f, 1f);
            normalization.batchNormTraining(x, ones, ones, 1e-9f, 0.1f, null, null, mean, inverse,
                    Activation.IDENTITY, Matrix.zeros(rows, 2), null);
            for (int j = 0; j < 2; j++) {
                double[] column = new double[rows];
                for (int i = 0; i < rows; i++) {
                    column[i] = x.get(i, j);
                }
                assertStatistics(column, mean.get(0, j), inverse.get(0, j), rows + " rows, column " + j);
            }
        }
    }

    @Test
    void rowStatisticsAreAccurateWhereTheMeanIsLarge() {
        for (int columns : new int[] {2, 17, 256, 4096, 100_000}) {
            Matrix x = aroundTenThousand(2, columns, columns);
            x.set(1, 0, 20_000f);
            Matrix mean = Matrix.zeros(1, 2);
            Matrix inverse = Matrix.zeros(1, 2);
            Matrix ones = Matrix.zeros(1, columns);
            normalization.layerNorm(x, ones, ones, 1e-9f, mean, inverse, Matrix.zeros(2, columns));
            for (int i = 0; i < 2; i++) {
                double[] row = new double[columns];
                for (int j = 0; j < columns; j++) {
                    row[j] = x.get(i, j);
                }
                assertStatistics(row, mean.get(0, i), inverse.get(0, i), columns + " columns, row " + i);
            }
        }
    }

    private static Matrix aroundTenThousand(int rows, int columns, int seed) {
        Matrix x = Samples.normal(new Random(seed), rows, columns, Layout.DENSE, 1f);
        for (int at = 0; at < x.size(); at++) {
            x.data()[at] += 10_000f;
        }
        return x;
    }

    private static void assertStatistics(double[] x, float mean, float inverse, String what) {
        double exactMean = 0;
        for (double value : x) {
            exactMean += value / x.length;
        }
        double variance = 0;
        for (double value : x) {
            variance += (value - exactMean) * (value - exactMean) / x.length;
        }
        assertEquals(exactMean, mean, 1e-7 * exactMean + 1e-4 * Math.sqrt(variance), what + ": mean");
        assertEquals(1, 1 / ((double) inverse * inverse) / variance, 1e-4, what + ": variance");
    }

    /// Means of up to 2²³ deviations, an outlier as the first value, and values whose squares overflow: forward and
    /// backward within 4 ULP of the largest term, sums within 4 ULP of that of the terms' magnitudes.
    @Test
    void normalizedValuesAndGradientsKeepTheirDigits() {
        Random random = new Random(9);
        List<float[]> samples = new ArrayList<>(List.of(new float[] {8388608f, 8388609f},
                new float[] {8388608f, 8388609f, 8388611f, 8388612f, 8388615f, 8388610f, 8388613f, 8388617f},
                new float[] {1e30f, -1e30f, 0f, 0f}, new float[] {3e38f, -3e38f, 0f, 0f}, new float[] {1e-3f, 0f, 0f},
                new float[] {1e4f, 1f, 2f, 3f}, new float[] {-8388607f, -8388606f, -8388607f}));
        float[] thousandths = new float[16];
        for (int i = 0; i < 16; i++) {
            thousandths[i] = 10_000f + i * 1e-3f;
        }
        samples.add(thousandths);
        for (int exponent = 0; exponent <= 23; exponent++) {
            float[] values = new float[random.nextInt(2, 100)];
            float mean = (1 << exponent) * (random.nextBoolean() ? 1f : -1f);
            for (int i = 0; i < values.length; i++) {
                values[i] = mean + (float) random.nextGaussian();
            }
            samples.add(values);
        }
        for (float[] x : samples) {
            for (int meanRows = 1; meanRows <= 2; meanRows++) {
                assertKeepsDigits(x, random, meanRows);
            }
        }
    }

    private void assertKeepsDigits(float[] x, Random random, int meanRows) {
        int n = x.length;
        double[] values = new double[n];
        double[] g = new double[n];
        Matrix dy = Samples.normal(random, n, 1, Layout.DENSE, 1f);
        double mean = 0;
        double gradientMean = 0;
        for (int i = 0; i < n; i++) {
            values[i] = x[i];
            g[i] = dy.get(i, 0);
            mean += values[i] / n;
            gradientMean += g[i] / n;
        }
        double variance = 0;
        for (double value : values) {
            variance += (value - mean) * (value - mean) / n;
        }
        double inverse = 1 / Math.sqrt(variance + 1e-5f);
        double slope = 0;
        double largest = 0;
        double products = 0;
        double largestGradient = Math.abs(gradientMean);
        for (int i = 0; i < n; i++) {
            double normal = (values[i] - mean) * inverse;
            slope += g[i] * normal / n;
            largest = Math.max(largest, Math.abs(normal));
            products += Math.abs(g[i] * normal);
            largestGradient = Math.max(largestGradient, Math.abs(g[i]));
        }
        largestGradient = inverse * Math.max(largestGradient, largest * Math.abs(slope));
        Matrix one = Matrix.row(1f);
        Matrix column = Matrix.of(x, n, 1);
        Matrix y = Matrix.zeros(n, 1);
        Matrix dx = Matrix.zeros(n, 1);
        Matrix dGamma = Matrix.zeros(1, 1);
        Matrix dBeta = Matrix.zeros(1, 1);
        Matrix means = Matrix.zeros(meanRows, 1);
        Matrix inverses = Matrix.zeros(1, 1);
        normalization.batchNormTraining(column, one, Matrix.zeros(1, 1), 1e-5f, 0.1f, null, null, means, inverses,
                Activation.IDENTITY, y, null);
        normalization.batchNormBackward(column, one, means, inverses, null, dy, dx, dGamma, dBeta);
        Matrix row = Matrix.row(x);
        Matrix ones = Matrix.zeros(1, n);
        Arrays.fill(ones.data(), 1f);
        Matrix rowY = Matrix.zeros(1, n);
        Matrix rowDx = Matrix.zeros(1, n);
        Matrix rowDy = Matrix.of(dy.data(), 1, n);
        Matrix rowDGamma = Matrix.zeros(1, n);
        normalization.layerNorm(row, ones, Matrix.zeros(1, n), 1e-5f, means, inverses, rowY);
        normalization.layerNormBackward(row, ones, means, inverses, rowDy, rowDx, rowDGamma, Matrix.zeros(1, n));
        String what = n + " values from " + x[0] + ", means in " + meanRows + ": ";
        for (int i = 0; i < n; i++) {
            double normal = (values[i] - mean) * inverse;
            double gradient = inverse * (g[i] - gradientMean - normal * slope);
            assertWithin4Ulp(normal, y.get(i, 0), largest, what + "batch norm " + i);
            assertWithin4Ulp(normal, rowY.get(0, i), largest, what + "layer norm " + i);
            assertWithin4Ulp(gradient, dx.get(i, 0), largestGradient, what + "batch norm dx " + i);
            assertWithin4Ulp(gradient, rowDx.get(0, i), largestGradient, what + "layer norm dx " + i);
            assertWithin4Ulp(g[i] * normal, rowDGamma.get(0, i), Math.abs(g[i]) * largest,
                    what + "layer norm dGamma " + i);
        }
        assertWithin4Ulp(slope * n, dGamma.get(0, 0), products, what + "batch norm dGamma");
    }

    private static void assertWithin4Ulp(double expected, float actual, double largest, String what) {
        assertEquals(expected, actual, 4 * Math.ulp((float) largest), what);
    }

    @Test
    void statisticsOfTwentyMillionRows() {
        int rows = 20_000_000;
        float[] x = new float[rows];
        Random random = new Random(10);
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            x[i] = 100f + (random.nextInt() >>> 8) * 0x1p-24f;
            sum += x[i];
        }
        double mean = sum / rows;
        double variance = 0;
        for (float value : x) {
            variance += (value - mean) * (value - mean) / rows;
        }
        Matrix means = Matrix.zeros(2, 1);
        Matrix inverse = Matrix.zeros(1, 1);
        normalization.batchNormStatistics(Matrix.of(x, rows, 1), 1e-9f, 0.1f, null, null, means, inverse);
        assertEquals(mean, (double) means.get(0, 0) + means.get(1, 0), 1e-7 * Math.sqrt(variance), "mean");
        assertEquals(1, 1 / ((double) inverse.get(0, 0) * inverse.get(0, 0)) / variance, 1e-6, "variance");
    }

    @Test
    void aGradientDoesNotPassARectifierThatIsOff() {
        Matrix x = Matrix.of(new float[] {1f, 2f, 4f}, 3, 1);
        Matrix derivative = Matrix.of(new float[] {0f, 1f, 1f}, 3, 1);
        Matrix dy = Matrix.of(new float[] {Float.POSITIVE_INFINITY, 1f, Float.MAX_VALUE / 4}, 3, 1);
        Matrix dx = Matrix.zeros(3, 1);
        Matrix dGamma = Matrix.zeros(1, 1);
        Matrix dBeta = Matrix.zeros(1, 1);
        normalization.batchNormBackward(x, Matrix.row(1f), Matrix.row(2f), Matrix.row(1f), derivative, dy, dx, dGamma,
                dBeta);
        for (Matrix gradient : List.of(dx.rows(0, 1), dx.rows(1, 1), dx.rows(2, 1), dGamma, dBeta)) {
            assertTrue(Float.isFinite(gradient.get(0, 0)), "gradient " + gradient.get(0, 0));
        }
    }

    @Test
    void aFoldedLayerIsTheLayerAndItsBatchNorm() {
        int inputs = 40;
        int columns = 23;
        Random random = new Random(8);
        Matrix weights = Samples.normal(random, inputs, columns, Layout.DENSE, 0.2f);
        Matrix bias = Samples.normal(random, 1, columns, Layout.DENSE, 1f);
        Matrix gamma = Samples.normal(random, 1, columns, Layout.DENSE, 1f);
        Matrix beta = Samples.normal(random, 1, columns, Layout.DENSE, 1f);
        Matrix mean = Samples.normal(random, 1, columns, Layout.DENSE, 1f);
        Matrix variance = Samples.normal(random, 1, columns, Layout.DENSE, 1f);
        for (int j = 0; j < columns; j++) {
            variance.set(0, j, 0.1f + Math.abs(variance.get(0, j)));
        }
        Matrix foldedWeights = Matrix.zeros(inputs, columns);
        Matrix foldedBias = Matrix.zeros(1, columns);
        normalization.foldBatchNorm(weights, bias, gamma, beta, 1e-5f, mean, variance, foldedWeights, foldedBias);

        Matrix x = Samples.normal(random, 1, inputs, Layout.DENSE, 1f);
        Matrix folded = dense(x, foldedWeights, foldedBias);
        Matrix composed = dense(x, weights, bias);
        normalization.batchNormInference(composed, gamma, beta, 1e-5f, mean, variance, Activation.IDENTITY, composed);
        double[] expected = new double[columns];
        for (int j = 0; j < columns; j++) {
            expected[j] = composed.get(0, j);
        }
        Samples.assertClose(expected, folded, 2e-6, "folded layer");
    }

    private static Matrix dense(Matrix x, Matrix weights, Matrix bias) {
        Matrix y = Samples.copy(bias);
        for (int p = 0; p < weights.rows(); p++) {
            for (int j = 0; j < weights.columns(); j++) {
                y.set(0, j, Math.fma(x.get(0, p), weights.get(p, j), y.get(0, j)));
            }
        }
        return y;
    }

    @Test
    void aConstantColumnHasNoVariance() {
        int rows = 40;
        Matrix x = Matrix.zeros(rows, 1);
        for (int i = 0; i < rows; i++) {
            x.set(i, 0, 1e10f / 3f);
        }
        Matrix mean = Matrix.zeros(1, 1);
        Matrix inverse = Matrix.zeros(1, 1);
        Matrix y = Matrix.zeros(rows, 1);
        Matrix one = Matrix.row(1f);
        normalization.batchNormTraining(x, one, one, 0.25f, 0.1f, null, null, mean, inverse, Activation.IDENTITY, y,
                null);
        assertEquals(x.get(0, 0), mean.get(0, 0));
        assertEquals(2f, inverse.get(0, 0));
        assertEquals(1f, y.get(rows - 1, 0));
    }

    @Test
    void anInfinityMakesItsColumnNaNAndNoOther() {
        Matrix x = Samples.normal(new Random(9), 40, 3, Layout.DENSE, 1f);
        x.set(23, 1, Float.POSITIVE_INFINITY);
        Matrix mean = Matrix.zeros(1, 3);
        Matrix inverse = Matrix.zeros(1, 3);
        Matrix y = Matrix.zeros(40, 3);
        Matrix ones = Matrix.row(1f, 1f, 1f);
        normalization.batchNormTraining(x, ones, ones, 1e-5f, 0.1f, null, null, mean, inverse, Activation.RELU, y,
                null);
        for (int i = 0; i < 40; i++) {
            assertTrue(Float.isFinite(y.get(i, 0)) && Float.isFinite(y.get(i, 2)), "row " + i);
            assertTrue(Float.isNaN(y.get(i, 1)), "row " + i);
        }
    }
}
