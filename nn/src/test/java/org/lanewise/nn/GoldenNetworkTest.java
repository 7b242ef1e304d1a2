// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.kernels.contract.Samples.assertClose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;

/// Twenty steps of a whole network against an independent implementation in float64.
class GoldenNetworkTest {

    private static final double TOLERANCE = 1e-4;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void twentyStepsFollowTheIndependentImplementation() throws IOException {
        JsonNode golden = golden();
        int[] sizes = array(golden.get("dims"), int[].class);
        Network network = Network.of(sizes[0], 0, Layer.dense(sizes[1]), Layer.batchNorm(),
                Layer.activate(Activation.TANH), Layer.dense(sizes[2]), Layer.batchNorm(),
                Layer.activate(Activation.RELU), Layer.dense(sizes[3]));
        int[] denseLayers = {0, 3, 6};
        int[] normLayers = {1, 4};
        Model model = Model.initial(network);
        for (int i = 0; i < denseLayers.length; i++) {
            copy(array(golden.get("weights").get(i), float[].class), model.weights(denseLayers[i]));
            copy(array(golden.get("biases").get(i), float[].class), model.bias(denseLayers[i]));
        }
        int[] labels = array(golden.get("labels"), int[].class);
        Matrix x = Matrix.of(array(golden.get("x"), float[].class), labels.length, sizes[0]);
        Trainer trainer = new Trainer(model, Kernels.reference(), TrainingOptions.of(Objective.classification())
                .withLearningRate(0.02f).withBatchSize(labels.length).withSeed(0));

        double[] losses = array(golden.get("losses"), double[].class);
        assertEquals(20, losses.length);
        for (int step = 0; step < losses.length; step++) {
            float loss = trainer.step(x, labels, 0);
            assertEquals(losses[step], loss, TOLERANCE * losses[0], "loss of step " + (step + 1));
        }
        for (int i = 0; i < denseLayers.length; i++) {
            assertClose(array(golden.get("final_weights").get(i), double[].class), model.weights(denseLayers[i]),
                    TOLERANCE, "weights " + i);
        }
        // The biases before a batch norm have no influence; their gradient is rounding noise, which Adam blows up.
        assertClose(array(golden.get("final_biases").get(2), double[].class), model.bias(6), TOLERANCE, "last bias");
        for (int i = 0; i < normLayers.length; i++) {
            assertClose(array(golden.get("final_gamma").get(i), double[].class), model.gamma(normLayers[i]), TOLERANCE,
                    "gamma " + i);
            assertClose(array(golden.get("final_beta").get(i), double[].class), model.beta(normLayers[i]), TOLERANCE,
                    "beta " + i);
        }
    }

    private static JsonNode golden() throws IOException {
        try (InputStream in = GoldenNetworkTest.class.getResourceAsStream("/golden/network.json")) {
            return MAPPER.readTree(in);
        }
    }

    private static <T> T array(JsonNode array, Class<T> type) throws IOException {
        return MAPPER.treeToValue(array, type);
    }

    private static void copy(float[] values, Matrix to) {
        System.arraycopy(values, 0, to.data(), to.offset(), values.length);
    }
}
