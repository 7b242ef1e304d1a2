// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.internal.lanes.Species;
import org.lanewise.kernels.internal.lanes.VectorWidth;

/// SIMD is really active where the build expects it: else every comparison with the reference would pass for the wrong
/// reason.
class ChoiceTest {

    @Test
    @Tag("every-width")
    @Tag("every-tier")
    void simdIsActiveAtTheForcedWidth() {
        assertEquals("true", System.getProperty("lanewise.expectSimd"), "the build says where SIMD must be active");
        assertNotNull(ModuleLayer.boot().findModule("jdk.incubator.vector").orElse(null));
        int forced = VectorWidth.forcedBits();
        if (forced != 0) {
            assertEquals(forced, Species.FLOAT.vectorBitSize());
        } else {
            assertEquals(Species.FLOAT.vectorBitSize(),
                    FloatVector.SPECIES_PREFERRED.vectorBitSize());
        }
        assertTrue(Kernels.vector().describe().startsWith("SIMD (" + Species.FLOAT.vectorBitSize() + "-bit vectors"),
                Kernels.vector().describe());
        assertTrue(Kernels.vector().gemm().getClass().getSimpleName().startsWith("Vector"));
        assertSame(Kernels.vector(), Kernels.vector());
    }

    @Test
    void theBestKernelsAreSimdAndSayWhy() {
        assertTrue(Kernels.best().describe().matches("SIMD \\(.*\\), because .*"), Kernels.best().describe());
        assertSame(Kernels.vector().gemm(), Kernels.best().gemm());
    }
}
