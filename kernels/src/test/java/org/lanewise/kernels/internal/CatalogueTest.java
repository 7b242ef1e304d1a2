// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.activation.ActivationCatalogue;
import org.lanewise.kernels.internal.loss.LossCatalogue;
import org.lanewise.kernels.internal.optimizer.OptimizerCatalogue;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.optimizer.Optimizer;

/// The catalogues that warm-ups and tests walk leave nothing out.
@Tag("no-simd")
class CatalogueTest {

    private static <T> void assertComplete(Class<T> type, List<T> catalogue) {
        Set<Class<?>> listed = catalogue.stream().map(Object::getClass).collect(Collectors.toSet());
        assertEquals(new HashSet<>(Arrays.asList(type.getPermittedSubclasses())), listed, "kinds of " + type);
        assertEquals(catalogue.size(), Set.copyOf(catalogue).size(), "entries of " + catalogue);
    }

    @Test
    void eachActivationIsListedOnEachOfItsWays() {
        assertComplete(Activation.class, ActivationCatalogue.ALL);
        for (Class<?> kind : List.of(Activation.Sigmoid.class, Activation.Silu.class, Activation.Softplus.class,
                Activation.Mish.class)) {
            assertBothWays(kind, 1f);
        }
        assertBothWays(Activation.Squareplus.class, 0f);
    }

    /// Asserts that the catalogue has an activation of this kind whose parameters all have the value for which there is
    /// code of its own, and one without it.
    private static void assertBothWays(Class<?> kind, float special) {
        List<List<Float>> parameters = ActivationCatalogue.ALL.stream().filter(kind::isInstance)
                .map(CatalogueTest::parameters).toList();
        assertTrue(parameters.stream().anyMatch(values -> values.stream().allMatch(value -> value == special)),
                kind + " with " + special + ": " + parameters);
        assertTrue(parameters.stream().anyMatch(values -> values.stream().noneMatch(value -> value == special)),
                kind + " without " + special + ": " + parameters);
    }

    private static List<Float> parameters(Object entry) {
        return Arrays.stream(entry.getClass().getRecordComponents()).map(component -> {
            try {
                return (Float) component.getAccessor().invoke(entry);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }).toList();
    }

    @Test
    void eachLossIsListed() {
        assertComplete(Loss.class, LossCatalogue.ALL);
    }

    @Test
    void eachOptimizerIsListedOnEachOfItsWays() {
        assertComplete(Optimizer.class, OptimizerCatalogue.ALL);
        Set<List<Boolean>> ways = OptimizerCatalogue.ALL.stream().filter(Optimizer.Adam.class::isInstance)
                .map(Optimizer.Adam.class::cast).map(adam -> List.of(adam.decoupledDecay() > 0f, adam.amsgrad()))
                .collect(Collectors.toSet());
        assertEquals(4, ways.size(), "Adam with and without decay, and with and without the largest v: " + ways);
    }
}
