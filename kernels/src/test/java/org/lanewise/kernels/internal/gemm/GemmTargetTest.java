// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.internal.LogLines;
import org.lanewise.kernels.internal.vm.CacheSizes;

/// Which row of the table a processor gets.
class GemmTargetTest {

    private static final CacheSizes ZEN3 = new CacheSizes(512 << 10);
    private static final CacheSizes ZEN5 = new CacheSizes(1 << 20);
    private static final CacheSizes SAPPHIRE_RAPIDS = new CacheSizes(2 << 20);

    private static GemmTarget choose(boolean arm, int registers, int vectorBits, CacheSizes caches) {
        return GemmTarget.choose("", arm, registers, vectorBits, caches);
    }

    @Test
    void processorsAreToldApartByRegistersVectorsAndCaches() {
        assertEquals(GemmTarget.AVX512_LARGE_L2, choose(false, 32, 512, SAPPHIRE_RAPIDS));
        assertEquals(GemmTarget.AVX512, choose(false, 32, 512, ZEN5));
        assertEquals(GemmTarget.AVX512, choose(false, 32, 256, CacheSizes.UNKNOWN));
        assertEquals(GemmTarget.AVX2_SMALL_L2, choose(false, 16, 256, ZEN3));
        assertEquals(GemmTarget.AVX2, choose(false, 16, 256, ZEN5));
        assertEquals(GemmTarget.AVX2, choose(false, 16, 256, CacheSizes.UNKNOWN));
        assertEquals(GemmTarget.DEFAULT, choose(false, 16, 128, ZEN3));
        assertEquals(GemmTarget.NEON, choose(true, 32, 128, CacheSizes.UNKNOWN));
        assertEquals(GemmTarget.SVE, choose(true, 32, 256, CacheSizes.UNKNOWN));
    }

    @Test
    void aNameOverridesWhatFits() {
        for (GemmTarget target : GemmTarget.values()) {
            assertEquals(target, GemmTarget.choose(target.toString(), false, 16, 128, CacheSizes.UNKNOWN));
        }
        assertEquals("avx2-small-l2", GemmTarget.AVX2_SMALL_L2.toString());
        try (LogLines log = new LogLines()) {
            assertEquals(GemmTarget.AVX512, GemmTarget.choose("avx1024", false, 32, 512, ZEN5));
            assertEquals(List.of("System property lanewise.gemm.target is \"avx1024\"; it must be one of "
                    + "avx512-large-l2, avx512, avx2-small-l2, avx2, neon, sve, default; taking the one that fits"),
                    log.all());
        }
    }

    /// A target with sizes of its own needs a run of the contract of its own, in GemmPathsTest.
    @Test
    void allSizesAreHeldToTheContract() {
        Set<GemmBlocks> held = Set.of(GemmTarget.AVX2.blocks(), GemmTarget.AVX512.blocks());
        for (GemmTarget target : GemmTarget.values()) {
            assertTrue(held.contains(target.blocks()), target.toString());
        }
    }

    @Test
    void theDescriptionNamesTheTarget() {
        String description = Kernels.vector().describe();
        assertTrue(description.contains("products for " + GemmTarget.HERE), description);
    }
}
