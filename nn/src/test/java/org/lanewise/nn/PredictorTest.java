// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.gemm.Epilogue;

/// What a frozen model promises its callers.
class PredictorTest {

    private static final Network NETWORK = Network.of(21, 9, Layer.dense(40), Layer.batchNorm(),
            Layer.activate(Activation.RELU), Layer.dropout(0.5f), Layer.dense(33), Layer.activate(Activation.TANH),
            Layer.dense(7));

    private static Model trained() {
        Random random = new Random(4);
        Matrix x = Samples.normal(random, 64, 21, Layout.DENSE, 1f);
        int[] labels = random.ints(64, 0, 7).toArray();
        Trainer trainer = new Trainer(Model.initial(NETWORK), Kernels.reference(),
                TrainingOptions.of(Objective.classification()).withLearningRate(0.01f).withBatchSize(64).withSeed(1));
        for (int step = 0; step < 10; step++) {
            trainer.step(x, labels, 0);
        }
        return trainer.model();
    }

    @Test
    void aRowDoesNotDependOnItsBatch() {
        Predictor predictor = new Predictor(trained(), Kernels.best());
        Matrix x = Samples.normal(new Random(5), 150, 21, Layout.STRIDED, 1f);
        Matrix together = Matrix.zeros(150, 7);
        predictor.outputs(x, together);
        for (int size : new int[] {1, 2, 3, 5, 10, 50, 75}) {
            for (int from = 0; from < 150; from += size) {
                Matrix part = Samples.blank(size, 7, Layout.STRIDED);
                predictor.outputs(x.rows(from, size), part);
                Samples.assertSameBits(together.rows(from, size), part, size + " rows from " + from);
            }
        }
    }

    @Test
    void moreRowsThanGoThroughAtOnceAreTakenInParts() {
        Predictor predictor = new Predictor(trained(), Kernels.best());
        int rows = 2 * Predictor.ROWS_AT_ONCE + 77;
        Matrix x = Samples.normal(new Random(6), rows, 21, Layout.DENSE, 1f);
        Matrix y = Samples.blank(rows, 7, Layout.STRIDED);
        int[] classes = new int[rows];
        predictor.outputs(x, y);
        predictor.classes(x, classes, 0);
        Matrix single = Matrix.zeros(1, 7);
        for (int row : new int[] {0, Predictor.ROWS_AT_ONCE - 1, Predictor.ROWS_AT_ONCE, rows - 1}) {
            predictor.outputs(x.rows(row, 1), single);
            for (int j = 0; j < 7; j++) {
                Samples.assertSameBits(single.get(0, j), y.get(row, j), "row " + row);
                assertTrue(y.get(row, j) <= y.get(row, classes[row]), "row " + row + " has a larger output");
            }
        }
        Samples.assertGapsUntouched(y, "outputs");
    }

    @Test
    void probabilitiesAreTheSoftmaxOfTheOutputs() {
        Predictor predictor = new Predictor(trained(), Kernels.reference());
        Matrix x = Samples.normal(new Random(7), 20, 21, Layout.DENSE, 1f);
        Matrix outputs = Matrix.zeros(20, 7);
        Matrix probabilities = Matrix.zeros(20, 7);
        predictor.outputs(x, outputs);
        predictor.probabilities(x, probabilities);
        Kernels.reference().softmax().softmax(outputs, outputs);
        assertArrayEquals(outputs.data(), probabilities.data());
    }

    @Test
    void laterTrainingDoesNotShow() {
        Model model = trained();
        Predictor predictor = new Predictor(model, Kernels.reference());
        Matrix x = Samples.normal(new Random(8), 3, 21, Layout.DENSE, 1f);
        Matrix before = Matrix.zeros(3, 7);
        Matrix after = Matrix.zeros(3, 7);
        predictor.outputs(x, before);
        Arrays.fill(model.parameters(), 0.25f);
        Arrays.fill(model.statistics(), 0.5f);
        predictor.outputs(x, after);
        assertArrayEquals(before.data(), after.data());
    }

    @Test
    void aNetworkThatDoesNothingWhenItPredictsGivesItsInputs() {
        Predictor predictor = new Predictor(Model.initial(Network.of(3, 1, Layer.dropout(0.5f))), Kernels.reference());
        Matrix x = Samples.normal(new Random(11), 4, 3, Layout.STRIDED, 1f);
        Matrix y = Samples.blank(4, 3, Layout.OFFSET);
        predictor.outputs(x, y);
        Samples.assertSameBits(x, y, "outputs");
        assertEquals(3, predictor.inputs());
        assertEquals(3, predictor.outputs());
    }

    /// Layers in every order that a predictor might take for one stage, against the layers one by one.
    @Test
    void stagesAreTheLayersInTheirOrder() {
        Kernels kernels = Kernels.reference();
        Layer tanh = Layer.activate(Activation.TANH);
        Layer sigmoid = Layer.activate(Activation.SIGMOID);
        List<List<Layer>> networks = List.of(List.of(Layer.dense(4), tanh, sigmoid, tanh),
                List.of(Layer.batchNorm(), tanh, Layer.batchNorm(), sigmoid, Layer.dense(4)),
                List.of(tanh, Layer.batchNorm(), Layer.dense(4), Layer.dense(2)),
                List.of(Layer.dense(4), Layer.batchNorm(), Layer.batchNorm(), tanh, Layer.dropout(0.5f), sigmoid));
        for (List<Layer> layers : networks) {
            Network network = Network.of(5, 3, layers);
            Model model = Model.initial(network);
            Random random = new Random(12);
            for (int index = 0; index < layers.size(); index++) {
                if (layers.get(index) instanceof BatchNormLayer) {
                    for (Matrix row : List.of(model.gamma(index), model.beta(index), model.runningMean(index),
                            model.runningVariance(index))) {
                        for (int j = 0; j < row.columns(); j++) {
                            row.set(0, j, 0.5f + random.nextFloat());
                        }
                    }
                }
            }
            Matrix x = Samples.normal(random, 6, 5, Layout.DENSE, 1f);
            Matrix expected = x;
            for (int index = 0; index < layers.size(); index++) {
                Matrix next = Matrix.zeros(6, network.shape(index + 1).size());
                switch (layers.get(index)) {
                    case DenseLayer _ -> kernels.gemm().multiply(expected, model.weights(index), next,
                            Epilogue.dense(model.bias(index), Activation.IDENTITY));
                    case BatchNormLayer norm -> kernels.normalization().batchNormInference(expected,
                            model.gamma(index), model.beta(index), norm.epsilon(), model.runningMean(index),
                            model.runningVariance(index), Activation.IDENTITY, next);
                    case ActivationLayer activate -> kernels.activations().value(activate.activation(), expected, next);
                    case DropoutLayer _ -> System.arraycopy(expected.data(), 0, next.data(), 0, next.data().length);
                }
                expected = next;
            }
            Matrix actual = Matrix.zeros(6, network.outputs());
            new Predictor(model, kernels).outputs(x, actual);
            Samples.assertSameBits(expected, actual, layers.toString());
            Model folded = model.folded(kernels);
            double[] values = new double[expected.data().length];
            float[] floats = expected.data();
            Arrays.setAll(values, i -> floats[i]);
            new Predictor(folded, kernels).outputs(x, actual);
            Samples.assertClose(values, actual, 1e-5, "folded " + layers);
        }
    }

    @Test
    void foldingKeepsTheFormula() {
        Model model = trained();
        Model folded = model.folded(Kernels.reference());
        assertEquals(5, folded.network().layers().size(), "dense, activation, dense, activation, dense");
        assertEquals(0, folded.statistics().length);
        Matrix x = Samples.normal(new Random(9), 50, 21, Layout.DENSE, 1f);
        Matrix expected = Matrix.zeros(50, 7);
        Matrix actual = Matrix.zeros(50, 7);
        new Predictor(model, Kernels.reference()).outputs(x, expected);
        new Predictor(folded, Kernels.reference()).outputs(x, actual);
        double[] values = new double[expected.data().length];
        Arrays.setAll(values, i -> expected.data()[i]);
        Samples.assertClose(values, actual, 1e-5, "folded outputs");
    }

    @Test
    void threadsMayShareOnePredictor() throws Exception {
        Predictor predictor = new Predictor(trained(), Kernels.best());
        Matrix x = Samples.normal(new Random(10), 64, 21, Layout.DENSE, 1f);
        Matrix expected = Matrix.zeros(64, 7);
        predictor.outputs(x, expected);
        try (ExecutorService pool = Executors.newFixedThreadPool(6)) {
            List<Future<?>> calls = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                int first = thread;
                calls.add(pool.submit(() -> {
                    for (int call = 0; call < 200; call++) {
                        int rows = 1 + (first * 31 + call * 7) % 64;
                        Matrix y = Samples.blank(rows, 7, Layout.OFFSET);
                        predictor.outputs(x.rows(0, rows), y);
                        Samples.assertSameBits(expected.rows(0, rows), y, rows + " rows");
                    }
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
    }

    @Test
    void wrongShapesAreRefusedBeforeAnythingIsWritten() {
        Predictor predictor = new Predictor(trained(), Kernels.reference());
        Matrix y = Samples.blank(3, 7, Layout.STRIDED);
        String message = assertThrows(IllegalArgumentException.class,
                () -> predictor.outputs(Matrix.zeros(3, 20), y)).getMessage();
        assertEquals("outputs: x is 3×20; it must be 3×21", message);
        assertEquals("outputs: y is 3×7; it must be 2×7", assertThrows(IllegalArgumentException.class,
                () -> predictor.outputs(Matrix.zeros(2, 21), y)).getMessage());
        assertEquals("outputs: y is 3×7; it must be 0×7", assertThrows(IllegalArgumentException.class,
                () -> predictor.outputs(Matrix.zeros(0, 21), y)).getMessage());
        assertThrows(IllegalArgumentException.class,
                () -> predictor.probabilities(Matrix.zeros(21, 3).transposed(), y));
        assertThrows(NullPointerException.class, () -> predictor.outputs(null, y));
        Samples.assertBlank(y, "outputs");
        assertThrows(NullPointerException.class, () -> predictor.outputs(Matrix.zeros(3, 21), null));
        assertThrows(IllegalArgumentException.class, () -> predictor.classes(Matrix.zeros(3, 21), new int[3], 1));
        assertEquals("classes: x is 3×20; it must be 3×21", assertThrows(IllegalArgumentException.class,
                () -> predictor.classes(Matrix.zeros(3, 20), new int[3], 0)).getMessage());
        Matrix square = Matrix.zeros(30, 21);
        assertThrows(IllegalArgumentException.class,
                () -> predictor.outputs(square, Matrix.of(square.data(), 3, 30, 7, 21)));
    }
}
