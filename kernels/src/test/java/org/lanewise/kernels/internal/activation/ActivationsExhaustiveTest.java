// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.Exhaustive;
import org.lanewise.kernels.internal.activation.ActivationSweep.Bound;
import org.lanewise.kernels.internal.activation.ActivationSweep.Worst;

/// All 2³² floats through value, derivative and backward pass of every activation.
@Tag("exhaustive")
class ActivationsExhaustiveTest {

    static List<Bound> bounds() {
        return ActivationSweep.BOUNDS;
    }

    @ParameterizedTest
    @FieldSource("org.lanewise.kernels.contract.ActivationsContract#ACTIVATIONS")
    void simdHasTheReferencesBits(Activation activation) {
        Exhaustive.assumeBitsAreToBeCompared();
        Exhaustive.report(activation + ": the reference's bits", () -> {
            ActivationSweep.assertSameBits(activation, Kernels.reference().activations(),
                    Kernels.vector().activations(), 1);
            return "";
        });
    }

    @ParameterizedTest
    @MethodSource("bounds")
    void errorsAreWithinTheClaimedBounds(Bound bound) {
        Exhaustive.assumeErrorsAreToBeMeasured();
        Exhaustive.report(bound.activation() + ": error", () -> {
            Worst worst = ActivationSweep.worst(bound.activation(), Kernels.reference().activations(), 1);
            bound.assertIsFound(worst);
            return worst.toString();
        });
    }
}
