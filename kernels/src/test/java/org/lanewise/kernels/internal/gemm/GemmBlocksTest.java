// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.contract.GemmSamples;
import org.lanewise.kernels.internal.activation.VectorActivations;

/// Block sizes never show in the bits: products cut into blocks so small that every path and every edge is taken.
@Tag("every-width")
class GemmBlocksTest {

    @Test
    void anyBlocksGiveTheReferencesBits() {
        Random random = new Random(81);
        for (int turn = 0; turn < 400; turn++) {
            GemmBlocks blocks = new GemmBlocks(
                    new GemmBlocks.Loops(1 + random.nextInt(12), 1 + random.nextInt(30), 1 + random.nextInt(20),
                            random.nextInt(2000)),
                    new GemmBlocks.InPlace(random.nextInt(3000), random.nextInt(40)),
                    new GemmBlocks.Copies(random.nextInt(30), random.nextInt(60)),
                    new GemmBlocks.Wide(random.nextInt(7), random.nextInt(3000)),
                    new GemmBlocks.Updates(random.nextInt(6), random.nextInt(20)));
            GemmSamples.assertSameBitsAsReference(new VectorGemm(new VectorActivations(), blocks),
                    GemmSamples.random(random, 50));
        }
    }

    /// About as many steps as a tile takes, as a copied row holds, and as a B that is read in place may have.
    @Test
    void longProductsGiveTheReferencesBits() {
        Random random = new Random(82);
        VectorGemm gemm = new VectorGemm();
        for (int k : new int[] {512, 513, 528, 529, 784, 1024, 1025}) {
            for (int m : new int[] {2, 5, 7, 40}) {
                for (int turn = 0; turn < 6; turn++) {
                    GemmSamples.assertSameBitsAsReference(gemm, GemmSamples.of(random, m, 1 + random.nextInt(40), k));
                }
            }
        }
    }

    /// A column of C, over several of the blocks of A that are packed for one, plain and transposed.
    @Test
    void longColumnsGiveTheReferencesBits() {
        Random random = new Random(83);
        VectorGemm gemm = new VectorGemm();
        for (int k : new int[] {127, 128, 129, 257, 300}) {
            for (int m : new int[] {16, 65, 150}) {
                for (int turn = 0; turn < 8; turn++) {
                    GemmSamples.assertSameBitsAsReference(gemm, GemmSamples.of(random, m, 1, k));
                }
            }
        }
    }

    @Test
    void tilesCoverASideWithoutSlivers() {
        for (int tile = 1; tile <= 12; tile++) {
            for (int size = 1; size <= 100; size++) {
                int covered = 0;
                int smallest = Integer.MAX_VALUE;
                while (covered < size) {
                    int next = GemmBlocks.next(size - covered, tile);
                    assertTrue(next >= 1 && next <= tile, next + " of " + tile);
                    smallest = Math.min(smallest, next);
                    covered += next;
                }
                assertEquals(size, covered);
                assertTrue(smallest >= Math.min(size, tile / 2), size + " in tiles of " + tile + ": " + smallest);
            }
        }
    }
}
