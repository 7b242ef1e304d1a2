// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.activation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.activation.ActivationSweep.Bound;
import org.lanewise.kernels.activation.ActivationSweep.Worst;
import org.lanewise.kernels.lanes.VectorWidth;

/// All 2³² floats through value and derivative of every activation.
@Tag("exhaustive")
class ActivationsExhaustiveTest {

    static List<Bound> bounds() {
        return ActivationSweep.BOUNDS;
    }

    @ParameterizedTest
    @FieldSource("org.lanewise.kernels.contract.ActivationsContract#ACTIVATIONS")
    void simdHasTheReferencesBits(Activation activation) {
        ActivationSweep.assertSameBits(activation, Kernels.reference().activations(), Kernels.vector().activations(),
                1);
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void errorsAreWithinTheClaimedBounds(Bound bound) {
        assumeTrue(VectorWidth.forcedBits() == 0 || VectorWidth.forcedBits() == 64,
                "the reference does not know a vector width: its errors are measured once");
        Worst worst = ActivationSweep.worst(bound.activation(), Kernels.reference().activations(), 1);
        System.out.println(bound.activation() + ": " + worst);
        assertTrue(worst.value() <= bound.value() && worst.derivative() <= bound.derivative()
                && worst.nearRoot() <= bound.nearRoot(), bound.activation() + ": " + worst + "; claimed are "
                + bound.value() + ", " + bound.derivative() + " and " + bound.nearRoot());
    }
}
