// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.activation;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.activation.ActivationSweep.Bound;
import org.lanewise.kernels.activation.ActivationSweep.Worst;

/// Two million floats, a fixed stride apart, through every activation.
class ActivationsSweepTest {

    private static final int STRIDE = 2053;

    static List<Bound> bounds() {
        return ActivationSweep.BOUNDS;
    }

    @Tag("every-width")
    @ParameterizedTest
    @FieldSource("org.lanewise.kernels.contract.ActivationsContract#ACTIVATIONS")
    void simdHasTheReferencesBits(Activation activation) {
        ActivationSweep.assertSameBits(activation, Kernels.reference().activations(), Kernels.vector().activations(),
                STRIDE);
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void errorsAreWithinTheClaimedBounds(Bound bound) {
        Worst worst = ActivationSweep.worst(bound.activation(), Kernels.reference().activations(), STRIDE);
        bound.assertHolds(worst);
    }
}
