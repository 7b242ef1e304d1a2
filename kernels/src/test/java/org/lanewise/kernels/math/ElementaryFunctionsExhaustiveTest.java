// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.math;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.kernels.lanes.VectorWidth;
import org.lanewise.kernels.math.FunctionSweep.Worst;

/// All 2³² floats through every elementary function.
@Tag("exhaustive")
class ElementaryFunctionsExhaustiveTest {

    @ParameterizedTest
    @EnumSource
    void simdHasTheReferencesBits(Function function) {
        FunctionSweep.assertSameBits(function, 1);
    }

    @ParameterizedTest
    @EnumSource
    void errorsAreWithinTheClaimedBounds(Function function) {
        assumeTrue(VectorWidth.forcedBits() == 0 || VectorWidth.forcedBits() == 64,
                "the reference does not know a vector width: its errors are measured once");
        Worst worst = FunctionSweep.worst(function, 1);
        System.out.printf("%s: at most %.4f ULP, at %a (%s)%n", function, worst.ulps(), worst.at(), worst.at());
        FunctionSweep.assertWithinBound(function, worst);
    }
}
