// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Allocation;
import org.lanewise.kernels.contract.Allocation.Call;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;

/// After warm-up neither a training step nor a prediction allocates.
@Tag("warm")
class AllocationTest {

    @Test
    void warmStepsAndPredictionsAllocateNothing() {
        Random random = new Random(1);
        Network network = Network.of(30, 2, Layer.dense(70), Layer.batchNorm(), Layer.activate(Activation.RELU),
                Layer.dropout(0.2f), Layer.dense(33), Layer.activate(Activation.GELU), Layer.dense(5));
        Matrix x = Samples.normal(random, 50, 30, Layout.STRIDED, 1f);
        Matrix lastBatch = x.rows(0, 17);
        int[] labels = random.ints(50, 0, 5).toArray();
        TrainingOptions clipped = TrainingOptions.of(Objective.classification()).withLearningRate(1e-3f)
                .withGradientRule(GradientRule.NONE.withClip(1f).withL1(1e-4f).withL2(1e-4f).withRefuseNonFinite(true))
                .withMaximumNorm(0.5f).withBatchSize(50).withSeed(3);
        Trainer classifier = new Trainer(Model.initial(network), Kernels.vector(), clipped);
        Matrix targets = Samples.normal(random, 50, 5, Layout.STRIDED, 1f);
        Trainer regression = new Trainer(Model.initial(network), Kernels.vector(),
                TrainingOptions.of(Objective.regression(new Loss.SquaredError()))
                .withOptimizer(new Optimizer.Momentum(0.9f)).withBatchSize(50).withSeed(4));
        Predictor predictor = new Predictor(classifier.model(), Kernels.vector());
        Matrix row = x.rows(3, 1);
        Matrix rowResult = Matrix.zeros(1, 5);
        Matrix result = Matrix.zeros(50, 5);
        int[] classes = new int[50];
        Allocation.assertNoneWhenWarm(List.of(
                new Call("training step", () -> classifier.step(x, labels, 0)),
                new Call("training step on the last batch", () -> classifier.step(lastBatch, labels, 0)),
                new Call("regression step", () -> regression.step(x, targets)),
                new Call("outputs of one row", () -> predictor.outputs(row, rowResult)),
                new Call("outputs", () -> predictor.outputs(x, result)),
                new Call("probabilities", () -> predictor.probabilities(x, result)),
                new Call("classes", () -> predictor.classes(x, classes, 0))));
    }
}
