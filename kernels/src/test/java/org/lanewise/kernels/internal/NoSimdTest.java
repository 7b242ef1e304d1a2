// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;

/// Without `--add-modules jdk.incubator.vector` everything works, on the reference, and one log line says what to add.
@Tag("no-simd")
class NoSimdTest {

    @Test
    void theReferenceTakesOverAndSaysWhatToAdd() {
        assertEquals("false", System.getProperty("lanewise.expectSimd"), "the build says where SIMD must be absent");
        List<String> lines;
        try (LogLines log = new LogLines()) {
            Kernels best = Kernels.best();
            assertSame(best, Kernels.best());
            assertSame(Kernels.reference().gemm(), best.gemm());
            assertTrue(best.describe().contains("--add-modules jdk.incubator.vector"), best.describe());
            Kernels tiered = Kernels.tiered(_ -> fail("there is nothing to warm up"));
            assertSame(Kernels.reference().gemm(), tiered.gemm());
            tiered.sums().sum(Matrix.zeros(2, 3));
            assertEquals(best.describe(), tiered.describe());
            lines = log.all();
        }
        assertEquals(List.of("Using the scalar reference, not SIMD: the Vector API is not there; start Java with "
                + "--add-modules jdk.incubator.vector"), lines);
    }

    @Test
    void askingForSimdSaysWhatToAdd() {
        assertEquals("SIMD kernels cannot run: the Vector API is not there; start Java with --add-modules "
                + "jdk.incubator.vector", assertThrows(UnsupportedOperationException.class, Kernels::vector)
                .getMessage());
    }
}
