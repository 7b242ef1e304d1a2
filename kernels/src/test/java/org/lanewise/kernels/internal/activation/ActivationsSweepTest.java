// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.activation.ActivationSweep.Bound;
import org.lanewise.kernels.internal.activation.ActivationSweep.Worst;
import org.lanewise.kernels.math.Function;

/// Floats a fixed stride apart through every activation: two million for its errors, half a million through both twins,
/// which run at every width. Whoever changes a formula walks all floats.
class ActivationsSweepTest {

    private static final int STRIDE = 2053;
    private static final int TWINS_STRIDE = 8209;

    static List<Bound> bounds() {
        return ActivationSweep.BOUNDS;
    }

    @Tag("every-width")
    @ParameterizedTest
    @FieldSource("org.lanewise.kernels.contract.ActivationsContract#ACTIVATIONS")
    void simdHasTheReferencesBits(Activation activation) {
        ActivationSweep.assertSameBits(activation, Kernels.reference().activations(), Kernels.vector().activations(),
                TWINS_STRIDE);
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void errorsAreWithinTheClaimedBounds(Bound bound) {
        Worst worst = ActivationSweep.worst(bound.activation(), Kernels.reference().activations(), STRIDE);
        bound.assertHolds(worst);
    }

    @Test
    void elementaryFunctionsAsActivationsHaveTheFunctionsBits() {
        float[] x = new float[1 << 20];
        for (int i = 0; i < x.length; i++) {
            x[i] = Float.intBitsToFloat(i * 4099);
        }
        Matrix z = Matrix.row(x);
        Matrix expected = Matrix.zeros(1, x.length);
        Matrix actual = Matrix.zeros(1, x.length);
        Map<Activation, Function> pairs = Map.of(Activation.SIGMOID, Function.SIGMOID, Activation.TANH, Function.TANH,
                new Activation.Softplus(1f, 1f), Function.SOFTPLUS);
        pairs.forEach((activation, function) -> {
            Kernels.reference().functions().apply(function, z, expected);
            Kernels.reference().activations().value(activation, z, actual);
            assertArrayEquals(expected.data(), actual.data(), activation::toString);
        });
    }
}
