// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Reduction;
import org.lanewise.kernels.optimizer.Optimizer;
import org.lanewise.kernels.softmax.CrossEntropy;

/// What evaluations count and how they are put together from parts.
class EvaluationTest {

    private static final float NAN = Float.NaN;
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    /// A model whose outputs are its inputs.
    private static Model identity(int columns) {
        return Model.initial(Network.of(columns, 1, Layer.activate(Activation.IDENTITY)));
    }

    private static Trainer trainer(Model model, Objective objective) {
        return new Trainer(model, Kernels.reference(),
                TrainingOptions.of(objective).withOptimizer(new Optimizer.Sgd()).withLearningRate(0f).withBatchSize(8)
                        .withSeed(1));
    }

    @Test
    void aRowWithoutANumberIsOfNoClass() {
        float[] values = {NAN, 1, 5, 1, NAN, 5, 1, 5, NAN, NAN, NAN, NAN, INFINITY, 1, 2, -INFINITY, -INFINITY,
            -INFINITY, 2, 7, 7, 1, INFINITY, INFINITY};
        Matrix rows = Matrix.of(values, 8, 3);
        int[] classes = new int[8];
        new Predictor(identity(3), Kernels.reference()).classes(rows, classes, 0);
        int none = Predictor.NO_CLASS;
        assertArrayEquals(new int[] {none, none, none, none, 0, 0, 1, 1}, classes);
        assertEquals(-1, none);

        Dataset data = Dataset.classification(rows, new int[] {0, 2, 2, 1, 0, 1, 1, 1}, 3);
        Evaluation evaluation = trainer(identity(3), Objective.classification()).evaluate(data);
        assertEquals(4, evaluation.unclassified());
        assertEquals(3.0 / 8, evaluation.accuracy());
        assertArrayEquals(new int[][] {{1, 0, 0}, {1, 2, 0}, {0, 0, 0}}, evaluation.confusion().matrix());
        assertEquals(2, evaluation.confusion().count(2, none));
        assertEquals(1, evaluation.confusion().count(1, none));
    }

    @Test
    void aModelOfNaNIsNeverRight() {
        Model model = Model.initial(Network.of(4, 1, Layer.dense(3)));
        Arrays.fill(model.parameters(), NAN);
        Evaluation evaluation = trainer(model, Objective.classification()).evaluate(TestData.iris());
        assertEquals(0.0, evaluation.accuracy());
        assertEquals(150, evaluation.unclassified());
        assertEquals(50, evaluation.confusion().count(0, Predictor.NO_CLASS));
    }

    @Test
    void confusionCountsPairs() {
        Confusion confusion = Confusion.of(new int[] {2, 0, 2, 1, 2}, new int[] {0, 0, 2, -1, 0}, 3);
        assertArrayEquals(new int[][] {{1, 0, 0}, {0, 0, 0}, {2, 0, 1}}, confusion.matrix());
        assertEquals(2, confusion.right());
        assertEquals(1, confusion.unclassified());
        assertEquals(3, confusion.classes());
        for (int label = 0; label < 3; label++) {
            for (int prediction = 0; prediction < 3; prediction++) {
                assertEquals(confusion.matrix()[label][prediction], confusion.count(label, prediction));
            }
        }
        assertEquals("confusion: a label is 3; it must be from 0 to 2",
                assertThrows(IllegalArgumentException.class, () -> confusion.count(3, 0)).getMessage());
        assertEquals("confusion: a prediction is -2; it must be from 0 to 2, or -1 for none",
                assertThrows(IllegalArgumentException.class, () -> confusion.count(0, -2)).getMessage());
        assertEquals("confusion: a prediction is 3; it must be from 0 to 2, or -1 for none",
                assertThrows(IllegalArgumentException.class, () -> confusion.count(0, 3)).getMessage());
        assertEquals("Confusion[3 classes, 5 examples, 2 right]", confusion.toString());
        assertThrows(IllegalArgumentException.class, () -> confusion.count(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> Confusion.of(new int[2], new int[3], 3));
        assertThrows(IllegalArgumentException.class, () -> Confusion.of(new int[] {3}, new int[1], 3));
        assertThrows(IllegalArgumentException.class, () -> Confusion.of(new int[0], new int[0], 0));
    }

    @Test
    void manyClassesTakeMemoryForTheExamplesAlone() {
        int classes = 50_000;
        Model model = Model.initial(Network.of(2, 1, Layer.dense(classes)));
        Trainer trainer = trainer(model, Objective.classification());
        Dataset data = Dataset.classification(Matrix.zeros(10, 2), new int[10], classes);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Evaluation evaluation = trainer.evaluate(data);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 20_000_000, "allocated " + allocated + " bytes");
        // All biases are 0 and so is every output: the first of equals is class 0.
        assertEquals(10, evaluation.confusion().count(0, 0));
        assertEquals(1.0, evaluation.accuracy());
    }

    @Test
    void aRegressionHasNoClasses() {
        Evaluation evaluation = trainer(identity(1), Objective.regression(new Loss.SquaredError()))
                .evaluate(Dataset.regression(Matrix.of(new float[] {1, 2}, 2, 1), Matrix.zeros(2, 1)));
        assertEquals(2.5, evaluation.loss());
        assertTrue(Double.isNaN(evaluation.accuracy()));
        assertEquals(0, evaluation.unclassified());
        assertEquals(0, evaluation.confusion().matrix().length);
        assertThrows(IllegalArgumentException.class, () -> evaluation.confusion().count(0, 0));
    }

    /// More examples than go through at once, by every reduction, against the formula in double.
    @Test
    void theLossOfManyExamplesIsThatOfAll() {
        int rows = 2 * Predictor.ROWS_AT_ONCE + 77;
        Random random = new Random(8);
        Matrix x = Samples.normal(random, rows, 3, Layout.STRIDED, 1f);
        int[] labels = random.ints(rows, 0, 3).toArray();
        Matrix targets = Samples.normal(random, rows, 3, Layout.STRIDED, 1f);
        for (Reduction reduction : Reduction.values()) {
            for (Matrix weights : new Matrix[] {null, Matrix.row(0.01f, 1f, 10f)}) {
                Objective objective = new Objective.Classification(CrossEntropy.of(reduction).withLabelSmoothing(0.1f)
                        .withClassWeights(weights));
                double expected = new DoubleNetwork(identity(3).network(), objective, 0).loss(new double[0], x, labels,
                        null);
                Evaluation evaluation = trainer(identity(3), objective).evaluate(Dataset.classification(x, labels, 3));
                assertEquals(expected, evaluation.loss(), 1e-6 * expected, objective.toString());
                assertEquals(rows, Arrays.stream(evaluation.confusion().matrix()).flatMapToInt(Arrays::stream).sum());
            }
            Objective objective = new Objective.Regression(new Loss.SquaredError(), reduction);
            double expected = new DoubleNetwork(identity(3).network(), objective, 0).loss(new double[0], x, null,
                    targets);
            assertEquals(expected, trainer(identity(3), objective).evaluate(Dataset.regression(x, targets)).loss(),
                    1e-6 * expected, objective.toString());
        }
    }

    @Test
    void aSingleOutputIsNoClass() {
        Model single = Model.initial(Network.of(4, 1, Layer.dense(1)));
        assertEquals("trainer: the network has one output; a classification needs one for each class, at least two",
                assertThrows(IllegalArgumentException.class, () -> trainer(single, Objective.classification()))
                        .getMessage());
        Predictor predictor = new Predictor(single, Kernels.reference());
        Matrix x = Matrix.zeros(2, 4);
        Matrix y = Samples.blank(2, 1, Layout.STRIDED);
        String message = assertThrows(IllegalStateException.class, () -> predictor.probabilities(x, y)).getMessage();
        assertEquals("probabilities: the network has one output; classes need at least two; outputs(x, y) gives the "
                + "output itself", message);
        assertThrows(IllegalStateException.class, () -> predictor.classes(x, new int[2], 0));
        Samples.assertBlank(y, "probabilities");
        predictor.outputs(x, y);
        assertEquals(0f, y.get(0, 0), "the output of a zero row is the bias");
    }
}
