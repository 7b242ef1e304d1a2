// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;

/// Descriptions of networks and the layout of their parameters.
class NetworkTest {

    private static final Network NETWORK = Network.of(5, 7, Layer.dense(4), Layer.batchNorm(),
            Layer.activate(Activation.RELU), Layer.dropout(0.5f), Layer.dense(3, Layer.Initializer.GLOROT));

    @Test
    void countsAndShapes() {
        assertEquals(3, NETWORK.outputs());
        assertEquals(new DenseLayer(3, Layer.Initializer.GLOROT), Layer.dense(3, Layer.Initializer.GLOROT));
        assertEquals(5 * 4 + 4 + 2 * 4 + 4 * 3 + 3, NETWORK.parameterCount());
        assertEquals(8, NETWORK.statisticCount());
        Model model = Model.initial(NETWORK);
        assertEquals("5×4", model.weights(0).shape());
        assertEquals("1×4", model.bias(0).shape());
        assertEquals("4×3", model.weights(4).shape());
        boolean[] covered = new boolean[NETWORK.parameterCount()];
        for (Matrix part : List.of(model.weights(0), model.bias(0), model.gamma(1), model.beta(1), model.weights(4),
                model.bias(4))) {
            for (int i = 0; i < part.size(); i++) {
                assertTrue(!covered[part.offset() + i], "two layers share parameter " + (part.offset() + i));
                covered[part.offset() + i] = true;
            }
        }
        for (boolean parameter : covered) {
            assertTrue(parameter, "a parameter belongs to no layer");
        }
        assertThrows(IllegalArgumentException.class, () -> model.weights(1));
        assertThrows(IllegalArgumentException.class, () -> model.gamma(0));
    }

    @Test
    void initialWeightsComeFromTheSeed() {
        Model model = Model.initial(NETWORK);
        assertArrayEquals(model.parameters(), Model.initial(NETWORK).parameters());
        assertNotEquals(model.weights(0).get(0, 0),
                Model.initial(Network.of(5, 0, NETWORK.layers())).weights(0).get(0, 0));
        double limit = Math.sqrt(6.0 / 5);
        for (int i = 0; i < 20; i++) {
            float weight = model.weights(0).data()[i];
            assertTrue(Math.abs(weight) <= limit && weight != 0, "weight " + weight);
        }
        assertEquals(0f, model.bias(0).get(0, 3));
        assertEquals(1f, model.gamma(1).get(0, 0));
        assertEquals(0f, model.beta(1).get(0, 0));
        assertEquals(0f, model.runningMean(1).get(0, 3));
        assertEquals(1f, model.runningVariance(1).get(0, 3));
    }

    @Test
    void aLargeLayersWeightsAreUniform() {
        Model model = Model.initial(Network.of(300, 1, Layer.dense(200)));
        double limit = Math.sqrt(6.0 / 300);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 60000; i++) {
            double weight = model.parameters()[i] / limit;
            sum += weight;
            squares += weight * weight;
        }
        // Five standard errors of the mean (1/√3/√n) and of the mean square (√(4/45)/√n).
        assertEquals(0, sum / 60000, 5 * 0.5774 / Math.sqrt(60000));
        assertEquals(1.0 / 3, squares / 60000, 5 * 0.2981 / Math.sqrt(60000));
    }

    @Test
    void badDescriptionsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Network.of(0, 1, Layer.dense(3)));
        assertThrows(IllegalArgumentException.class, () -> Network.of(3, 1));
        assertEquals("network: it has 2500150000 parameters; an array holds at most 2147483639",
                assertThrows(IllegalArgumentException.class,
                        () -> Network.of(1, 1, Layer.dense(50_000), Layer.dense(50_000))).getMessage());
        assertThrows(NullPointerException.class, () -> Network.of(3, 1, (List<Layer>) null));
        assertThrows(IllegalArgumentException.class, () -> Layer.dense(0));
        assertThrows(IllegalArgumentException.class, () -> Layer.dropout(1f));
        assertThrows(IllegalArgumentException.class, () -> Layer.dropout(Float.NaN));
        assertThrows(IllegalArgumentException.class, () -> Layer.batchNorm().withEpsilon(0f));
        assertThrows(IllegalArgumentException.class, () -> Layer.batchNorm().withEpsilon(Float.POSITIVE_INFINITY));
        assertThrows(IllegalArgumentException.class, () -> Layer.batchNorm().withMomentum(1.5f));
        assertThrows(IllegalArgumentException.class, () -> Layer.batchNorm().withMomentum(-Float.MIN_VALUE));
        assertEquals(0f, Layer.batchNorm().withEpsilon(Float.MAX_VALUE).withMomentum(0f).momentum());
        assertEquals(1f, Layer.batchNorm().withEpsilon(Float.MIN_VALUE).withMomentum(1f).momentum());
        assertEquals(0f, Layer.dropout(0f).probability());
        assertThrows(NullPointerException.class, () -> Layer.activate(null));
        String message = assertThrows(IllegalArgumentException.class,
                () -> Network.of(100_000, 1, Layer.dense(100_000))).getMessage();
        assertEquals("network: it has 10000100000 parameters; an array holds at most 2147483639", message);
    }

    @Test
    void aModelIsMadeOfArraysThatFit() {
        Model model = Model.initial(NETWORK);
        Model copy = Model.of(NETWORK, model.parameters(), model.statistics());
        assertArrayEquals(model.parameters(), copy.parameters());
        Arrays.fill(copy.parameters(), 9f);
        assertNotEquals(9f, model.parameters()[0], "the copy shares nothing");
        assertThrows(IllegalArgumentException.class, () -> Model.of(NETWORK, new float[3], model.statistics()));
        assertThrows(IllegalArgumentException.class, () -> Model.of(NETWORK, model.parameters(), new float[7]));
        assertThrows(NullPointerException.class, () -> Model.of(NETWORK, null, model.statistics()));
    }
}
