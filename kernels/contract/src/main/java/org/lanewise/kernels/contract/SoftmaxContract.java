// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lanewise.kernels.contract.Refusals.assertRefused;
import static org.lanewise.kernels.contract.Samples.assertBlank;
import static org.lanewise.kernels.contract.Samples.assertSameBits;
import static org.lanewise.kernels.contract.Samples.blank;
import static org.lanewise.kernels.contract.Samples.copy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.loss.Reduction;
import org.lanewise.kernels.softmax.CrossEntropy;
import org.lanewise.kernels.softmax.MaskedRows;
import org.lanewise.kernels.softmax.Softmax;

/// The contract of [Softmax]: the reference's bits; a row's result is the same in any batch; labels are one-hot
/// targets.
public interface SoftmaxContract extends FamilyContract {

    @Test
    default void softmaxHasTheReferencesBits() {
        Random random = new Random(41);
        Softmax reference = Kernels.reference().softmax();
        Softmax actual = kernels().softmax();
        int turn = 0;
        for (int columns : Samples.sizes()) {
            for (int rows : new int[] {1, 4, 19}) {
                Matrix z = SoftmaxSamples.logits(random, rows, columns, turn);
                Matrix dy = Samples.normal(random, rows, columns, Layout.values()[turn / 3 % 3], 1f);
                Matrix y = blank(rows, columns, Layout.values()[turn / 9 % 3]);
                Matrix expected = copy(y);
                String what = " of " + z;

                reference.softmax(z, expected);
                actual.softmax(z, y);
                assertSameBits(expected, y, "softmax" + what);
                Matrix inPlace = copy(z);
                actual.softmax(inPlace, inPlace);
                assertSameBits(expected, inPlace, "softmax in place" + what);
                Matrix expectedGradient = copy(dy);
                reference.softmaxBackward(y, expectedGradient, expectedGradient);
                Matrix gradient = blank(rows, columns, Layout.values()[(turn + 1) % 3]);
                actual.softmaxBackward(y, dy, gradient);
                assertSameBits(expectedGradient, gradient, "softmax backward" + what);

                reference.logSoftmax(z, expected);
                actual.logSoftmax(z, y);
                assertSameBits(expected, y, "log-softmax" + what);
                expectedGradient = copy(dy);
                reference.logSoftmaxBackward(y, expectedGradient, expectedGradient);
                actual.logSoftmaxBackward(y, dy, dy);
                assertSameBits(expectedGradient, dy, "log-softmax backward" + what);
                turn++;
            }
        }
    }

    @Test
    default void crossEntropyHasTheReferencesBits() {
        Random random = new Random(42);
        Softmax reference = Kernels.reference().softmax();
        Softmax actual = kernels().softmax();
        int turn = 0;
        for (int columns : Samples.sizes()) {
            int rows = 1 + random.nextInt(19);
            Matrix z = SoftmaxSamples.logits(random, rows, columns, turn);
            int[] labels = SoftmaxSamples.labels(random, rows + 3, columns);
            Matrix targets = SoftmaxSamples.targets(random, rows, columns);
            Matrix weights = switch (turn % 5) {
                case 0, 1 -> Samples.normal(random, 1, columns, Layout.OFFSET, 1f);
                case 2 -> Samples.special(random, 1, columns, Layout.OFFSET);
                default -> null;
            };
            for (Reduction reduction : Reduction.values()) {
                for (float smoothing : new float[] {0f, 0.1f}) {
                    CrossEntropy options = CrossEntropy.of(reduction).withLabelSmoothing(smoothing)
                            .withClassWeights(weights);
                    String what = " of " + z + ", " + options;
                    Matrix expected = blank(rows, columns, Layout.STRIDED);
                    Matrix dz = blank(rows, columns, Layout.STRIDED);

                    float loss = reference.crossEntropy(z, labels, 2, options, expected);
                    assertSameBits(loss, actual.crossEntropy(z, labels, 2, options, dz), "label loss" + what);
                    assertSameBits(expected, dz, "label gradient" + what);
                    assertSameBits(loss, actual.crossEntropy(z, labels, 2, options, null), "label loss alone" + what);

                    loss = reference.crossEntropy(z, targets, options, expected);
                    assertSameBits(loss, actual.crossEntropy(z, targets, options, null), "target loss alone" + what);
                    Matrix inPlace = copy(z);
                    assertSameBits(loss, actual.crossEntropy(inPlace, targets, options, inPlace),
                            "target loss in place" + what);
                    assertSameBits(expected, inPlace, "target gradient in place" + what);
                }
            }
            turn++;
        }
    }

    /// So many rows, and so long, that both are cut into several blocks.
    @Test
    default void severalBlocksHaveTheReferencesBits() {
        Random random = new Random(47);
        Softmax reference = Kernels.reference().softmax();
        Softmax actual = kernels().softmax();
        int turn = 0;
        int[][] shapes = {{513, 1}, {514, 2}, {600, 4}, {515, 7}, {600, 8}, {601, 10}, {513, 16}, {520, 17}, {4, 2077},
            {5, 2077}, {6, 2077}, {3, 3072}};
        for (int[] shape : shapes) {
            int rows = shape[0];
            int columns = shape[1];
            Matrix z = SoftmaxSamples.logits(random, rows, columns, turn);
            int[] labels = SoftmaxSamples.labels(random, rows + 3, columns);
            Matrix expected = blank(rows, columns, Layout.STRIDED);
            Matrix y = blank(rows, columns, Layout.values()[turn % 3]);
            String what = " of " + z;

            reference.softmax(z, expected);
            actual.softmax(z, y);
            assertSameBits(expected, y, "softmax" + what);
            reference.logSoftmax(z, expected);
            actual.logSoftmax(z, y);
            assertSameBits(expected, y, "log-softmax" + what);
            Matrix inPlace = copy(z);
            actual.logSoftmax(inPlace, inPlace);
            assertSameBits(expected, inPlace, "log-softmax in place" + what);
            float loss = reference.crossEntropy(z, labels, 2, CrossEntropy.MEAN, expected);
            assertSameBits(loss, actual.crossEntropy(z, labels, 2, CrossEntropy.MEAN, null), "loss alone" + what);
            assertSameBits(loss, actual.crossEntropy(z, labels, 2, CrossEntropy.MEAN, y), "loss" + what);
            assertSameBits(expected, y, "gradient" + what);
            inPlace = copy(z);
            actual.crossEntropy(inPlace, labels, 2, CrossEntropy.MEAN, inPlace);
            assertSameBits(expected, inPlace, "gradient in place" + what);
            Matrix targets = SoftmaxSamples.targets(random, rows, columns);
            loss = reference.crossEntropy(z, targets, CrossEntropy.MEAN, expected);
            assertSameBits(loss, actual.crossEntropy(z, targets, CrossEntropy.MEAN, y), "loss from targets" + what);
            assertSameBits(expected, y, "gradient from targets" + what);
            turn++;
        }
    }

    @Test
    default void labelsAreOneHotTargets() {
        Random random = new Random(43);
        Softmax softmax = kernels().softmax();
        for (int columns : Samples.fewSizes()) {
            Matrix z = Samples.normal(random, 7, columns, Layout.STRIDED, 3f);
            int[] labels = SoftmaxSamples.labels(random, 7, columns);
            Matrix oneHot = Matrix.zeros(7, columns);
            for (int i = 0; i < 7; i++) {
                oneHot.set(i, labels[i], 1f);
            }
            for (float smoothing : new float[] {0f, 0.2f}) {
                CrossEntropy options = CrossEntropy.SUM.withLabelSmoothing(smoothing)
                        .withClassWeights(Samples.normal(random, 1, columns, Layout.OFFSET, 1f));
                Matrix expected = blank(7, columns, Layout.OFFSET);
                Matrix dz = blank(7, columns, Layout.OFFSET);
                float loss = softmax.crossEntropy(z, oneHot, options, expected);
                assertSameBits(loss, softmax.crossEntropy(z, labels, 0, options, dz), "loss of labels");
                assertSameBits(expected, dz, "gradient of labels");
            }
        }
    }

    @Test
    default void aRowIsTheSameInAnyBatch() {
        Random random = new Random(44);
        Softmax softmax = kernels().softmax();
        for (int columns : Samples.fewSizes()) {
            Matrix z = Samples.normal(random, 18, columns, Layout.OFFSET, 3f);
            Matrix whole = blank(18, columns, Layout.OFFSET);
            Matrix rows = blank(18, columns, Layout.OFFSET);
            softmax.softmax(z, whole);
            for (int i = 0; i < 18; i++) {
                softmax.softmax(z.rows(i, 1), rows.rows(i, 1));
            }
            assertSameBits(whole, rows, "softmax row by row");
        }
    }

    /// Several blocks of columns, with and without a part of a block or a vector left.
    @Test
    default void longRows() {
        Random random = new Random(45);
        Softmax reference = Kernels.reference().softmax();
        Softmax actual = kernels().softmax();
        for (int columns : new int[] {256, 257, 263, 512, 800, 20_011}) {
            Matrix z = Samples.normal(random, 2, columns, Layout.STRIDED, 3f);
            Matrix dy = Samples.normal(random, 2, columns, Layout.DENSE, 1f);
            Matrix expected = blank(2, columns, Layout.DENSE);
            Matrix y = blank(2, columns, Layout.DENSE);
            Matrix expectedGradient = blank(2, columns, Layout.OFFSET);
            Matrix gradient = blank(2, columns, Layout.OFFSET);
            reference.softmax(z, expected);
            actual.softmax(z, y);
            assertSameBits(expected, y, "softmax of " + columns);
            reference.softmaxBackward(y, dy, expectedGradient);
            actual.softmaxBackward(y, dy, gradient);
            assertSameBits(expectedGradient, gradient, "softmax backward of " + columns);
            reference.logSoftmax(z, expected);
            actual.logSoftmax(z, y);
            assertSameBits(expected, y, "log-softmax of " + columns);
            reference.logSoftmaxBackward(y, dy, expectedGradient);
            actual.logSoftmaxBackward(y, dy, gradient);
            assertSameBits(expectedGradient, gradient, "log-softmax backward of " + columns);
            int[] labels = SoftmaxSamples.labels(random, 2, columns);
            for (float smoothing : new float[] {0f, 0.1f}) {
                CrossEntropy options = CrossEntropy.MEAN.withLabelSmoothing(smoothing);
                assertSameBits(reference.crossEntropy(z, labels, 0, options, expectedGradient),
                        actual.crossEntropy(z, labels, 0, options, gradient), "cross-entropy of " + columns);
                assertSameBits(expectedGradient, gradient, "cross-entropy gradient of " + columns);
            }
        }
    }

    /// Rows in which one class is nearly certain, at the label or beside it, and rows with several largest logits.
    @Test
    default void nearCertaintyAndTiesHaveTheReferencesBits() {
        Random random = new Random(46);
        Softmax reference = Kernels.reference().softmax();
        Softmax actual = kernels().softmax();
        for (int columns : Samples.fewSizes()) {
            Matrix z = Samples.normal(random, 40, columns, Layout.STRIDED, 1f);
            int[] labels = SoftmaxSamples.labels(random, 40, columns);
            for (int i = 0; i < 40; i++) {
                int first = i % 3 == 0 ? labels[i] : random.nextInt(columns);
                z.set(i, first, 5f + i);
                if (i % 4 == 3) {
                    z.set(i, random.nextInt(columns), 5f + i);
                }
                if (i % 7 == 6) {
                    for (int j = 0; j < columns; j++) {
                        z.set(i, j, 2f);
                    }
                }
            }
            Matrix targets = SoftmaxSamples.targets(random, 40, columns);
            for (int i = 0; i < 40; i += 2) {
                for (int j = 0; j < columns; j++) {
                    targets.set(i, j, j == labels[i] ? 1f : 0f);
                }
            }
            Matrix expected = blank(40, columns, Layout.DENSE);
            Matrix y = blank(40, columns, Layout.DENSE);
            reference.logSoftmax(z, expected);
            actual.logSoftmax(z, y);
            assertSameBits(expected, y, "log-softmax, " + columns);
            Matrix dy = Samples.normal(random, 40, columns, Layout.OFFSET, 1f);
            Matrix expectedGradient = blank(40, columns, Layout.OFFSET);
            Matrix gradient = blank(40, columns, Layout.OFFSET);
            for (Matrix logs : new Matrix[] {y, Samples.normal(random, 40, columns, Layout.DENSE, 1f)}) {
                reference.logSoftmaxBackward(logs, dy, expectedGradient);
                actual.logSoftmaxBackward(logs, dy, gradient);
                assertSameBits(expectedGradient, gradient, "log-softmax backward, " + columns);
            }
            for (Matrix weights : new Matrix[] {null, Samples.normal(random, 1, columns, Layout.DENSE, 1f),
                    Matrix.zeros(1, columns)}) {
                for (Reduction reduction : Reduction.values()) {
                    for (float smoothing : new float[] {0f, 0.1f}) {
                        CrossEntropy options = CrossEntropy.of(reduction).withLabelSmoothing(smoothing)
                                .withClassWeights(weights);
                        assertSameBits(reference.crossEntropy(z, labels, 0, options, expectedGradient),
                                actual.crossEntropy(z, labels, 0, options, gradient), "loss of labels, " + columns);
                        assertSameBits(expectedGradient, gradient, "gradient of labels, " + columns + ", " + options);
                        float loss = reference.crossEntropy(z, targets, options, expectedGradient);
                        Matrix inPlace = copy(z);
                        assertSameBits(loss, actual.crossEntropy(inPlace, targets, options, inPlace),
                                "loss of targets, " + columns);
                        assertSameBits(expectedGradient, inPlace, "gradient of targets, " + columns + ", " + options);
                    }
                }
            }
        }
    }

    @Test
    default void maskedRowsMayBeZeros() {
        Softmax softmax = kernels().softmax();
        Random random = new Random(47);
        for (int columns : Samples.fewSizes()) {
            Matrix z = Samples.normal(random, 5, columns, Layout.STRIDED, 3f);
            for (int j = 0; j < columns; j++) {
                z.set(1, j, Float.NEGATIVE_INFINITY);
                z.set(3, j, Float.NEGATIVE_INFINITY);
            }
            z.set(3, columns / 2, Float.NaN);
            Matrix expected = blank(5, columns, Layout.OFFSET);
            Kernels.reference().softmax().softmax(z, expected);
            for (MaskedRows masked : MaskedRows.values()) {
                for (int j = 0; j < columns; j++) {
                    expected.set(1, j, masked == MaskedRows.ZEROS ? 0f : Float.NaN);
                }
                Matrix y = blank(5, columns, Layout.OFFSET);
                softmax.softmax(z, masked, y);
                assertSameBits(expected, y, "masked rows, " + masked + ", " + columns);
                Matrix inPlace = copy(z);
                softmax.softmax(inPlace, masked, inPlace);
                assertSameBits(expected, inPlace, "masked rows in place, " + masked + ", " + columns);
            }
        }
        assertThrows(NullPointerException.class, () -> softmax.softmax(Matrix.zeros(1, 2), null, Matrix.zeros(1, 2)));
    }

    @Test
    default void softmaxOfNoRow() {
        Softmax softmax = kernels().softmax();
        Matrix y = blank(3, 4, Layout.OFFSET);
        softmax.softmax(Matrix.zeros(0, 4), y.rows(1, 0));
        softmax.logSoftmax(Matrix.zeros(0, 4), y.rows(1, 0));
        softmax.softmaxBackward(Matrix.zeros(3, 0), Matrix.zeros(3, 0), y.columns(1, 0));
        assertBlank(y, "softmax of nothing");
    }

    @Test
    default void softmaxRefusesBadInput() {
        Softmax softmax = kernels().softmax();
        Matrix z = Matrix.zeros(3, 4);
        Matrix y = blank(3, 4, Layout.OFFSET);
        Matrix wrong = blank(3, 5, Layout.OFFSET);
        assertRefused(this, NullPointerException.class, "softmax: z is null", () -> softmax.softmax(null, y));
        assertThrows(NullPointerException.class, () -> softmax.softmax(z, null));
        assertRefused(this, IllegalArgumentException.class, "softmax: y is 3×5; it must be 3×4",
                () -> softmax.softmax(z, wrong));
        assertRefused(this, IllegalArgumentException.class, "log-softmax: z is 3×0; it must have a column",
                () -> softmax.logSoftmax(Matrix.zeros(3, 0), y.columns(0, 0)));
        assertThrows(IllegalArgumentException.class, () -> softmax.softmax(Matrix.zeros(4, 3).transposed(), y));
        Matrix shared = blank(5, 4, Layout.DENSE);
        assertThrows(IllegalArgumentException.class, () -> softmax.softmax(shared.rows(0, 3), shared.rows(1, 3)));
        assertThrows(IllegalArgumentException.class, () -> softmax.softmaxBackward(y, z, y));
        assertThrows(IllegalArgumentException.class, () -> softmax.softmaxBackward(z, wrong, y));
        assertThrows(IllegalArgumentException.class, () -> softmax.logSoftmaxBackward(z, z, wrong));
        assertBlank(y, "softmax");
        assertBlank(wrong, "softmax");
        assertBlank(shared, "softmax");
    }

    @Test
    default void crossEntropyRefusesBadInput() {
        Softmax softmax = kernels().softmax();
        Matrix z = Matrix.zeros(3, 4);
        Matrix dz = blank(3, 4, Layout.OFFSET);
        int[] labels = {0, 1, 3};
        assertRefused(this, IllegalArgumentException.class,
                "cross-entropy: the label of row 2 is 4; it must be from 0 to 3",
                () -> softmax.crossEntropy(z, new int[] {0, 1, 4}, 0, CrossEntropy.MEAN, dz));
        assertThrows(IllegalArgumentException.class,
                () -> softmax.crossEntropy(z, new int[] {0, -1, 2}, 0, CrossEntropy.MEAN, dz));
        assertRefused(this, IllegalArgumentException.class,
                "cross-entropy: the label of row 0 is -1; it must be from 0 to 3",
                () -> softmax.crossEntropy(z, new int[] {-1, 1, 2}, 0, CrossEntropy.MEAN, dz));
        assertRefused(this, IllegalArgumentException.class,
                "cross-entropy: labels from 1 for 3 rows end at 4; the array has 3 elements",
                () -> softmax.crossEntropy(z, labels, 1, CrossEntropy.MEAN, dz));
        assertThrows(IllegalArgumentException.class, () -> softmax.crossEntropy(z, labels, -1, CrossEntropy.MEAN, dz));
        assertThrows(NullPointerException.class, () -> softmax.crossEntropy(z, null, 0, CrossEntropy.MEAN, dz));
        assertThrows(NullPointerException.class, () -> softmax.crossEntropy(z, labels, 0, null, dz));
        assertThrows(NullPointerException.class, () -> softmax.crossEntropy(z, (Matrix) null, CrossEntropy.MEAN, dz));
        assertThrows(IllegalArgumentException.class,
                () -> softmax.crossEntropy(Matrix.zeros(0, 4), labels, 0, CrossEntropy.MEAN, null));
        assertThrows(IllegalArgumentException.class,
                () -> softmax.crossEntropy(Matrix.zeros(0, 4), Matrix.zeros(0, 4), CrossEntropy.MEAN, null));
        assertThrows(IllegalArgumentException.class,
                () -> softmax.crossEntropy(z, Matrix.zeros(3, 5), CrossEntropy.MEAN, dz));
        assertThrows(IllegalArgumentException.class, () -> softmax.crossEntropy(z, dz, CrossEntropy.MEAN, dz));
        assertRefused(this, IllegalArgumentException.class, "cross-entropy: class weights is 1×3; it must be 1×4",
                () -> softmax.crossEntropy(z, labels, 0, CrossEntropy.SUM.withClassWeights(Matrix.zeros(1, 3)), dz));
        assertThrows(IllegalArgumentException.class, () -> softmax.crossEntropy(z, labels, 0,
                CrossEntropy.SUM.withClassWeights(dz.rows(0, 1)), dz));
        assertThrows(IllegalArgumentException.class, () -> CrossEntropy.SUM.withLabelSmoothing(1f));
        assertThrows(NullPointerException.class, () -> CrossEntropy.of(null));
        assertBlank(dz, "cross-entropy");
    }
}
