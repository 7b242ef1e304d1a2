// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.contract.LossesContract;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.internal.Golden;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Losses;
import org.lanewise.kernels.loss.Reduction;

/// The correctness of the reference: golden values, central differences in double, and the edges.
class LossesTest {

    private final Losses losses = new ScalarLosses();

    @Test
    void agreesWithGoldenValues() {
        int cases = 0;
        for (JsonNode node : Golden.file("losses.json").get("cases")) {
            String name = node.get("loss").asText();
            int rows = node.get("rows").asInt();
            int columns = node.get("cols").asInt();
            Matrix gradient = Matrix.zeros(rows, columns);
            float value = losses.loss(named(name, node.get("params")),
                    name.endsWith("_sum") ? Reduction.SUM : Reduction.MEAN,
                    Golden.matrix(node.get("prediction"), rows, columns),
                    Golden.matrix(node.get("target"), rows, columns), gradient);
            double expected = node.get("value").asDouble();
            assertEquals(expected, value, 1e-6 * expected, name);
            Samples.assertClose(Golden.doubles(node.get("dprediction")), gradient, 1e-6, "gradient of " + name);
            cases++;
        }
        assertEquals(8, cases);
    }

    private static Loss named(String name, JsonNode parameters) {
        return switch (name) {
            case "mse_mean" -> new Loss.SquaredError();
            case "mae_mean" -> new Loss.AbsoluteError();
            case "half_sse_sum" -> new Loss.HalfSquaredError();
            case "huber_mean" -> new Loss.Huber((float) parameters.get("delta").asDouble());
            case "binary_cross_entropy_mean" -> new Loss.BinaryCrossEntropy();
            case "binary_cross_entropy_with_logits_mean" -> new Loss.BinaryCrossEntropyWithLogits();
            case "categorical_cross_entropy_mean_over_rows" -> new Loss.CategoricalCrossEntropy();
            case "binary_focal_with_logits_mean" -> new Loss.BinaryFocalWithLogits(
                    (float) parameters.get("alpha").asDouble(), (float) parameters.get("gamma").asDouble());
            default -> throw new IllegalArgumentException("unknown loss " + name);
        };
    }

    @Test
    void valuesAndGradientsAreWhatTheFormulasSay() {
        Random random = new Random(21);
        int rows = 5;
        int columns = 7;
        for (Loss loss : LossesContract.ALL_LOSSES) {
            boolean ofProbabilities =
                    loss instanceof Loss.BinaryCrossEntropy || loss instanceof Loss.CategoricalCrossEntropy;
            Matrix prediction = Samples.normal(random, rows, columns, Layout.OFFSET, 2f);
            Matrix target = Matrix.zeros(rows, columns);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    target.set(i, j, random.nextInt(3) == 0 ? random.nextInt(2) : random.nextFloat());
                    if (ofProbabilities) {
                        prediction.set(i, j, 0.01f + 0.98f * random.nextFloat());
                    }
                }
            }
            for (Reduction reduction : Reduction.values()) {
                double divisor = reduction == Reduction.SUM ? 1
                        : loss instanceof Loss.CategoricalCrossEntropy ? rows : rows * columns;
                double sum = 0;
                double[] slopes = new double[rows * columns];
                for (int k = 0; k < slopes.length; k++) {
                    double p = prediction.get(k / columns, k % columns);
                    double t = target.get(k / columns, k % columns);
                    double step = 1e-6;
                    sum += value(loss, p, t);
                    slopes[k] = (value(loss, p + step, t) - value(loss, p - step, t)) / (2 * step) / divisor;
                }
                Matrix gradient = Matrix.zeros(rows, columns);
                float actual = losses.loss(loss, reduction, prediction, target, gradient);
                assertEquals(sum / divisor, actual, 1e-6 * sum / divisor, loss + " " + reduction);
                Samples.assertClose(slopes, gradient, 2e-6, "gradient of " + loss + " " + reduction);
            }
        }
    }

    /// The formulas of [Loss], word by word.
    private static double value(Loss loss, double p, double t) {
        double d = Math.abs(p - t);
        double sigma = 1 / (1 + Math.exp(-p));
        return switch (loss) {
            case Loss.SquaredError() -> d * d;
            case Loss.HalfSquaredError() -> d * d / 2;
            case Loss.AbsoluteError() -> d;
            case Loss.Huber(float delta) -> d <= delta ? d * d / 2 : delta * (d - delta / 2.0);
            case Loss.BinaryCrossEntropy() -> -(t * Math.log(p) + (1 - t) * Math.log(1 - p));
            case Loss.BinaryCrossEntropyWithLogits() -> -(t * Math.log(sigma) + (1 - t) * Math.log(1 - sigma));
            case Loss.CategoricalCrossEntropy() -> -t * Math.log(p);
            case Loss.BinaryFocalWithLogits(float alpha, float gamma) ->
                    -t * alpha * Math.pow(1 - sigma, gamma) * Math.log(sigma)
                            - (1 - t) * (1 - alpha) * Math.pow(sigma, gamma) * Math.log(1 - sigma);
        };
    }

    @Test
    void isStableForLargeLogits() {
        for (float p : new float[] {0f, 20f, 90f, 200f, 3e38f}) {
            for (int target = 0; target < 2; target++) {
                for (float sign : new float[] {1f, -1f}) {
                    boolean right = target == 1 == sign > 0;
                    double expected = right ? Math.log1p(Math.exp(-p)) : p + Math.log1p(Math.exp(-p));
                    double slope = (right ? 1 / (1 + Math.exp(p)) : 1 / (1 + Math.exp(-p))) * (target == 1 ? -1 : 1);
                    assertOne(new Loss.BinaryCrossEntropyWithLogits(), sign * p, target, expected, slope);
                    // With γ = 0 and α = ½ the focal loss is half the cross-entropy.
                    assertOne(new Loss.BinaryFocalWithLogits(0.5f, 0f), sign * p, target, expected / 2, slope / 2);
                }
            }
        }
    }

    @Test
    void aCertainAndWrongProbabilityCostsAHundred() {
        assertOne(new Loss.BinaryCrossEntropy(), 0f, 1f, 100, -Float.MAX_VALUE);
        assertOne(new Loss.BinaryCrossEntropy(), 1f, 0f, 100, Float.MAX_VALUE);
        assertOne(new Loss.CategoricalCrossEntropy(), 0f, 1f, 100, -Float.MAX_VALUE);
        assertOne(new Loss.CategoricalCrossEntropy(), 0f, 0f, 0, 0);
    }

    /// The slope has its limits at 0 and 1, and is finite wherever a float can hold it.
    @Test
    void slopesAtAndNearZeroAndOne() {
        Loss binary = new Loss.BinaryCrossEntropy();
        assertOne(binary, 1f, 1f, 0, -1);
        assertOne(binary, 0f, 0f, 0, 1);
        float[] predictions = {1e-45f, 1e-40f, 1e-38f, 1e-30f, 1e-20f, 1e-13f, 1e-7f, 1e-3f, 0.25f, 0.5f, 0.9f,
            0x1.fffffp-1f, Math.nextDown(1f)};
        for (float p : predictions) {
            for (float t : new float[] {0f, 1f, 0.25f, 1e-20f}) {
                double slope = Math.clamp(((double) p - t) / (p * (1.0 - p)), -Float.MAX_VALUE, Float.MAX_VALUE);
                assertSlope(binary, p, t, slope);
                double categorical = t == 0 ? 0 : Math.clamp(-(double) t / p, -Float.MAX_VALUE, Float.MAX_VALUE);
                assertSlope(new Loss.CategoricalCrossEntropy(), p, t, categorical);
            }
        }
        // A mean over many does not lose the digits of small slopes, nor those of large ones that fit after all.
        Matrix gradient = Matrix.zeros(1000, 1);
        Matrix p = Matrix.zeros(1000, 1);
        Matrix t = Matrix.zeros(1000, 1);
        p.set(0, 0, 1e-41f);
        p.set(1, 0, 1e-40f);
        t.set(1, 0, 1f);
        p.set(2, 0, 1e-40f);
        t.set(2, 0, 0.75f);
        losses.loss(binary, Reduction.MEAN, p, t, gradient);
        assertEquals(1e-3f, gradient.get(0, 0), 1e-9f);
        assertEquals(-1e-3 / p.get(1, 0), gradient.get(1, 0), 1e31);
        assertEquals(-0.75e-3 / p.get(2, 0), gradient.get(2, 0), 1e31);
        assertEquals(1e-3f, gradient.get(3, 0), "p = t = 0");
        losses.loss(new Loss.CategoricalCrossEntropy(), Reduction.MEAN, p, t, gradient);
        assertEquals(-1e-3 / p.get(1, 0), gradient.get(1, 0), 1e31);
    }

    private void assertSlope(Loss loss, float prediction, float target, double slope) {
        Matrix gradient = Matrix.zeros(1, 1);
        losses.loss(loss, Reduction.SUM, Matrix.row(prediction), Matrix.row(target), gradient);
        assertEquals(slope, gradient.get(0, 0), 3e-7 * Math.abs(slope) + 1e-44,
                "gradient of " + loss + " of " + prediction + " for " + target);
    }

    @Test
    void infiniteLogitsHaveTheirLimits() {
        float infinity = Float.POSITIVE_INFINITY;
        assertOne(new Loss.BinaryCrossEntropyWithLogits(), -infinity, 0f, 0, 0);
        assertOne(new Loss.BinaryCrossEntropyWithLogits(), infinity, 1f, 0, 0);
        assertOne(new Loss.BinaryCrossEntropyWithLogits(), infinity, 0f, infinity, 1);
        assertOne(new Loss.BinaryCrossEntropyWithLogits(), -infinity, 1f, infinity, -1);
        assertOne(new Loss.BinaryCrossEntropyWithLogits(), infinity, 0.75f, infinity, 0.25);
        for (float gamma : new float[] {0f, 0.5f, 2f}) {
            Loss focal = new Loss.BinaryFocalWithLogits(0.25f, gamma);
            assertOne(focal, -infinity, 0f, 0, 0);
            assertOne(focal, infinity, 1f, 0, 0);
            assertOne(focal, infinity, 0f, infinity, 0.75);
            assertOne(focal, -infinity, 1f, infinity, -0.25);
            assertOne(new Loss.BinaryFocalWithLogits(1f, gamma), infinity, 0f, 0, 0);
        }
        assertOne(new Loss.BinaryFocalWithLogits(1e-39f, 0f), -infinity, 1f, infinity, -1e-39f);
        assertOne(new Loss.Huber(2f), infinity, 0f, infinity, 2);
        assertOne(new Loss.AbsoluteError(), -infinity, 0f, infinity, -1);
    }

    @Test
    void aMeanThatFitsIsFiniteThoughItsSumOverflows() {
        Matrix gradient = Matrix.zeros(1, 4);
        assertEquals(1e38f, losses.loss(new Loss.SquaredError(), Reduction.MEAN,
                Matrix.row(1e19f, -1e19f, 1e19f, 1e19f), Matrix.zeros(1, 4), gradient), 1e31f);
        assertEquals(5e18f, gradient.get(0, 0));
        assertEquals(Float.POSITIVE_INFINITY, losses.loss(new Loss.SquaredError(), Reduction.SUM,
                Matrix.row(1e19f, -1e19f, 1e19f, 1e19f), Matrix.zeros(1, 4), null));
        Matrix large = Matrix.row(3e38f, 3e38f);
        assertEquals(3e38f, losses.loss(new Loss.AbsoluteError(), Reduction.MEAN, large, Matrix.zeros(1, 2), null));
        losses.loss(new Loss.SquaredError(), Reduction.MEAN, large, Matrix.zeros(1, 2), gradient.columns(0, 2));
        assertEquals(3e38f, gradient.get(0, 0), "2·3e38/2");
    }

    @Test
    void manyLossesErrByLessThanAMillionth() {
        int n = 20_000_000;
        float[] ones = new float[n];
        Arrays.fill(ones, 0.1f);
        double expected = n * (double) (0.1f * 0.1f);
        assertEquals(1, losses.loss(new Loss.SquaredError(), Reduction.SUM, Matrix.of(ones, n, 1), Matrix.zeros(n, 1),
                null) / expected, 1e-6);
    }

    @Test
    void kinks() {
        assertOne(new Loss.AbsoluteError(), 2f, 2f, 0, 0);
        assertOne(new Loss.Huber(0.5f), 2.5f, 2f, 0.125, 0.5);
        assertOne(new Loss.Huber(0.5f), 1.5f, 2f, 0.125, -0.5);
    }

    @Test
    void nanPropagates() {
        for (Loss loss : LossesContract.ALL_LOSSES) {
            Matrix gradient = Matrix.zeros(1, 1);
            float value = losses.loss(loss, Reduction.MEAN, Matrix.row(Float.NaN), Matrix.row(0.5f), gradient);
            assertTrue(Float.isNaN(value), loss + " of NaN is " + value);
            assertTrue(Float.isNaN(gradient.get(0, 0)), "the gradient of " + loss + " at NaN is " + gradient.get(0, 0));
        }
    }

    private void assertOne(Loss loss, float prediction, float target, double value, double slope) {
        Matrix gradient = Matrix.zeros(1, 1);
        float actual = losses.loss(loss, Reduction.MEAN, Matrix.row(prediction), Matrix.row(target), gradient);
        String what = loss + " of " + prediction + " for " + target;
        // A tolerance of infinity would take any value for infinity.
        assertEquals(value, actual, Double.isInfinite(value) ? 0 : 1e-6 * value + 1e-44, what);
        assertEquals(slope, gradient.get(0, 0), 1e-6 * Math.abs(slope) + 1e-44, "gradient of " + what);
    }
}
