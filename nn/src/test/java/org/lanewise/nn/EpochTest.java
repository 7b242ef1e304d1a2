// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Reduction;
import org.lanewise.kernels.optimizer.Optimizer;
import org.lanewise.kernels.softmax.CrossEntropy;

/// Epochs: their batches and their loss.
class EpochTest {

    private static final int ROWS = 23;
    private static final Network NETWORK = Network.of(4, 1, Layer.dense(6), Layer.activate(Activation.TANH),
            Layer.dense(3), Layer.activate(Activation.SIGMOID));

    static Stream<Objective> objectives() {
        Matrix weights = Matrix.row(0.01f, 1f, 10f);
        Matrix withZeros = Matrix.row(0f, 0f, 10f);
        Stream<Objective> classifications = Stream.of(Reduction.values()).flatMap(reduction -> Stream.of(null, weights,
                withZeros).map(w -> new Objective.Classification(CrossEntropy.of(reduction).withLabelSmoothing(0.1f)
                        .withClassWeights(w))));
        Stream<Objective> regressions = Stream.of(Reduction.values()).flatMap(reduction -> Stream.of(
                new Loss.SquaredError(), new Loss.HalfSquaredError(), new Loss.AbsoluteError(), new Loss.Huber(0.3f),
                new Loss.BinaryCrossEntropy(), new Loss.BinaryCrossEntropyWithLogits(),
                new Loss.CategoricalCrossEntropy(), new Loss.BinaryFocalWithLogits(0.25f, 2f))
                .map(loss -> new Objective.Regression(loss, reduction)));
        return Stream.concat(classifications, regressions);
    }

    private static Dataset data(Objective objective) {
        Random random = new Random(6);
        Matrix x = Samples.normal(random, ROWS, 4, Layout.STRIDED, 1f);
        if (objective instanceof Objective.Classification) {
            return Dataset.classification(x, random.ints(ROWS, 0, 3).toArray(), 3);
        }
        Matrix targets = Matrix.zeros(ROWS, 3);
        for (int i = 0; i < targets.data().length; i++) {
            targets.data()[i] = random.nextInt(2);
        }
        return Dataset.regression(x, targets);
    }

    /// With a learning rate of 0 the parameters stay, and batches must not show in the loss.
    @ParameterizedTest
    @MethodSource("objectives")
    void theLossIsTheObjectiveOverTheEpochsExamples(Objective objective) {
        Dataset data = data(objective);
        Model model = Model.initial(NETWORK);
        double[] parameters = new double[model.parameters().length];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = model.parameters()[i];
        }
        double expected = new DoubleNetwork(NETWORK, objective, 0).loss(parameters, data.features(),
                data.hasLabels() ? data.labels() : null, data.hasLabels() ? null : data.targets());
        for (int batchSize : new int[] {1, 2, 7, 10, 22, 23, 64}) {
            if (hasBatchOfWeightZero(objective) && batchSize < 7) {
                continue;
            }
            Trainer trainer = new Trainer(Model.of(NETWORK, model.parameters(), model.statistics()),
                    Kernels.reference(), TrainingOptions.of(objective).withOptimizer(new Optimizer.Sgd())
                            .withLearningRate(0f).withBatchSize(batchSize).withSeed(4));
            Epoch epoch = trainer.fit(data, null, 1, Epoch.Listener.NONE).getFirst();
            assertEquals(expected, epoch.loss(), 2e-6 * expected, "batches of " + batchSize);
            assertEquals(expected, trainer.evaluate(data).loss(), 2e-6 * expected);
            assertEquals((ROWS + batchSize - 1) / batchSize, epoch.steps());
        }
    }

    /// Only of these do small batches hold labels of weight 0 alone.
    private static boolean hasBatchOfWeightZero(Objective objective) {
        return objective instanceof Objective.Classification(CrossEntropy options) && options.classWeights() != null
                && options.classWeights().get(0, 0) == 0f;
    }

    @Test
    void examplesOfWeightZeroHaveTheLossZero() {
        Objective objective = new Objective.Classification(
                CrossEntropy.MEAN.withClassWeights(Matrix.row(0f, 0f, 1f)));
        Dataset data = Dataset.classification(data(objective).features(), new int[ROWS], 3);
        Trainer trainer = new Trainer(Model.initial(NETWORK), Kernels.reference(),
                TrainingOptions.of(objective).withOptimizer(new Optimizer.Sgd()).withLearningRate(0f).withBatchSize(7)
                        .withSeed(4));
        assertEquals(0.0, trainer.evaluate(data).loss());
        assertEquals(0.0, trainer.fit(data, null, 1, Epoch.Listener.NONE).getFirst().loss());
    }

    @Test
    void anEpochWithoutAStepIsRefused() {
        Network norm = Network.of(4, 1, Layer.dense(5), Layer.batchNorm(), Layer.dense(3));
        Dataset iris = TestData.iris();
        Dataset one = iris.select(new int[] {7});
        refused(norm, 1, iris, "fit: batches have one row (the batch size is 1, training data have 150 rows); "
                + "batch norm needs at least two to take statistics");
        refused(norm, 16, one, "fit: batches have one row (the batch size is 16, training data have 1 rows); "
                + "batch norm needs at least two to take statistics");
        Trainer plain = trainer(NETWORK, 1);
        assertEquals(150, plain.fit(iris, null, 1, Epoch.Listener.NONE).getFirst().steps());
        assertEquals(1, plain.fit(one, null, 1, Epoch.Listener.NONE).getFirst().steps());
        Dataset two = iris.select(new int[] {7, 77});
        assertEquals(1, trainer(norm, 16).fit(two, null, 1, Epoch.Listener.NONE).getFirst().steps());
    }

    private static Trainer trainer(Network network, int batchSize) {
        return new Trainer(Model.initial(network), Kernels.reference(), TrainingOptions.of(Objective.classification())
                .withLearningRate(0.01f).withBatchSize(batchSize).withSeed(2));
    }

    private static void refused(Network network, int batchSize, Dataset data, String message) {
        Trainer trainer = trainer(network, batchSize);
        Checkpoint before = trainer.checkpoint();
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> trainer.fit(data, null, 3, Epoch.Listener.NONE)).getMessage());
        SameBitsTest.assertSame(before, trainer.checkpoint());
        assertEquals(0, trainer.epochs());
    }

    @Test
    void aBatchSizeBeyondTheDataIsCutToThem() {
        Dataset iris = TestData.iris();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int batchSize : new int[] {150, 1_000_000_000, Integer.MAX_VALUE}) {
            long before = threads.getCurrentThreadAllocatedBytes();
            Trainer trainer = trainer(NETWORK, batchSize);
            List<Epoch> epochs = trainer.fit(iris, null, 2, Epoch.Listener.NONE);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 1_000_000, "a batch size of " + batchSize + " allocated " + allocated + " bytes");
            assertEquals(1, epochs.getFirst().steps());
            Trainer exact = trainer(NETWORK, 150);
            exact.fit(iris, null, 2, Epoch.Listener.NONE);
            SameBitsTest.assertSame(exact.checkpoint(), trainer.checkpoint());
        }
    }

    /// Batches that grow and shrink, with labels and with targets: each is computed as by a trainer that saw no other.
    @Test
    void memoryGrowsWithTheBatches() {
        Dataset iris = TestData.iris();
        Dataset regression = Dataset.regression(iris.features(), iris.features().columns(0, 3));
        for (Dataset data : List.of(iris, regression)) {
            Objective objective = data.hasLabels() ? Objective.classification()
                    : Objective.regression(new Loss.SquaredError());
            TrainingOptions options = TrainingOptions.of(objective).withOptimizer(new Optimizer.Sgd())
                    .withLearningRate(0.1f).withBatchSize(1_000_000).withSeed(2);
            Trainer trainer = new Trainer(Model.initial(NETWORK), Kernels.reference(), options);
            for (int size : new int[] {1, 5, 3, 70, 70, 2, 150}) {
                Dataset part = data.select(IntStream.range(0, size).toArray());
                Trainer fresh = Trainer.resume(NETWORK, Kernels.reference(), options, trainer.checkpoint());
                float loss = step(trainer, part);
                assertEquals(step(fresh, part), loss);
                assertArrayEquals(fresh.model().parameters(), trainer.model().parameters());
                fresh.fit(part, null, 1, Epoch.Listener.NONE);
                trainer.fit(part, null, 1, Epoch.Listener.NONE);
                SameBitsTest.assertSame(fresh.checkpoint(), trainer.checkpoint());
            }
        }
    }

    private static float step(Trainer trainer, Dataset data) {
        return data.hasLabels() ? trainer.step(data.features(), data.labels(), 0)
                : trainer.step(data.features(), data.targets());
    }
}
