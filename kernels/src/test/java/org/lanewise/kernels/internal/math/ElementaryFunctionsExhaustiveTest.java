// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.math;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.kernels.internal.Exhaustive;
import org.lanewise.kernels.internal.math.FunctionSweep.Worst;
import org.lanewise.kernels.math.Function;

/// All 2³² floats through every elementary function.
@Tag("exhaustive")
class ElementaryFunctionsExhaustiveTest {

    @ParameterizedTest
    @EnumSource
    void simdHasTheReferencesBits(Function function) {
        Exhaustive.assumeBitsAreToBeCompared();
        Exhaustive.report(function + ": the reference's bits", () -> {
            FunctionSweep.assertSameBits(function, 1);
            return "";
        });
    }

    @ParameterizedTest
    @EnumSource
    void errorsAreWithinTheClaimedBounds(Function function) {
        Exhaustive.assumeErrorsAreToBeMeasured();
        Exhaustive.report(function + ": error", () -> {
            Worst worst = FunctionSweep.worst(function, 1);
            FunctionSweep.assertIsFound(function, worst);
            return "at most %.4f ULP, at %a (%s)".formatted(worst.ulps(), worst.at(), worst.at());
        });
    }
}
