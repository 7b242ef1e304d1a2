// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;

/// Training: what it learns, how it stops and goes on, and what it refuses.
class TrainerTest {

    private static final Network NETWORK = Network.of(4, 1, Layer.dense(16), Layer.batchNorm(),
            Layer.activate(Activation.RELU), Layer.dropout(0.1f), Layer.dense(3, Layer.Initializer.GLOROT));

    private static TrainingOptions options() {
        return TrainingOptions.of(Objective.classification()).withLearningRate(0.01f).withBatchSize(16).withSeed(2);
    }

    private static Trainer trainer() {
        return new Trainer(Model.initial(NETWORK), Kernels.best(), options());
    }

    @Test
    void learnsIris() {
        Dataset.Split iris = TestData.iris().split(0.2, 3);
        Trainer trainer = trainer();
        List<Epoch> history = trainer.fit(iris.training(), iris.test(), 40, Epoch.Listener.NONE);
        assertEquals(40, history.size());
        assertTrue(history.getLast().loss() < 0.3 * history.getFirst().loss(), "loss " + history.getLast().loss());
        Evaluation test = history.getLast().validation();
        assertTrue(test.accuracy() >= 0.9, "accuracy " + test.accuracy());
        int counted = Arrays.stream(test.confusion().matrix()).flatMapToInt(Arrays::stream).sum();
        assertEquals(iris.test().size(), counted);
        int right = test.confusion().count(0, 0) + test.confusion().count(1, 1) + test.confusion().count(2, 2);
        assertEquals(test.accuracy(), (double) right / counted);
    }

    @Test
    void learnsARegression() {
        Dataset iris = TestData.iris();
        Dataset petals = Dataset.regression(iris.features().columns(0, 3), iris.features().columns(3, 1));
        Trainer trainer = new Trainer(
                Model.initial(Network.of(3, 4, Layer.dense(16), Layer.activate(Activation.TANH), Layer.dense(1))),
                Kernels.best(), TrainingOptions.of(Objective.regression(new Loss.SquaredError()))
                        .withLearningRate(0.01f).withBatchSize(16).withSeed(5));
        double before = trainer.evaluate(petals).loss();
        trainer.fit(petals, null, 40, Epoch.Listener.NONE);
        Evaluation after = trainer.evaluate(petals);
        assertTrue(after.loss() < 0.1 && after.loss() < before / 5, "loss " + before + " to " + after.loss());
        assertTrue(Double.isNaN(after.accuracy()));
    }

    @Test
    void aSeedFixesEverything() {
        Dataset iris = TestData.iris();
        Trainer first = trainer();
        Trainer second = trainer();
        first.fit(iris, null, 3, Epoch.Listener.NONE);
        second.fit(iris, null, 3, Epoch.Listener.NONE);
        SameBitsTest.assertSame(first.checkpoint(), second.checkpoint());
        Trainer other = new Trainer(Model.initial(NETWORK), Kernels.best(),
                TrainingOptions.of(Objective.classification()).withLearningRate(0.01f).withBatchSize(16).withSeed(0));
        other.fit(iris, null, 3, Epoch.Listener.NONE);
        assertTrue(!Arrays.equals(first.model().parameters(), other.model().parameters()),
                "another seed shuffles otherwise");
    }

    @Test
    void stoppingAndGoingOnGivesTheSameBits() throws IOException {
        Dataset iris = TestData.iris();
        Trainer throughout = trainer();
        throughout.fit(iris, iris, 5, Epoch.Listener.NONE);

        Trainer first = trainer();
        first.fit(iris, iris, 2, Epoch.Listener.NONE);
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        first.checkpoint().write(saved);
        first.fit(iris, null, 1, Epoch.Listener.NONE);
        Checkpoint loaded = Checkpoint.read(new ByteArrayInputStream(saved.toByteArray()));
        Trainer second = Trainer.resume(NETWORK, Kernels.reference(), options(), loaded);
        assertEquals(2, second.epochs());
        second.fit(iris, null, 3, Epoch.Listener.NONE);
        SameBitsTest.assertSame(throughout.checkpoint(), second.checkpoint());
    }

    @Test
    void aCheckpointOfSomethingElseIsRefused() {
        Checkpoint checkpoint = trainer().checkpoint();
        Network other = Network.of(4, 1, Layer.dense(3));
        assertThrows(IllegalArgumentException.class,
                () -> Trainer.resume(other, Kernels.reference(), options(), checkpoint));
        assertThrows(IllegalArgumentException.class, () -> Trainer.resume(NETWORK, Kernels.reference(),
                TrainingOptions.of(Objective.classification()).withOptimizer(new Optimizer.Sgd()).withLearningRate(0.1f)
                        .withBatchSize(16).withSeed(2), checkpoint));
        assertThrows(IOException.class, () -> Checkpoint.read(new ByteArrayInputStream(new byte[64])));
        assertThrows(EOFException.class, () -> Checkpoint.read(new ByteArrayInputStream(new byte[3])));
    }

    @Test
    void aListenerSeesEachEpochAndCanStop() {
        List<Epoch> seen = new ArrayList<>();
        List<Epoch> history = trainer().fit(TestData.iris(), TestData.iris(), 10, epoch -> {
            seen.add(epoch);
            return epoch.number() < 4;
        });
        assertEquals(history, seen);
        assertEquals(4, history.size());
        assertEquals(10, history.getFirst().steps(), "150 rows in batches of 16");
        assertNotNull(history.getFirst().validation());
        assertNull(trainer().fit(TestData.iris(), null, 1, Epoch.Listener.NONE).getFirst().validation());
    }

    @Test
    void aLastBatchOfOneRowIsLeftOutUnderBatchNorm() {
        Dataset data = TestData.iris().select(IntStream.range(0, 33).toArray());
        assertEquals(2, trainer().fit(data, null, 1, Epoch.Listener.NONE).getFirst().steps());
        Trainer plain = new Trainer(Model.initial(Network.of(4, 1, Layer.dense(3))), Kernels.best(), options());
        assertEquals(3, plain.fit(data, null, 1, Epoch.Listener.NONE).getFirst().steps());
    }

    @Test
    void badBatchesAreRefusedAndLeaveTheModelAlone() {
        Trainer trainer = trainer();
        float[] before = trainer.model().parameters().clone();
        Matrix x = Matrix.zeros(3, 4);
        refused("training step: label 1 is 3; it must be from 0 to 2",
                () -> trainer.step(x, new int[] {0, 3, 1}, 0));
        refused("training step: label 0 is -1; it must be from 0 to 2",
                () -> trainer.step(x, new int[] {-1, 0, 1}, 0));
        refused("training step: x is 3×5; it must be 1…16×4", () -> trainer.step(Matrix.zeros(3, 5), new int[3], 0));
        refused("training step: x is 17×4; it must be 1…16×4", () -> trainer.step(Matrix.zeros(17, 4), new int[17], 0));
        refused("training step: x is 0×4; it must be 1…16×4", () -> trainer.step(Matrix.zeros(0, 4), new int[0], 0));
        refused("training step: there is one row; batch norm needs at least two to take statistics",
                () -> trainer.step(Matrix.zeros(1, 4), new int[1], 0));
        refused("training step: 3 labels from index 1 leave the array of 3", () -> trainer.step(x, new int[3], 1));
        refused("training step: the objective is a classification; it needs labels",
                () -> trainer.step(x, Matrix.zeros(3, 3)));
        Trainer regression = new Trainer(Model.initial(Network.of(4, 1, Layer.dense(3))), Kernels.reference(),
                TrainingOptions.of(Objective.regression(new Loss.SquaredError())).withOptimizer(new Optimizer.Sgd())
                        .withLearningRate(0.1f).withBatchSize(16).withSeed(2));
        refused("training step: the objective is a regression; it needs target values",
                () -> regression.step(x, new int[3], 0));
        refused("training step: targets is 3×2; it must be 3×3", () -> regression.step(x, Matrix.zeros(3, 2)));
        refused("fit: epochs is -1; it must not be negative",
                () -> trainer.fit(TestData.iris(), null, -1, Epoch.Listener.NONE));
        assertEquals(List.of(), trainer.fit(TestData.iris(), null, 0, Epoch.Listener.NONE));
        refused("fit: training data is 0×4; it must have at least one row and 4 columns", () -> trainer.fit(
                Dataset.classification(Matrix.zeros(0, 4), new int[0], 3), null, 1, Epoch.Listener.NONE));
        refused("fit: training data has targets; the objective is " + options().objective(), () -> trainer.fit(
                Dataset.regression(Matrix.zeros(3, 4), Matrix.zeros(3, 3)), null, 1, Epoch.Listener.NONE));
        refused("fit: training data has labels; the objective is Regression[loss=SquaredError[], reduction=MEAN]",
                () -> regression.fit(TestData.iris(), null, 1, Epoch.Listener.NONE));
        assertThrows(NullPointerException.class, () -> trainer.step(null, new int[3], 0));
        assertThrows(NullPointerException.class, () -> trainer.step(x, null, 0));
        refused("fit: training data is 150×4; it must have at least one row and 5 columns",
                () -> new Trainer(Model.initial(Network.of(5, 1, Layer.dense(3))), Kernels.reference(), options())
                        .fit(TestData.iris(), null, 1, Epoch.Listener.NONE));
        refused("fit: validation data has 2 classes; the network has 3 outputs", () -> trainer.fit(TestData.iris(),
                Dataset.classification(Matrix.zeros(2, 4), new int[2], 2), 1, Epoch.Listener.NONE));
        assertArrayEquals(before, trainer.model().parameters());
        assertEquals(0, trainer.steps());
    }

    @Test
    void aNonFiniteGradientIsRefusedWhereTheCallerAsks() {
        TrainingOptions careful = TrainingOptions.of(Objective.classification()).withLearningRate(0.01f)
                .withGradientRule(GradientRule.NONE.withRefuseNonFinite(true)).withBatchSize(16).withSeed(0);
        Trainer trainer = new Trainer(Model.initial(Network.of(4, 1, Layer.dense(3))), Kernels.best(), careful);
        Checkpoint before = trainer.checkpoint();
        Matrix x = Matrix.zeros(2, 4);
        x.set(1, 2, Float.NaN);
        assertThrows(ArithmeticException.class, () -> trainer.step(x, new int[2], 0));
        SameBitsTest.assertSame(before, trainer.checkpoint());
    }

    @Test
    void badOptionsAreRefused() {
        refused("training: batch size is 0; it must be at least 1", () -> TrainingOptions.of(Objective.classification())
                .withBatchSize(0));
        assertEquals(1, TrainingOptions.of(Objective.classification()).withBatchSize(1).batchSize());
        for (float norm : new float[] {0f, -1f, Float.NaN}) {
            refused("training: maximum norm is " + norm + "; it must be positive",
                    () -> TrainingOptions.of(Objective.classification()).withMaximumNorm(norm));
        }
        assertEquals(Float.POSITIVE_INFINITY, options().maximumNorm());
        refused("learning rate: rate is NaN; it must be finite", () -> LearningRate.constant(Float.NaN));
    }

    /// By plain SGD with a rate of 1, parameters move by the clipped gradient.
    @Test
    void aGradientIsClippedToTheLargestNorm() {
        Network network = Network.of(4, 1, Layer.dense(5), Layer.activate(Activation.TANH), Layer.dense(3));
        Dataset iris = TestData.iris();
        double whole = moved(network, iris, Float.POSITIVE_INFINITY);
        assertTrue(whole > 0.1, "a norm of " + whole);
        for (float largest : new float[] {0.01f, 0.05f, 1f, 1e6f}) {
            double expected = Math.min(whole, largest);
            assertEquals(expected, moved(network, iris, largest), 1e-5 * expected, "at most " + largest);
        }
    }

    private static double moved(Network network, Dataset data, float largestNorm) {
        Trainer trainer = new Trainer(Model.initial(network), Kernels.reference(),
                TrainingOptions.of(Objective.classification()).withOptimizer(new Optimizer.Sgd()).withLearningRate(1f)
                .withMaximumNorm(largestNorm).withBatchSize(data.size()).withSeed(1));
        float[] before = trainer.model().parameters().clone();
        trainer.step(data.features(), data.labels(), 0);
        double squares = 0;
        for (int i = 0; i < before.length; i++) {
            double move = (double) trainer.model().parameters()[i] - before[i];
            squares += move * move;
        }
        return Math.sqrt(squares);
    }

    @Test
    void batchesMayGrow() {
        Dataset iris = TestData.iris();
        Trainer growing = trainer();
        growing.step(iris.features().rows(0, 2), iris.labels(), 0);
        growing.step(iris.features().rows(50, 3), iris.labels(), 50);
        growing.step(iris.features().rows(90, 4), iris.labels(), 90);
        Trainer first = trainer();
        first.step(iris.features().rows(0, 2), iris.labels(), 0);
        Trainer resumed = Trainer.resume(NETWORK, Kernels.reference(), options(), first.checkpoint());
        resumed.step(iris.features().rows(50, 3), iris.labels(), 50);
        resumed.step(iris.features().rows(90, 4), iris.labels(), 90);
        SameBitsTest.assertSame(resumed.checkpoint(), growing.checkpoint());
    }

    private static void refused(String message, Runnable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
