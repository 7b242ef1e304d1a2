// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.stream.Stream;
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

/// Gradients of whole networks against central differences of [DoubleNetwork], which knows nothing of the kernels: each
/// kind of layer, activation and loss.
class GradientCheckTest {

    private static final int ROWS = 12;
    private static final int INPUTS = 5;
    private static final int OUTPUTS = 3;
    private static final double STEP = 1e-5;

    record Case(String name, Network network, Objective objective) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        Stream<Activation> activations = Stream.of(Activation.IDENTITY, Activation.RELU, Activation.TANH,
                Activation.SIGMOID, new Activation.Sigmoid(1.7f, 0.6f), Activation.SILU,
                new Activation.Silu(1.7f, 0.6f), Activation.GELU, new Activation.GeluTanh(),
                new Activation.LeakyRelu(0.2f), new Activation.Elu(0.5f), new Activation.Softplus(1.7f, 0.6f),
                new Activation.Mish(1.7f), new Activation.Squareplus(4f), new Activation.HardSigmoid(),
                new Activation.HardSwish());
        Stream<Case> byActivation = activations.map(activation -> new Case(activation.toString(),
                Network.of(INPUTS, 1, Layer.dense(8), Layer.activate(activation), Layer.dense(OUTPUTS)),
                Objective.classification()));
        Network plain = Network.of(INPUTS, 2, Layer.dense(7), Layer.activate(Activation.TANH), Layer.dense(OUTPUTS));
        Stream<Case> byLayer = Stream.of(
                new Case("dense alone", Network.of(INPUTS, 3, Layer.dense(OUTPUTS)), Objective.classification()),
                new Case("batch norm", Network.of(INPUTS, 4, Layer.dense(8), Layer.batchNorm(), Layer.dense(OUTPUTS)),
                        Objective.classification()),
                new Case("batch norm and activation", Network.of(INPUTS, 5, Layer.dense(8), Layer.batchNorm(),
                        Layer.activate(Activation.SILU), Layer.dense(OUTPUTS)), Objective.classification()),
                new Case("batch norm first and last", Network.of(INPUTS, 6, Layer.batchNorm(), Layer.dense(OUTPUTS),
                        Layer.batchNorm()), Objective.classification()),
                new Case("activation first and twice", Network.of(INPUTS, 7, Layer.activate(Activation.TANH),
                        Layer.dense(6), Layer.activate(Activation.SIGMOID), Layer.activate(Activation.TANH),
                        Layer.dense(OUTPUTS)), Objective.classification()),
                new Case("dropout", Network.of(INPUTS, 8, Layer.dropout(0.2f), Layer.dense(9),
                        Layer.activate(Activation.TANH), Layer.dropout(0.4f), Layer.dense(OUTPUTS)),
                        Objective.classification()));
        Stream<Case> byObjective = Stream.of(
                new Objective.Classification(CrossEntropy.SUM),
                new Objective.Classification(CrossEntropy.MEAN.withLabelSmoothing(0.1f)),
                new Objective.Classification(CrossEntropy.MEAN.withLabelSmoothing(0.1f)
                        .withClassWeights(Matrix.row(0.5f, 1f, 2f))),
                Objective.regression(new Loss.SquaredError()),
                new Objective.Regression(new Loss.HalfSquaredError(), Reduction.SUM),
                Objective.regression(new Loss.AbsoluteError()), Objective.regression(new Loss.Huber(0.7f)),
                Objective.regression(new Loss.BinaryCrossEntropyWithLogits()),
                Objective.regression(new Loss.BinaryFocalWithLogits(0.25f, 2f)))
                .map(objective -> new Case(objective.toString(), plain, objective));
        return Stream.of(byActivation, byLayer, byObjective).flatMap(cases -> cases);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAgreeWithCentralDifferences(Case checked) {
        Random random = new Random(17);
        Matrix x = Samples.normal(random, ROWS, INPUTS, Layout.DENSE, 1f);
        int[] labels = random.ints(ROWS, 0, OUTPUTS).toArray();
        Matrix targets = Samples.normal(random, ROWS, OUTPUTS, Layout.DENSE, 1f);
        if (checked.objective() instanceof Objective.Regression(Loss loss, Reduction _)
                && (loss instanceof Loss.BinaryCrossEntropyWithLogits || loss instanceof Loss.BinaryFocalWithLogits)) {
            for (int i = 0; i < targets.data().length; i++) {
                targets.data()[i] = targets.data()[i] > 0 ? 1f : 0f;
            }
        }
        Model model = Model.initial(checked.network());
        for (int i = 0; i < model.parameters().length; i++) {
            model.parameters()[i] += 0.1f * (float) random.nextGaussian();
        }
        TrainingOptions options = TrainingOptions.of(checked.objective()).withOptimizer(new Optimizer.Sgd())
                .withLearningRate(0f).withBatchSize(ROWS).withSeed(23);
        Trainer trainer = new Trainer(model, Kernels.reference(), options);
        DoubleNetwork exact = new DoubleNetwork(checked.network(), checked.objective(), options.seed());
        double[] parameters = new double[model.parameters().length];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = model.parameters()[i];
        }

        float loss = checked.objective() instanceof Objective.Classification
                ? trainer.step(x, labels, 0) : trainer.step(x, targets);
        double expectedLoss = exact.loss(parameters, x, labels, targets);
        assertEquals(expectedLoss, loss, 1e-5 * Math.max(1, Math.abs(expectedLoss)), "loss");

        double[] expected = new double[parameters.length];
        double largest = 0;
        for (int i = 0; i < parameters.length; i++) {
            double value = parameters[i];
            parameters[i] = value + STEP;
            double above = exact.loss(parameters, x, labels, targets);
            parameters[i] = value - STEP;
            double below = exact.loss(parameters, x, labels, targets);
            parameters[i] = value;
            expected[i] = (above - below) / (2 * STEP);
            largest = Math.max(largest, Math.abs(expected[i]));
        }
        for (int i = 0; i < parameters.length; i++) {
            assertEquals(expected[i], trainer.gradients()[i], 2e-5 * largest, "gradient of parameter " + i);
        }
    }
}
