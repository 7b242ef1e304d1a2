// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;

/// What is decided for which shape. That no decision changes a bit is [GemmPathsTest]'s.
@Tag("every-width")
class GemmPlanTest {

    private static final GemmBlocks OF_16_REGISTERS = GemmTarget.AVX2.blocks();
    private static final GemmBlocks OF_32_REGISTERS = GemmTarget.AVX512.blocks();
    private static final Path LIFE = Path.of("src/main/java/org/lanewise/kernels/internal/gemm/LIFE-OF-A-GEMM-CALL.md");

    private static String plan(GemmBlocks blocks, int rows, int depth, int columns, String... options) {
        return PrintGemmPlan.plan(blocks, rows, depth, columns, List.of(options)).toString();
    }

    @Test
    void theWayFollowsFromTheShape() {
        assertEquals("gemm 3×64 batch 64: nothing packed; C updated 6 rows and 64 columns at a time, by 3 steps of k",
                plan(OF_16_REGISTERS, 64, 3, 64));
        assertEquals("gemm 1024×2000 batch 1: nothing packed; C updated 1 row and 1024 columns at a time, by 8 steps "
                + "of k", plan(OF_32_REGISTERS, 1, 1024, 2000));
        assertTrue(plan(OF_32_REGISTERS, 32, 784, 128).startsWith("gemm 784×128 batch 32: B in place; A in strips, "));
        assertTrue(plan(OF_16_REGISTERS, 32, 784, 128, "packed").startsWith(
                "gemm 784×128 batch 32: B packed beforehand, in blocks of 784 steps × 128 columns; A in strips, "));
        // Sums that are added to C, and a B that lies across, are not for tiles that overlap.
        String packed = "gemm 784×128 batch 32: B packed, in blocks of 784 steps × 128 columns; A in strips, ";
        assertTrue(plan(OF_16_REGISTERS, 32, 784, 128, "accumulate").startsWith(packed));
        assertTrue(plan(OF_16_REGISTERS, 32, 784, 128, "b-transposed").startsWith(packed));
        // A large B is cut both ways.
        assertTrue(plan(OF_16_REGISTERS, 500, 3000, 3000).startsWith(
                "gemm 3000×3000 batch 500: B packed, in blocks of 500 steps × "));
    }

    @Test
    void aColumnIsTransposedInRegistersWhereVectorsAreWideEnough() {
        String start = "gemm 64×1 batch 300: C is a column; A ";
        assertEquals(start + (Packing.TRANSPOSES ? "transposed in registers, " + Packing.LANES + " rows at a time"
                : "packed into panels"), plan(OF_16_REGISTERS, 300, 64, 1));
        assertEquals(start + "packed into panels", plan(OF_16_REGISTERS, 300, 64, 1, "a-transposed", "packed"));
    }

    @Test
    void theFormOfAFollowsFromTheColumns() {
        assertTrue(plan(OF_16_REGISTERS, 48, 48, 16, "packed").contains("; A in place, 48 rows at a time; "));
        assertTrue(plan(OF_16_REGISTERS, 48, 48, 17, "packed").contains("; A copied row by row, 48 rows at a time; "));
        assertTrue(plan(OF_16_REGISTERS, 48, 48, 256, "packed").contains("; A in strips, 48 rows at a time; "));
        assertTrue(plan(OF_16_REGISTERS, 48, 48, 17, "a-transposed").contains("; A in strips, 48 rows at a time; "));
        assertTrue(plan(OF_16_REGISTERS, 48, 48, 17, "accumulate").contains("; A in strips, 48 rows at a time; "));
        assertTrue(plan(OF_16_REGISTERS, 5, 48, 17, "packed").contains("; A in place, 5 rows at a time; "));
        // Wide tiles read rows in place.
        assertTrue(plan(OF_32_REGISTERS, 6, 4096, 4096, "packed").contains(
                "; A in place, 6 rows at a time; tiles of 6×4 vectors of "));
    }

    /// One plan serves call after call: nothing of one may be left for the next.
    @Test
    void aPlanForgetsTheOneBefore() {
        Random random = new Random(7);
        GemmPlan reused = new GemmPlan(OF_16_REGISTERS);
        int[] sizes = {1, 2, 5, 9, 16, 33, 70, 300, 700};
        for (int i = 0; i < 2000; i++) {
            int rows = sizes[random.nextInt(sizes.length)];
            int depth = random.nextInt(8) == 0 ? 0 : sizes[random.nextInt(sizes.length)];
            int columns = sizes[random.nextInt(sizes.length)];
            Matrix a = random.nextBoolean() ? Matrix.zeros(rows, depth) : Matrix.zeros(depth, rows).transposed();
            Matrix b = random.nextBoolean() ? Matrix.zeros(depth, columns)
                    : Matrix.zeros(columns, depth).transposed();
            Matrix c = Matrix.zeros(rows, columns);
            Epilogue epilogue = random.nextBoolean() ? Epilogue.OVERWRITE : Epilogue.ACCUMULATE;
            boolean packed = random.nextInt(3) == 0;
            GemmPlan fresh = new GemmPlan(OF_16_REGISTERS);
            for (GemmPlan plan : List.of(reused, fresh)) {
                if (packed) {
                    plan.planPacked(a, c, epilogue);
                } else {
                    plan.plan(a, b, c, epilogue);
                }
            }
            assertEquals(fresh.toString(), reused.toString());
        }
    }

    /// The document beside the code follows real plans, one for 16 floats a vector and one for 8.
    @Test
    void theDocumentSaysWhatIsPlanned() throws IOException {
        assumeTrue(Packing.LANES == 16 || Packing.LANES == 8);
        List<String> told = new ArrayList<>();
        for (String line : Files.readAllLines(LIFE)) {
            if (line.startsWith("gemm ")) {
                told.add(line);
            }
        }
        GemmBlocks blocks = Packing.LANES == 16 ? OF_32_REGISTERS : OF_16_REGISTERS;
        assertEquals(2, told.size());
        assertEquals(told.get(Packing.LANES == 16 ? 0 : 1), plan(blocks, 256, 784, 128, "packed"));
    }
}
