// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lanewise.kernels.contract.Refusals.assertRefused;
import static org.lanewise.kernels.contract.Samples.assertBlank;
import static org.lanewise.kernels.contract.Samples.assertSameBits;
import static org.lanewise.kernels.contract.Samples.blank;
import static org.lanewise.kernels.contract.Samples.copy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.internal.loss.LossCatalogue;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Losses;
import org.lanewise.kernels.loss.Reduction;

/// The contract of [Losses]: the reference's bits for value and gradient, with and without a gradient, in place or not.
public interface LossesContract extends FamilyContract {

    /// Every loss, with more than one choice of parameters.
    List<Loss> ALL_LOSSES = LossCatalogue.ALL;

    @Test
    default void lossesHaveTheReferencesBits() {
        Random random = new Random(51);
        Losses reference = Kernels.reference().losses();
        Losses actual = kernels().losses();
        int turn = 0;
        for (int columns : Samples.sizes()) {
            int rows = columns < 20 ? 1 + random.nextInt(60) : 1 + random.nextInt(3);
            Layout layout = Layout.values()[turn % 3];
            Matrix logits = Samples.normal(random, rows, columns, layout, 5f);
            Matrix special = Samples.special(random, rows, columns, layout);
            Matrix probabilities = probabilities(random, rows, columns, layout);
            Matrix target = probabilities(random, rows, columns, Layout.values()[turn / 3 % 3]);
            for (Loss loss : ALL_LOSSES) {
                Reduction reduction = Reduction.values()[turn / 2 % 2];
                Matrix prediction = turn % 4 == 0 ? special
                        : loss instanceof Loss.BinaryCrossEntropy || loss instanceof Loss.CategoricalCrossEntropy
                                ? probabilities : logits;
                String what = loss + " of " + prediction + ", " + reduction;
                Matrix expected = blank(rows, columns, Layout.STRIDED);
                Matrix gradient = blank(rows, columns, Layout.STRIDED);
                float value = reference.loss(loss, reduction, prediction, target, expected);
                assertSameBits(value, actual.loss(loss, reduction, prediction, target, gradient), what);
                assertSameBits(expected, gradient, "gradient of " + what);
                assertSameBits(value, actual.loss(loss, reduction, prediction, target, null), "value alone: " + what);
                Matrix inPlace = copy(prediction);
                assertSameBits(value, actual.loss(loss, reduction, inPlace, target, inPlace), "in place: " + what);
                assertSameBits(expected, inPlace, "gradient in place of " + what);
                turn++;
            }
        }
    }

    @Test
    default void extremePredictionsHaveTheReferencesBits() {
        float[] predictions = {0f, 1f, 1e-45f, 1e-40f, 1e-38f, 1e-20f, 1e-13f, 0.3f, Math.nextDown(1f), 1.5f, -1f, 104f,
            -104f, 1e10f, -1e10f, 1e38f, Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN};
        float[] targets = {0f, 1f, 0.5f, 0.3f, 1e-40f, 1e-30f};
        Matrix prediction = blank(predictions.length, targets.length, Layout.STRIDED);
        Matrix target = blank(predictions.length, targets.length, Layout.OFFSET);
        for (int i = 0; i < predictions.length; i++) {
            for (int j = 0; j < targets.length; j++) {
                prediction.set(i, j, predictions[i]);
                target.set(i, j, targets[j]);
            }
        }
        for (Loss loss : ALL_LOSSES) {
            for (Reduction reduction : Reduction.values()) {
                Matrix expected = blank(predictions.length, targets.length, Layout.DENSE);
                Matrix gradient = blank(predictions.length, targets.length, Layout.DENSE);
                float value = Kernels.reference().losses().loss(loss, reduction, prediction, target, expected);
                assertSameBits(value, kernels().losses().loss(loss, reduction, prediction, target, gradient),
                        loss + ", " + reduction);
                assertSameBits(expected, gradient, "gradient of " + loss + ", " + reduction);
            }
            for (int i = 0; i < predictions.length; i++) {
                for (int j = 0; j < targets.length; j++) {
                    Matrix p = prediction.block(i, 1, j, 1);
                    Matrix t = target.block(i, 1, j, 1);
                    assertSameBits(Kernels.reference().losses().loss(loss, Reduction.SUM, p, t, null),
                            kernels().losses().loss(loss, Reduction.SUM, p, t, null),
                            loss + " of " + predictions[i] + ", " + targets[j]);
                }
            }
        }
    }

    @Test
    default void aLossOfOneColumnIsThatOfARow() {
        Random random = new Random(52);
        Matrix prediction = Samples.normal(random, 1, 1500, Layout.OFFSET, 1f);
        Matrix target = Samples.normal(random, 1, 1500, Layout.DENSE, 1f);
        Matrix column = Matrix.of(prediction.data(), prediction.offset(), 1500, 1, 1);
        Matrix targetColumn = Matrix.of(target.data(), 1500, 1);
        assertSameBits(kernels().losses().loss(new Loss.SquaredError(), Reduction.MEAN, prediction, target, null),
                kernels().losses().loss(new Loss.SquaredError(), Reduction.MEAN, column, targetColumn, null),
                "a column of losses");
    }

    @Test
    default void lossesRefuseBadInput() {
        Losses losses = kernels().losses();
        Loss loss = new Loss.SquaredError();
        Matrix prediction = Matrix.zeros(3, 4);
        Matrix target = Matrix.zeros(3, 4);
        Matrix gradient = blank(3, 4, Layout.OFFSET);
        Matrix wrong = blank(4, 3, Layout.OFFSET);
        assertRefused(this, IllegalArgumentException.class, "loss: target is 4×3; it must be 3×4",
                () -> losses.loss(loss, Reduction.SUM, prediction, wrong, gradient));
        assertThrows(IllegalArgumentException.class, () -> losses.loss(loss, Reduction.SUM, prediction, target, wrong));
        assertThrows(NullPointerException.class, () -> losses.loss(null, Reduction.SUM, prediction, target, gradient));
        assertThrows(NullPointerException.class, () -> losses.loss(loss, null, prediction, target, gradient));
        assertThrows(NullPointerException.class, () -> losses.loss(loss, Reduction.SUM, null, target, gradient));
        assertThrows(NullPointerException.class, () -> losses.loss(loss, Reduction.SUM, prediction, null, gradient));
        assertRefused(this, IllegalArgumentException.class, "loss: prediction is 0×4; it must have a row and a column",
                () -> losses.loss(loss, Reduction.MEAN, Matrix.zeros(0, 4), Matrix.zeros(0, 4), null));
        assertThrows(IllegalArgumentException.class,
                () -> losses.loss(loss, Reduction.SUM, Matrix.zeros(4, 3).transposed(), target, gradient));
        assertThrows(IllegalArgumentException.class,
                () -> losses.loss(loss, Reduction.SUM, prediction, gradient, gradient));
        Matrix shared = blank(4, 4, Layout.DENSE);
        assertThrows(IllegalArgumentException.class,
                () -> losses.loss(loss, Reduction.SUM, shared.rows(0, 3), target, shared.rows(1, 3)));
        assertThrows(IllegalArgumentException.class, () -> new Loss.Huber(0f));
        assertThrows(IllegalArgumentException.class, () -> new Loss.Huber(Float.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Loss.BinaryFocalWithLogits(1.5f, 2f));
        assertThrows(IllegalArgumentException.class, () -> new Loss.BinaryFocalWithLogits(0.5f, -1f));
        assertThrows(IllegalArgumentException.class, () -> new Loss.Huber(Float.POSITIVE_INFINITY));
        assertThrows(IllegalArgumentException.class,
                () -> new Loss.BinaryFocalWithLogits(0.5f, Float.POSITIVE_INFINITY));
        assertDoesNotThrow(() -> new Loss.BinaryFocalWithLogits(0f, 0f));
        assertDoesNotThrow(() -> new Loss.BinaryFocalWithLogits(1f, Float.MAX_VALUE));
        assertBlank(gradient, "loss");
        assertBlank(wrong, "loss");
        assertBlank(shared, "loss");
    }

    private static Matrix probabilities(Random random, int rows, int columns, Layout layout) {
        Matrix matrix = blank(rows, columns, layout);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                matrix.set(i, j, random.nextInt(4) == 0 ? random.nextInt(2) : random.nextFloat());
            }
        }
        return matrix;
    }
}
