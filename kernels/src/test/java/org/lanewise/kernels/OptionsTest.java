// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.loss.Reduction;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer.Adam;
import org.lanewise.kernels.softmax.CrossEntropy;

/// Options: each change of one is another value and leaves the rest, and equal values are equal.
@Tag("no-simd")
class OptionsTest {

    private static final Matrix ROW = Matrix.row(1f, 2f);
    private static final Matrix OTHER = Matrix.row(3f, 4f, 5f);

    /// Asserts that all values differ, and that a second list, made the same way, has the same.
    private static void assertDistinct(List<?> values, List<?> again) {
        assertEquals(values, again);
        assertEquals(values.hashCode(), again.hashCode());
        assertEquals(values.toString(), again.toString());
        for (int i = 0; i < values.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertNotEquals(values.get(i), values.get(j));
                assertNotEquals(values.get(i).toString(), values.get(j).toString());
            }
            assertNotEquals(values.get(i), new Object());
        }
    }

    private static List<Adam> adams() {
        Adam plain = Adam.DEFAULT;
        return List.of(plain, plain.withBetas(0.8f, 0.999f), plain.withBetas(0.9f, 0.99f), plain.withEpsilon(1e-7f),
                plain.withDecoupledDecay(0.1f), plain.withAmsgrad(true));
    }

    private static List<GradientRule> rules() {
        GradientRule none = GradientRule.NONE;
        return List.of(none, none.withClip(1f), none.withL1(1f), none.withL2(1f), none.withRefuseNonFinite(true));
    }

    private static List<CrossEntropy> crossEntropies() {
        return List.of(CrossEntropy.MEAN, CrossEntropy.SUM, CrossEntropy.MEAN.withLabelSmoothing(0.1f),
                CrossEntropy.MEAN.withClassWeights(ROW), CrossEntropy.MEAN.withClassWeights(OTHER));
    }

    private static List<Epilogue> epilogues() {
        return List.of(Epilogue.OVERWRITE, Epilogue.ACCUMULATE, Epilogue.OVERWRITE.withBias(ROW),
                Epilogue.OVERWRITE.withBias(OTHER), Epilogue.OVERWRITE.withActivation(Activation.RELU),
                Epilogue.OVERWRITE.withDerivative(ROW), Epilogue.OVERWRITE.withDerivative(OTHER));
    }

    @Test
    void eachChangeIsAnotherValue() {
        assertDistinct(adams(), adams());
        assertDistinct(rules(), rules());
        assertDistinct(crossEntropies(), crossEntropies());
        List<Epilogue> epilogues = epilogues();
        assertEquals(epilogues, epilogues());
        assertEquals(epilogues.hashCode(), epilogues().hashCode());
        assertEquals(epilogues.size(), epilogues.stream().distinct().count());
        assertNotEquals(Epilogue.OVERWRITE, new Object());
    }

    @Test
    void changesAddUp() {
        Adam adam = Adam.DEFAULT.withBetas(0.8f, 0.99f).withEpsilon(1e-6f).withDecoupledDecay(0.1f).withAmsgrad(true);
        assertEquals("Adam[beta1=0.8, beta2=0.99, epsilon=1.0E-6, decoupledDecay=0.1, amsgrad=true]", adam.toString());
        assertEquals("Adam[beta1=0.9, beta2=0.999, epsilon=1.0E-8, decoupledDecay=0.0, amsgrad=false]",
                Adam.DEFAULT.toString());
        assertEquals("GradientRule[clip=1.0, l1=2.0, l2=3.0, refuseNonFinite=true]",
                GradientRule.NONE.withRefuseNonFinite(true).withL2(3f).withL1(2f).withClip(1f).toString());
        CrossEntropy weighted = CrossEntropy.SUM.withClassWeights(ROW).withLabelSmoothing(0.1f);
        assertEquals(List.of(Reduction.SUM, 0.1f, ROW),
                List.of(weighted.reduction(), weighted.labelSmoothing(), weighted.classWeights()));
        assertEquals(CrossEntropy.SUM, CrossEntropy.of(Reduction.SUM));
        Epilogue all = Epilogue.ACCUMULATE.withDerivative(OTHER).withActivation(Activation.TANH).withBias(ROW);
        assertEquals(List.of(true, ROW, Activation.TANH, OTHER),
                List.of(all.accumulate(), all.bias(), all.activation(), all.derivative()));
        assertEquals("Epilogue[accumulate=true, bias=" + ROW + ", activation=" + Activation.TANH + ", derivative="
                + OTHER + "]", all.toString());
    }
}
