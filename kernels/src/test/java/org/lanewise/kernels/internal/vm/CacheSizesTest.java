// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("no-simd")
class CacheSizesTest {

    private static void cache(Path folder, int index, String level, String size) throws IOException {
        Path cache = Files.createDirectories(folder.resolve("index" + index));
        Files.writeString(cache.resolve("level"), level + "\n");
        Files.writeString(cache.resolve("size"), size + "\n");
    }

    @Test
    void sizesAreReadAsLinuxLaysThemOut(@TempDir Path folder) throws IOException {
        cache(folder, 0, "1", "48K");
        cache(folder, 1, "1", "32K");
        cache(folder, 2, "2", "2M");
        cache(folder, 3, "3", "107520K");
        assertEquals(new CacheSizes(2 << 20), CacheSizes.read(folder));
        cache(folder, 2, "2", "524288");
        assertEquals(new CacheSizes(512 << 10), CacheSizes.read(folder));
    }

    @Test
    void whatCannotBeReadIsUnknown(@TempDir Path folder) throws IOException {
        assertEquals(CacheSizes.UNKNOWN, CacheSizes.read(folder.resolve("absent")));
        cache(folder, 0, "1", "48K");
        assertEquals(CacheSizes.UNKNOWN, CacheSizes.read(folder));
        cache(folder, 2, "2", "large");
        assertEquals(CacheSizes.UNKNOWN, CacheSizes.read(folder));
        cache(folder, 2, "2", "");
        assertEquals(CacheSizes.UNKNOWN, CacheSizes.read(folder));
        assertTrue(CacheSizes.here().level2() >= 0);
    }
}
