// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.softmax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.internal.Golden;
import org.lanewise.kernels.loss.Reduction;
import org.lanewise.kernels.softmax.CrossEntropy;
import org.lanewise.kernels.softmax.MaskedRows;
import org.lanewise.kernels.softmax.Softmax;

/// The correctness of the reference: golden values, central differences in double, and the edges.
class SoftmaxTest {

    private static final float INFINITY = Float.POSITIVE_INFINITY;

    private final Softmax softmax = new ScalarSoftmax();

    @Test
    void agreesWithGoldenValues() {
        int cases = 0;
        for (JsonNode node : Golden.file("softmax.json").get("cases")) {
            int rows = node.get("rows").asInt();
            int columns = node.get("cols").asInt();
            String what = rows + "×" + columns + " ";
            Matrix z = Golden.matrix(node.get("z"), rows, columns);
            Matrix dy = Golden.matrix(node.get("dy"), rows, columns);
            Matrix y = Matrix.zeros(rows, columns);
            Matrix dz = Matrix.zeros(rows, columns);
            softmax.softmax(z, y);
            Samples.assertClose(Golden.doubles(node.get("softmax")), y, 1e-6, what + "softmax");
            softmax.softmaxBackward(y, dy, dz);
            Samples.assertClose(Golden.doubles(node.get("softmax_dz")), dz, 1e-5, what + "softmax backward");
            softmax.logSoftmax(z, y);
            Samples.assertClose(Golden.doubles(node.get("log_softmax")), y, 1e-6, what + "log-softmax");
            softmax.logSoftmaxBackward(y, dy, dz);
            Samples.assertClose(Golden.doubles(node.get("log_softmax_dz")), dz, 1e-5, what + "log-softmax backward");
            float loss = softmax.crossEntropy(z, Golden.ints(node.get("labels")), 0, CrossEntropy.MEAN, dz);
            double expected = node.get("cross_entropy_mean").asDouble();
            assertEquals(expected, loss, 1e-6 * expected, what + "cross-entropy");
            Samples.assertClose(Golden.doubles(node.get("cross_entropy_dz")), dz, 1e-6, what + "its gradient");
            cases++;
        }
        assertTrue(cases >= 5, "golden cases: " + cases);
    }

    @Test
    void gradientsAreWhatCentralDifferencesSay() {
        Random random = new Random(11);
        int rows = 4;
        int columns = 7;
        Matrix z = Samples.normal(random, rows, columns, Layout.STRIDED, 2f);
        Matrix targets = Matrix.zeros(rows, columns);
        Matrix weights = Matrix.zeros(1, columns);
        int[] labels = random.ints(rows, 0, columns).toArray();
        for (int j = 0; j < columns; j++) {
            weights.set(0, j, 0.5f + random.nextFloat());
            for (int i = 0; i < rows; i++) {
                targets.set(i, j, random.nextFloat());
            }
        }
        for (Reduction reduction : Reduction.values()) {
            for (float smoothing : new float[] {0f, 0.15f}) {
                for (Matrix w : new Matrix[] {null, weights}) {
                    CrossEntropy options = CrossEntropy.of(reduction).withLabelSmoothing(smoothing).withClassWeights(w);
                    Matrix dz = Matrix.zeros(rows, columns);
                    double[] point = doubles(z);

                    float loss = softmax.crossEntropy(z, labels, 0, options, dz);
                    double expected = crossEntropy(point, columns, null, labels, options);
                    assertEquals(expected, loss, 1e-6 * expected, "loss of labels, " + options);
                    Samples.assertClose(centralDifferences(point,
                            at -> crossEntropy(at, columns, null, labels, options)), dz, 2e-6,
                            "gradient of labels, " + options);

                    loss = softmax.crossEntropy(z, targets, options, dz);
                    expected = crossEntropy(point, columns, targets, null, options);
                    assertEquals(expected, loss, 1e-6 * expected, "loss of targets, " + options);
                    Samples.assertClose(centralDifferences(point,
                            at -> crossEntropy(at, columns, targets, null, options)), dz, 2e-6,
                            "gradient of targets, " + options);
                }
            }
        }
    }

    @Test
    void backwardPassesAreWhatCentralDifferencesSay() {
        Random random = new Random(12);
        int columns = 9;
        Matrix z = Samples.normal(random, 1, columns, Layout.DENSE, 2f);
        Matrix dy = Samples.normal(random, 1, columns, Layout.DENSE, 1f);
        Matrix y = Matrix.zeros(1, columns);
        Matrix dz = Matrix.zeros(1, columns);
        softmax.softmax(z, y);
        softmax.softmaxBackward(y, dy, dz);
        Samples.assertClose(centralDifferences(doubles(z), at -> {
            double[] log = logSoftmax(at);
            double sum = 0;
            for (int j = 0; j < columns; j++) {
                sum += Math.exp(log[j]) * dy.get(0, j);
            }
            return sum;
        }), dz, 2e-6, "softmax backward");
        softmax.logSoftmax(z, y);
        softmax.logSoftmaxBackward(y, dy, dz);
        Samples.assertClose(centralDifferences(doubles(z), at -> {
            double[] log = logSoftmax(at);
            double sum = 0;
            for (int j = 0; j < columns; j++) {
                sum += log[j] * dy.get(0, j);
            }
            return sum;
        }), dz, 2e-6, "log-softmax backward");
    }

    @Test
    void isStableForHugeLogits() {
        Matrix z = Matrix.row(3e38f, -3e38f, 2e38f);
        assertRow(z, 1f, 0f, 0f);
        Matrix dz = Matrix.zeros(1, 3);
        assertEquals(0f, softmax.crossEntropy(z, new int[] {0}, 0, CrossEntropy.MEAN, dz));
        assertRow(Matrix.row(-3e38f, -3e38f), 0.5f, 0.5f);
        // A certain and wrong prediction: the loss is the distance, the gradient ±1.
        assertEquals(1000f, softmax.crossEntropy(Matrix.row(1000f, 0f), new int[] {1}, 0, CrossEntropy.SUM,
                dz.columns(0, 2)));
        assertEquals(1f, dz.get(0, 0));
        assertEquals(-1f, dz.get(0, 1));
    }

    @Test
    void masksClassesByMinusInfinity() {
        assertRow(Matrix.row(0f, -INFINITY, 0f), 0.5f, 0f, 0.5f);
        assertRow(Matrix.row(-INFINITY, 7f), 0f, 1f);
        Matrix z = Matrix.row(0f, -INFINITY, 0f);
        Matrix y = Matrix.zeros(1, 3);
        softmax.logSoftmax(z, y);
        assertEquals(-INFINITY, y.get(0, 1));
        // A masked class that is no target costs nothing; one that is a target costs everything.
        assertEquals((float) Math.log(2), softmax.crossEntropy(z, Matrix.row(1f, 0f, 0f), CrossEntropy.MEAN, y), 1e-7f);
        assertEquals((float) Math.log(2), softmax.crossEntropy(z, new int[] {2}, 0, CrossEntropy.MEAN, y), 1e-7f);
        assertEquals(INFINITY, softmax.crossEntropy(z, new int[] {1}, 0, CrossEntropy.MEAN, y));
    }

    @Test
    void keepsItsDigitsNearCertainty() {
        for (float z : new float[] {1f, 5f, 10f, 17f, 30f, 60f, 87f, 100f}) {
            double rest = Math.exp(-z) + Math.exp(-z - 1);
            double log = Math.log1p(rest);
            double slope = -rest / (1 + rest);
            Matrix logits = Matrix.row(-1f, 0f + z, 0f);
            Matrix y = Matrix.zeros(1, 3);
            softmax.logSoftmax(logits, y);
            // Relative, but for what is denormal.
            assertClose(-log, y.get(0, 1), "log-softmax at " + z);
            Matrix dz = Matrix.zeros(1, 3);
            assertClose(log, softmax.crossEntropy(logits, new int[] {1}, 0, CrossEntropy.MEAN, dz), "loss at " + z);
            assertClose(slope, dz.get(0, 1), "gradient at " + z);
            assertClose(log, softmax.crossEntropy(logits, Matrix.row(0f, 1f, 0f), CrossEntropy.MEAN, dz),
                    "loss of targets at " + z);
            assertClose(slope, dz.get(0, 1), "gradient of targets at " + z);
            softmax.logSoftmaxBackward(y, Matrix.row(0f, -1f, 0f), dz);
            assertClose(slope, dz.get(0, 1), "log-softmax backward at " + z);
            assertClose(Math.exp(-z) / (1 + rest), dz.get(0, 2), "log-softmax backward beside it at " + z);
            // With a little at another class: 1e-9·(1 − p) − (−1 + …)·(1 − p).
            softmax.logSoftmaxBackward(y, Matrix.row(1e-9f, -1f, 0f), dz);
            assertClose(-1e-9f + (1 - (double) 1e-9f) * slope, dz.get(0, 1), "with 1e-9 beside, at " + z);
        }
    }

    private static void assertClose(double expected, float actual, String what) {
        assertEquals(expected, actual, 4e-7 * Math.abs(expected) + 3e-45, what);
    }

    @Test
    void equalLogitsShareWhatThereIs() {
        for (int columns : new int[] {2, 3, 17, 300}) {
            Matrix y = Matrix.zeros(1, columns);
            softmax.logSoftmax(Matrix.zeros(1, columns), y);
            Matrix dz = Matrix.zeros(1, columns);
            float loss = softmax.crossEntropy(Matrix.zeros(1, columns), new int[] {1}, 0, CrossEntropy.MEAN, dz);
            for (int j = 0; j < columns; j++) {
                assertClose(-Math.log(columns), y.get(0, j), "log-softmax of " + columns);
                assertClose(1.0 / columns - (j == 1 ? 1 : 0), dz.get(0, j), "gradient of " + columns);
            }
            assertClose(Math.log(columns), loss, "loss of " + columns);
        }
    }

    @Test
    void whereNothingIsLeftToAverageTheLossIsZero() {
        Matrix z = Matrix.of(new float[] {1f, 2f, 3f, 4f, 5f, 6f}, 2, 3);
        Matrix dz = Matrix.of(new float[6], 2, 3);
        CrossEntropy options = CrossEntropy.MEAN.withClassWeights(Matrix.row(0f, 1f, 1f));
        assertEquals(0f, softmax.crossEntropy(z, new int[] {0, 0}, 0, options, dz));
        for (float gradient : dz.data()) {
            assertEquals(0f, gradient, 0f);
        }
        assertTrue(softmax.crossEntropy(z, new int[] {0, 1}, 0, options, dz) > 0f);
        assertEquals(0f, dz.get(0, 0), "a row of weight 0 beside another");
        CrossEntropy cancelling = CrossEntropy.MEAN.withClassWeights(Matrix.row(1f, -1f, 1f));
        assertEquals(0f, softmax.crossEntropy(z, new int[] {0, 1}, 0, cancelling, dz));
        for (float gradient : dz.data()) {
            assertEquals(0f, gradient, 0f);
        }
    }

    @Test
    void aMaskedRowIsNaNOrZeros() {
        Matrix z = Matrix.row(-INFINITY, -INFINITY);
        Matrix y = Matrix.zeros(1, 2);
        softmax.softmax(z, MaskedRows.NAN, y);
        assertTrue(Float.isNaN(y.get(0, 0)));
        softmax.softmax(z, MaskedRows.ZEROS, y);
        Samples.assertSameBits(Matrix.row(0f, 0f), y, "masked row");
        softmax.softmax(Matrix.row(-INFINITY, Float.NaN), MaskedRows.ZEROS, y);
        assertTrue(Float.isNaN(y.get(0, 0)) && Float.isNaN(y.get(0, 1)), "NaN is no mask");
    }

    @Test
    void oneColumnIsCertain() {
        assertRow(Matrix.row(-123f), 1f);
        Matrix y = Matrix.zeros(1, 1);
        softmax.logSoftmax(Matrix.row(-123f), y);
        assertEquals(0f, y.get(0, 0));
    }

    @Test
    void rowsWithoutASoftmaxAreNaN() {
        assertRow(Matrix.row(-INFINITY, -INFINITY), Float.NaN, Float.NaN);
        assertRow(Matrix.row(INFINITY, 0f), Float.NaN, Float.NaN);
        assertRow(Matrix.row(0f, Float.NaN, 1f), Float.NaN, Float.NaN, Float.NaN);
        assertRow(Matrix.row(Float.NaN, 0f), Float.NaN, Float.NaN);
        Matrix y = Matrix.zeros(1, 2);
        softmax.logSoftmax(Matrix.row(-INFINITY, -INFINITY), y);
        assertTrue(Float.isNaN(y.get(0, 0)) && Float.isNaN(y.get(0, 1)));
        assertTrue(Float.isNaN(
                softmax.crossEntropy(Matrix.row(0f, Float.NaN), new int[] {0}, 0, CrossEntropy.MEAN, y)));
    }

    @Test
    void isAccurateOverAHundredThousandColumns() {
        Matrix z = Samples.normal(new Random(13), 1, 100_000, Layout.DENSE, 3f);
        Matrix y = Matrix.zeros(1, 100_000);
        softmax.softmax(z, y);
        double[] expected = logSoftmax(doubles(z));
        for (int j = 0; j < expected.length; j++) {
            double p = Math.exp(expected[j]);
            assertEquals(p, y.get(0, j), 2e-6 * p, "softmax of column " + j);
        }
        float loss = softmax.crossEntropy(z, new int[] {99_999}, 0, CrossEntropy.MEAN, y);
        assertEquals(-expected[99_999], loss, 1e-6 * loss, "cross-entropy");
    }

    /// Sums go along rows block by block; the heavy elements are at the seams.
    @Test
    void rowsOfSeveralBlocksAreWhatTheFormulasSay() {
        int n = 2500;
        Matrix z = Matrix.zeros(1, n);
        Matrix dy = Matrix.zeros(1, n);
        for (int j : new int[] {0, 1023, 1024, 1025, 2047, 2048, n - 1}) {
            z.set(0, j, 8f + j % 7);
            dy.set(0, j, 1f + j % 5);
        }
        double[] log = logSoftmax(doubles(z));
        double[] probabilities = Arrays.stream(log).map(Math::exp).toArray();
        Matrix y = Matrix.zeros(1, n);
        Matrix dz = Matrix.zeros(1, n);
        softmax.softmax(z, y);
        Samples.assertClose(probabilities, y, 1e-6, "softmax");
        double dot = 0;
        double sum = 0;
        for (int j = 0; j < n; j++) {
            dot += probabilities[j] * dy.get(0, j);
            sum += dy.get(0, j);
        }
        double[] expected = new double[n];
        double[] expectedOfLog = new double[n];
        double[] expectedOfLoss = new double[n];
        for (int j = 0; j < n; j++) {
            expected[j] = probabilities[j] * (dy.get(0, j) - dot);
            expectedOfLog[j] = dy.get(0, j) - probabilities[j] * sum;
            expectedOfLoss[j] = probabilities[j] - (j == 1024 ? 1 : 0);
        }
        softmax.softmaxBackward(y, dy, dz);
        Samples.assertClose(expected, dz, 1e-5, "softmax backward");
        softmax.logSoftmax(z, y);
        Samples.assertClose(log, y, 1e-6, "log-softmax");
        softmax.logSoftmaxBackward(y, dy, dz);
        Samples.assertClose(expectedOfLog, dz, 1e-5, "log-softmax backward");
        float loss = softmax.crossEntropy(z, new int[] {1024}, 0, CrossEntropy.MEAN, dz);
        assertEquals(-log[1024], loss, 1e-6 * -log[1024]);
        Samples.assertClose(expectedOfLoss, dz, 1e-6, "gradient of cross-entropy");
    }

    @Test
    void aCertainFirstClassKeepsTheDigitsOfItsGradient() {
        Matrix dz = Matrix.zeros(1, 2);
        softmax.logSoftmaxBackward(Matrix.row(-4e-8f, -17f), Matrix.row(1f, 1e-9f), dz);
        assertEquals(1 - Math.exp(-4e-8f) * (1 + 1e-9), dz.get(0, 0), 1e-13);
    }

    @Test
    void aWeightWithoutATargetAddsNothing() {
        CrossEntropy options = CrossEntropy.SUM.withClassWeights(Matrix.row(1f, INFINITY));
        Matrix dz = Matrix.zeros(1, 2);
        assertEquals(Math.log(2), softmax.crossEntropy(Matrix.row(3f, 3f), new int[] {0}, 0, options, dz), 1e-6);
        assertEquals(0.5f, dz.get(0, 1));
    }

    private void assertRow(Matrix z, float... expected) {
        Matrix y = Matrix.zeros(1, z.columns());
        softmax.softmax(z, y);
        Samples.assertSameBits(Matrix.row(expected), y, "softmax of " + z);
    }

    @FunctionalInterface
    private interface Objective {
        double at(double[] point);
    }

    private static double[] centralDifferences(double[] point, Objective objective) {
        double step = 1e-5;
        double[] gradient = new double[point.length];
        for (int k = 0; k < point.length; k++) {
            double saved = point[k];
            point[k] = saved + step;
            double above = objective.at(point);
            point[k] = saved - step;
            gradient[k] = (above - objective.at(point)) / (2 * step);
            point[k] = saved;
        }
        return gradient;
    }

    private static double[] doubles(Matrix matrix) {
        double[] values = new double[(int) matrix.size()];
        for (int k = 0; k < values.length; k++) {
            values[k] = matrix.get(k / matrix.columns(), k % matrix.columns());
        }
        return values;
    }

    private static double[] logSoftmax(double[] z) {
        double max = Double.NEGATIVE_INFINITY;
        for (double v : z) {
            max = Math.max(max, v);
        }
        double sum = 0;
        for (double v : z) {
            sum += Math.exp(v - max);
        }
        double[] log = new double[z.length];
        for (int j = 0; j < z.length; j++) {
            log[j] = z[j] - max - Math.log(sum);
        }
        return log;
    }

    /// The interface's definition, word by word.
    private static double crossEntropy(double[] z, int columns, Matrix targets, int[] labels, CrossEntropy options) {
        int rows = z.length / columns;
        double s = options.labelSmoothing();
        double sum = 0;
        double labelWeights = 0;
        for (int i = 0; i < rows; i++) {
            double[] log = logSoftmax(Arrays.copyOfRange(z, i * columns, (i + 1) * columns));
            for (int j = 0; j < columns; j++) {
                double weight = options.classWeights() == null ? 1 : options.classWeights().get(0, j);
                boolean atLabel = labels != null && labels[i] == j;
                double target = targets != null ? targets.get(i, j) : atLabel ? 1 : 0;
                sum -= weight * ((1 - s) * target + s / columns) * log[j];
                labelWeights += atLabel ? weight : 0;
            }
        }
        return options.reduction() == Reduction.SUM ? sum : sum / (labels == null ? rows : labelWeights);
    }
}
