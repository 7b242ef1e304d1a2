// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// No tile is too large for C1: HotSpot leaves a method that C1 gives up on at a slow tier.
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RegisterTilesCompilationTest {

    private static final int CALLS = 300;

    @Test
    void c1CompilesAllTiles() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector", "-XX:TieredStopAtLevel=3", "-XX:+PrintCompilation",
                "-XX:+UseSerialGC", "-Xbatch", "-cp", location(RegisterTilesCompilationTest.class) + File.pathSeparator
                        + location(VectorGemm.class), RegisterTilesCompilationTest.class.getName()))
                .redirectErrorStream(true).start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), log);
        List<String> skipped = log.lines().filter(line -> line.contains("COMPILE SKIPPED")
                && line.contains("org.lanewise")).toList();
        assertEquals(List.of(), skipped);
        for (String tile : List.of("StripTiles::start12x2", "StripTiles::resume12x2", "StripTiles::startPairs12x2",
                "StripTiles::resumePairs12x2", "CopiedRowTiles::start12x2", "CopiedRowTiles::start8x3",
                "CopiedRowTiles::start16x1", "RowTiles::start8x3", "RowTiles::resume1x8", "RowUpdates::resume8")) {
            assertTrue(log.contains(tile), tile + " was never compiled");
        }
    }

    private static String location(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
    }

    /// Runs every tile often enough for C1.
    public static void main(String[] arguments) {
        float[] a = new float[2 * GemmTile.MAX_ROWS];
        float[] copies = new float[GemmTile.TALLEST * Packing.ROW_DISTANCE];
        float[] b = new float[GemmTile.MAX_VECTORS * Packing.LANES];
        float[] c = new float[GemmTile.TALLEST * GemmTile.MAX_VECTORS * Packing.LANES];
        int stride = GemmTile.MAX_VECTORS * Packing.LANES;
        for (int call = 0; call < CALLS; call++) {
            for (int rows = 1; rows <= GemmTile.MAX_ROWS; rows++) {
                for (int vectors = 1; vectors <= 2; vectors++) {
                    StripTiles.start(rows, vectors, a, 0, b, 0, 0, 0, 1, c, 0, stride);
                    StripTiles.resume(rows, vectors, a, 0, b, 0, 0, 1, c, 0, stride);
                    StripTiles.start(rows, vectors, a, 0, b, 0, Packing.PANEL, 0, 2, c, 0, stride);
                    StripTiles.resume(rows, vectors, a, 0, b, 0, 0, 2, c, 0, stride);
                }
                int mostVectors = Math.max(rows <= 8 ? 3 : 2,
                        GemmBlocks.vectors(GemmTile.MAX_VECTORS, rows, rows <= 6));
                for (int vectors = 1; vectors <= mostVectors; vectors++) {
                    RowTiles.start(rows, vectors, a, 0, 1, b, 0, 0, 0, 1, c, 0, stride);
                    RowTiles.resume(rows, vectors, a, 0, 1, b, 0, 0, 1, c, 0, stride);
                }
            }
            for (int rows = 1; rows <= GemmTile.TALLEST; rows++) {
                for (int vectors = 1; vectors <= (rows <= 8 ? 3 : rows <= GemmTile.MAX_ROWS ? 2 : 1); vectors++) {
                    CopiedRowTiles.start(rows, vectors, copies, 0, b, 0, 0, 0, 1, c, 0, stride);
                }
            }
            for (int steps = 1; steps <= RowUpdates.MOST_STEPS; steps++) {
                RowUpdates.start(steps, a, 0, 1, b, 0, 0, c, 0, stride);
                RowUpdates.resume(steps, a, 0, 1, b, 0, 0, c, 0, stride);
            }
        }
    }
}
