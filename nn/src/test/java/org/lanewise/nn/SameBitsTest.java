// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;
import org.lanewise.kernels.softmax.CrossEntropy;

/// Whole training runs on the reference and on SIMD kernels: every parameter, statistic and state value has the same
/// bits at the end.
@Tag("every-width")
class SameBitsTest {

    private static final int EPOCHS = 3;

    /// What [#aShortRunTrainsToTheSameBits] ends with on any machine; recorded on an AMD Zen 5 for version 2 of the
    /// arithmetic. A change is a breaking change.
    static final String RECORDED = "944fa18afadff5a9c2259890c2cd791dcdc0e5c0e090872cb18f7d8560180af8";

    static Stream<Optimizer> optimizers() {
        return Stream.of(new Optimizer.Sgd(), new Optimizer.Momentum(0.9f), new Optimizer.AveragingMomentum(0.9f),
                new Optimizer.Nesterov(0.9f), new Optimizer.RmsProp(0.9f, 1e-8f), new Optimizer.Adagrad(1e-10f),
                new Optimizer.Adadelta(0.95f, 1e-6f), Optimizer.Adam.DEFAULT,
                Optimizer.Adam.DEFAULT.withDecoupledDecay(0.01f).withAmsgrad(true));
    }

    static Stream<Activation> activations() {
        return Stream.of(Activation.IDENTITY, Activation.RELU, Activation.TANH, Activation.SIGMOID, Activation.SILU,
                Activation.GELU, new Activation.GeluTanh(), new Activation.LeakyRelu(0.01f), new Activation.Elu(1f),
                new Activation.Softplus(1f, 1f), new Activation.Mish(1f), new Activation.Squareplus(4f),
                new Activation.HardSigmoid(), new Activation.HardSwish());
    }

    static Network network(Dataset data, Activation activation) {
        return Network.of(data.features().columns(), 11, Layer.dense(37), Layer.batchNorm(),
                Layer.activate(activation), Layer.dropout(0.1f), Layer.dense(19), Layer.activate(activation),
                Layer.dense(data.classes(), Layer.Initializer.GLOROT));
    }

    static TrainingOptions options(Optimizer optimizer) {
        return TrainingOptions.of(Objective.classification()).withOptimizer(optimizer).withLearningRate(0.01f)
                .withBatchSize(32).withSeed(5);
    }

    static Checkpoint train(Kernels kernels, Network network, TrainingOptions options, Dataset data) {
        Trainer trainer = new Trainer(Model.initial(network), kernels, options);
        trainer.fit(data, data, EPOCHS, Epoch.Listener.NONE);
        return trainer.checkpoint();
    }

    static void assertSame(Checkpoint expected, Checkpoint actual) {
        assertEquals(expected.steps(), actual.steps());
        assertArrayEquals(bits(expected.parameters()), bits(actual.parameters()), "parameters");
        assertArrayEquals(bits(expected.statistics()), bits(actual.statistics()), "running statistics");
        assertArrayEquals(bits(expected.optimizerState()), bits(actual.optimizerState()), "optimizer state");
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(values[i]);
        }
        return bits;
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void everyOptimizerTrainsToTheSameBits(Optimizer optimizer) {
        Dataset iris = TestData.iris();
        Network network = network(iris, Activation.RELU);
        assertSame(train(Kernels.reference(), network, options(optimizer), iris),
                train(Kernels.vector(), network, options(optimizer), iris));
    }

    @ParameterizedTest
    @MethodSource("activations")
    void everyActivationTrainsToTheSameBits(Activation activation) {
        Dataset iris = TestData.iris();
        Network network = network(iris, activation);
        assertSame(train(Kernels.reference(), network, options(Optimizer.Adam.DEFAULT), iris),
                train(Kernels.vector(), network, options(Optimizer.Adam.DEFAULT), iris));
    }

    @Test
    @Tag("every-tier")
    void aShortRunTrainsToTheSameBits() {
        Dataset data = TestData.breastCancer();
        Network network = network(data, Activation.SILU);
        TrainingOptions options = options(Optimizer.Adam.DEFAULT);
        Checkpoint reference = train(Kernels.reference(), network, options, data);
        assertSame(reference, train(Kernels.vector(), network, options, data));
        assertNotEquals(reference.parameters()[0], Model.initial(network).parameters()[0], "training did nothing");
        assertEquals(RECORDED, fingerprint(reference.parameters()), "the parameters are not those that were recorded");
    }

    /// SHA-256 of the bits of all values.
    static String fingerprint(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
        bytes.asIntBuffer().put(bits(values));
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /// Every rule that a step knows at once.
    static TrainingOptions allRules() {
        return TrainingOptions.of(new Objective.Classification(CrossEntropy.MEAN.withLabelSmoothing(0.1f)
                .withClassWeights(Matrix.row(0.7f, 1.3f)))).withLearningRate(step -> 0.01f / step)
                .withGradientRule(GradientRule.NONE.withClip(0.5f).withL1(1e-4f).withL2(1e-3f)
                        .withRefuseNonFinite(true)).withMaximumNorm(1f).withBatchSize(50).withSeed(6);
    }

    @Test
    void allRulesTogetherTrainToTheSameBits() {
        Dataset data = TestData.breastCancer();
        Network network = network(data, Activation.TANH);
        assertSame(train(Kernels.reference(), network, allRules(), data),
                train(Kernels.vector(), network, allRules(), data));
    }

    @Test
    void aRegressionTrainsToTheSameBits() {
        Dataset iris = TestData.iris();
        Dataset data = Dataset.regression(iris.features().columns(0, 3), iris.features().columns(3, 1));
        Network network = Network.of(3, 4, Layer.batchNorm(), Layer.dense(23), Layer.activate(Activation.TANH),
                Layer.dense(1));
        for (Loss loss : List.of(new Loss.SquaredError(), new Loss.AbsoluteError(), new Loss.Huber(0.5f))) {
            TrainingOptions options = TrainingOptions.of(Objective.regression(loss)).withLearningRate(0.01f)
                    .withBatchSize(16).withSeed(7);
            assertSame(train(Kernels.reference(), network, options, data),
                    train(Kernels.vector(), network, options, data));
        }
    }

    @Test
    void threadsTrainToTheSameBits() {
        Dataset data = TestData.breastCancer();
        Network network = Network.of(30, 3, Layer.dense(257), Layer.batchNorm(), Layer.activate(Activation.RELU),
                Layer.dropout(0.3f), Layer.dense(300), Layer.activate(Activation.SILU), Layer.dense(2));
        TrainingOptions options = TrainingOptions.of(Objective.classification()).withBatchSize(200).withSeed(8);
        Checkpoint alone = train(Kernels.vector(), network, options, data);
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (int threads = 1; threads <= 4; threads++) {
                assertSame(alone, train(Kernels.vector().parallel(pool, threads), network, options, data));
            }
        }
    }

    @Test
    void predictionsHaveTheSameBits() {
        Dataset data = TestData.breastCancer();
        Network network = network(data, Activation.GELU);
        Trainer trainer = new Trainer(Model.initial(network), Kernels.vector(), options(Optimizer.Adam.DEFAULT));
        trainer.fit(data, null, 2, Epoch.Listener.NONE);
        for (Model model : List.of(trainer.model(), trainer.model().folded(Kernels.reference()))) {
            Matrix expected = Matrix.zeros(data.size(), 2);
            Matrix actual = Matrix.zeros(data.size(), 2);
            new Predictor(model, Kernels.reference()).probabilities(data.features(), expected);
            new Predictor(model, Kernels.vector()).probabilities(data.features(), actual);
            assertArrayEquals(bits(expected.data()), bits(actual.data()));
        }
    }
}
