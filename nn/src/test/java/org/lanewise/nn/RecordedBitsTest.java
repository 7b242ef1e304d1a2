// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.optimizer.Optimizer;

/// What a seed means, as it was recorded: initial weights, the order of examples, dropout, the examples held out.
/// Whoever repeats a run counts on it. [SameBitsTest] shows that all kernels train to these bits.
class RecordedBitsTest {

    private static final String INITIAL = "c9de2760c46fa0f9b62dd91457717972d76a98a0b3f7397b8db3afb1ee43ccf6";
    private static final String ALL_RULES = "8f5792094db1872b79cbe773a71d8ee22489510c16eaa5411796336e11119ecd";

    @Test
    void initialWeights() {
        Network network = SameBitsTest.network(TestData.breastCancer(), Activation.SILU);
        assertEquals(INITIAL, SameBitsTest.fingerprint(Model.initial(network).parameters()));
    }

    @Test
    void aShortRun() {
        Dataset data = TestData.breastCancer();
        Checkpoint end = SameBitsTest.train(Kernels.reference(), SameBitsTest.network(data, Activation.SILU),
                SameBitsTest.options(Optimizer.Adam.DEFAULT), data);
        assertEquals(SameBitsTest.RECORDED, SameBitsTest.fingerprint(end.parameters()));
    }

    @Test
    void aRunByAllRules() {
        Dataset data = TestData.breastCancer();
        Checkpoint end = SameBitsTest.train(Kernels.reference(), SameBitsTest.network(data, Activation.TANH),
                SameBitsTest.allRules(), data);
        assertEquals(ALL_RULES, SameBitsTest.fingerprint(end.parameters()));
    }

    @Test
    void examplesHeldOut() {
        Matrix numbers = Matrix.zeros(12, 1);
        IntStream.range(0, 12).forEach(i -> numbers.set(i, 0, i));
        float[] ofThree = Dataset.classification(numbers, new int[] {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2}, 3)
                .split(0.34, 5).test().features().data();
        assertArrayEquals(new float[] {3, 4, 7, 11}, ofThree);
        float[] ofAll = Dataset.regression(numbers, numbers).split(0.34, 5).test().features().data();
        assertArrayEquals(new float[] {3, 7, 8, 9}, ofAll);
    }
}
