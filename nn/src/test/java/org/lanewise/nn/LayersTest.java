// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.optimizer.Optimizer;

/// Descriptions of layers, networks and training as values, and how layers run together.
class LayersTest {

    private static final Layer IDENTITY = Layer.activate(Activation.IDENTITY);
    private static final Layer RELU = Layer.activate(Activation.RELU);

    private static List<Object> descriptions() {
        TrainingOptions options = TrainingOptions.of(Objective.classification());
        LearningRate falling = step -> 1f / step;
        return List.of(Layer.dense(3), Layer.dense(4), Layer.dense(3, Layer.Initializer.GLOROT),
                Layer.activate(Activation.IDENTITY), Layer.activate(Activation.RELU),
                Layer.batchNorm(), Layer.batchNorm().withMomentum(0.2f), Layer.batchNorm().withEpsilon(1e-3f),
                Layer.dropout(0.1f), Layer.dropout(0.2f), Network.of(2, 1, Layer.dense(3)),
                Network.of(3, 1, Layer.dense(3)), Network.of(2, 2, Layer.dense(3)), Network.of(2, 1, Layer.dense(4)),
                Shape.of(6), Shape.of(2, 3), Shape.of(3, 2),
                options.withLearningRate(falling).getClass(), options.withSeed(1).seed(), options.batchSize());
    }

    @Test
    void eachChangeIsAnotherValue() {
        List<Object> values = descriptions();
        assertEquals(values, descriptions());
        assertEquals(values.hashCode(), descriptions().hashCode());
        assertEquals(values.toString(), descriptions().toString());
        for (int i = 0; i < values.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertNotEquals(values.get(i), values.get(j));
                assertNotEquals(values.get(i).toString(), values.get(j).toString());
            }
        }
    }

    @Test
    void aDenseLayerSaysHowItsWeightsStart() {
        assertEquals(Layer.Initializer.HE, Layer.dense(3).initializer());
        assertEquals(Layer.Initializer.GLOROT, Layer.dense(3, Layer.Initializer.GLOROT).initializer());
    }

    @Test
    void optionsOfTrainingAreChangedOneByOne() {
        LearningRate falling = step -> 1f / step;
        TrainingOptions options = TrainingOptions.of(Objective.classification()).withLearningRate(falling);
        List<TrainingOptions> changed = List.of(options,
                options.withObjective(Objective.regression(new Loss.SquaredError())),
                options.withOptimizer(new Optimizer.Sgd()), options.withLearningRate(0.1f),
                options.withGradientRule(options.rule().withClip(1f)), options.withMaximumNorm(1f),
                options.withBatchSize(64), options.withSeed(7));
        assertEquals(changed.size(), changed.stream().distinct().count());
        assertEquals(changed.size(), changed.stream().map(TrainingOptions::toString).distinct().count());
        assertTrue(options.withBatchSize(64).toString().contains("batchSize=64"), options.withBatchSize(64).toString());
        assertEquals(options, TrainingOptions.of(Objective.classification()).withLearningRate(falling));
        assertEquals(options.hashCode(),
                TrainingOptions.of(Objective.classification()).withLearningRate(falling).hashCode());
        assertEquals(List.of(32, 0L, Float.POSITIVE_INFINITY, Optimizer.Adam.DEFAULT),
                List.of(options.batchSize(), options.seed(), options.maximumNorm(), options.optimizer()));
        assertEquals(0.001f, TrainingOptions.of(Objective.classification()).learningRate().at(5));
        assertNotEquals(options, new Object());
    }

    @Test
    void shapesAreChecked() {
        assertEquals(6, Shape.of(2, 3).size());
        assertEquals("2×3", Shape.of(2, 3).toString());
        assertEquals("shape: there is no dimension; at least one is needed",
                assertThrows(IllegalArgumentException.class, Shape::of).getMessage());
        assertEquals("shape: a dimension is 0; it must be at least 1",
                assertThrows(IllegalArgumentException.class, () -> Shape.of(2, 0)).getMessage());
        assertEquals(Integer.MAX_VALUE, Shape.of(Integer.MAX_VALUE).size());
        assertEquals("shape: the number of values is 2147483648; it must fit one array",
                assertThrows(IllegalArgumentException.class, () -> Shape.of(1 << 16, 1 << 15)).getMessage());
        assertEquals("network: inputs is 0; it must be at least 1",
                assertThrows(IllegalArgumentException.class, () -> Network.of(0, 1, Layer.dense(3))).getMessage());
        assertEquals(1, Network.of(1, 1, Layer.dense(3)).inputs());
    }

    @Test
    void activationsAreTakenOverAndIdentitiesRunNotAtAll() {
        Layer dense = Layer.dense(3);
        assertEquals(List.of(new FusedLayer(0, dense, Activation.RELU), new FusedLayer(2, RELU, Activation.IDENTITY)),
                FusedLayer.plan(List.of(dense, RELU, RELU)));
        assertEquals(List.of(new FusedLayer(0, dense, Activation.IDENTITY),
                new FusedLayer(2, RELU, Activation.IDENTITY)), FusedLayer.plan(List.of(dense, IDENTITY, RELU)));
        assertEquals(List.of(new FusedLayer(1, dense, Activation.IDENTITY)),
                FusedLayer.plan(List.of(IDENTITY, dense, IDENTITY)));
        assertEquals(List.of(), FusedLayer.plan(List.of(IDENTITY, IDENTITY)));
    }

    /// A network that computes nothing gives back what it gets, trained or not.
    @Test
    void aNetworkOfIdentitiesIsOne() {
        Matrix x = Samples.normal(new Random(3), 5, 4, Layout.DENSE, 1f);
        Matrix y = Matrix.zeros(5, 4);
        for (Layer[] layers : new Layer[][] {{IDENTITY}, {Layer.dropout(0f)}, {IDENTITY, Layer.dropout(0.5f)}}) {
            Model model = Model.initial(Network.of(4, 1, layers));
            Trainer trainer = new Trainer(model, Kernels.reference(), TrainingOptions.of(Objective.classification()));
            trainer.step(x, new int[] {0, 1, 2, 3, 0}, 0);
            new Predictor(trainer.model(), Kernels.reference()).outputs(x, y);
            assertArrayEquals(x.data(), y.data());
        }
    }

    @Test
    void anIdentityInBetweenChangesNoBit() {
        Matrix x = Samples.normal(new Random(4), 6, 5, Layout.DENSE, 1f);
        int[] labels = {0, 1, 2, 0, 1, 2};
        float[][] trained = new float[2][];
        for (int turn = 0; turn < 2; turn++) {
            List<Layer> layers = turn == 0 ? List.of(Layer.dense(8), RELU, Layer.dense(3))
                    : List.of(Layer.dense(8), RELU, Layer.dense(3), IDENTITY, IDENTITY);
            Trainer trainer = new Trainer(Model.initial(Network.of(5, 1, layers)), Kernels.reference(),
                    TrainingOptions.of(Objective.classification()));
            for (int step = 0; step < 20; step++) {
                trainer.step(x, labels, 0);
            }
            trained[turn] = trainer.model().parameters().clone();
        }
        assertArrayEquals(trained[0], trained[1]);
    }
}
