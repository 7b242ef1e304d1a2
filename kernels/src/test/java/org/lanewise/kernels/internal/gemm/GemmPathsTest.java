// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.contract.GemmContract;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.internal.activation.VectorActivations;
import org.lanewise.kernels.internal.gemm.GemmBlocks.Copies;
import org.lanewise.kernels.internal.gemm.GemmBlocks.InPlace;
import org.lanewise.kernels.internal.gemm.GemmBlocks.Loops;
import org.lanewise.kernels.internal.gemm.GemmBlocks.Updates;
import org.lanewise.kernels.internal.gemm.GemmBlocks.Wide;
import org.lanewise.kernels.internal.team.Team;

/// The contract of products on every way that some processor takes: the tables of all processors, and blocks so small
/// that the shapes of the contract take each turn. Which of them this machine has does not matter.
@Tag("every-width")
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GemmPathsTest {

    private static final int ALL = Integer.MAX_VALUE;

    private static final List<GemmBlocks> SMALL = List.of(
            // Strips, B packed a panel at a time, k cut: every tile but the first resumes.
            new GemmBlocks(new Loops(12, 24, 7, 0), new InPlace(0, 0), new Copies(0, 0), new Wide(0, ALL),
                    new Updates(0, 0)),
            new GemmBlocks(new Loops(5, 5, 16, 900), new InPlace(0, 0), new Copies(0, 0), new Wide(0, ALL),
                    new Updates(0, 0)),
            // Copied rows, B packed in blocks of columns, k in one piece.
            new GemmBlocks(new Loops(12, 12, 512, 1 << 12), new InPlace(0, 0), new Copies(0, ALL), new Wide(0, ALL),
                    new Updates(0, 0)),
            new GemmBlocks(new Loops(6, 48, 512, 0), new InPlace(0, 0), new Copies(1, ALL), new Wide(0, ALL),
                    new Updates(0, 0)),
            // A in place, k cut for many rows and for few.
            new GemmBlocks(new Loops(6, 6, 9, 300), new InPlace(0, 0), new Copies(ALL, ALL), new Wide(0, ALL),
                    new Updates(0, 0)),
            new GemmBlocks(new Loops(12, 12, 512, 300), new InPlace(0, 0), new Copies(ALL, ALL), new Wide(0, ALL),
                    new Updates(0, 0)),
            // Wide tiles, for a few rows and for some more.
            new GemmBlocks(new Loops(12, 12, 20, 500), new InPlace(0, 0), new Copies(1, 193), new Wide(6, 0),
                    new Updates(0, 0)),
            new GemmBlocks(new Loops(6, 6, 512, 0), new InPlace(0, 0), new Copies(1, 193), new Wide(16, 0),
                    new Updates(0, 0)),
            // B in place, with A in every form.
            new GemmBlocks(new Loops(12, 12, 512, 1 << 18), new InPlace(ALL, ALL), new Copies(ALL, ALL),
                    new Wide(0, ALL), new Updates(0, 0)),
            new GemmBlocks(new Loops(12, 12, 512, 1 << 18), new InPlace(ALL, ALL), new Copies(0, ALL), new Wide(0, ALL),
                    new Updates(0, 0)),
            new GemmBlocks(new Loops(6, 48, 512, 1 << 18), new InPlace(ALL, ALL), new Copies(0, 0), new Wide(0, ALL),
                    new Updates(0, 0)),
            // Updates row by row, for any number of rows or of steps.
            new GemmBlocks(new Loops(6, 6, 512, 1 << 18), new InPlace(0, 0), new Copies(1, 193), new Wide(0, ALL),
                    new Updates(ALL, 0)),
            new GemmBlocks(new Loops(12, 12, 512, 1 << 18), new InPlace(0, 0), new Copies(1, 193), new Wide(0, ALL),
                    new Updates(0, ALL)));

    private static final ExecutorService POOL = Executors.newFixedThreadPool(2);

    @AfterAll
    static void close() {
        POOL.close();
    }

    private static Gemm with(GemmBlocks blocks) {
        return new VectorGemm(new VectorActivations(), blocks);
    }

    private static Kernels kernels(Gemm gemm) {
        return Kernels.vector().with(gemm);
    }

    /// The blocks of a processor with 16 vector registers.
    @Nested
    class WithSixteenRegisters implements GemmContract {

        private final Kernels kernels = GemmPathsTest.kernels(with(GemmTarget.AVX2.blocks()));

        @Override
        public Kernels kernels() {
            return kernels;
        }
    }

    /// The blocks of a processor with 32 vector registers.
    @Nested
    class WithThirtyTwoRegisters implements GemmContract {

        private final Kernels kernels = GemmPathsTest.kernels(with(GemmTarget.AVX512.blocks()));

        @Override
        public Kernels kernels() {
            return kernels;
        }
    }

    @Nested
    class InSmallBlocks implements GemmContract {

        private final Kernels kernels = GemmPathsTest.kernels(new InTurn(SMALL.stream().map(GemmPathsTest::with)
                .toList()));

        @Override
        public Kernels kernels() {
            return kernels;
        }
    }

    /// Split over threads as well, at grains of one, of some rows, and of a good part of the contract's shapes: by rows
    /// with B packed together, by rows without that, by columns, and by products.
    @Nested
    class InSmallBlocksOnThreads implements GemmContract {

        private final Kernels kernels = GemmPathsTest.kernels(new InTurn(SMALL.stream()
                .flatMap(blocks -> List.of(1L, 6L, 20L).stream().map(grain -> (Gemm) new ParallelGemm(with(blocks),
                        new Team(POOL, 3, grain)))).toList()));

        @Override
        public Kernels kernels() {
            return kernels;
        }
    }

    /// Several implementations of one packed form, each call on any of them.
    private static final class InTurn implements Gemm {

        private final List<Gemm> all;
        private final Random random = new Random(1);

        InTurn(List<Gemm> all) {
            this.all = all;
        }

        private Gemm next() {
            return all.get(random.nextInt(all.size()));
        }

        @Override
        public void multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
            next().multiply(a, b, c, epilogue);
        }

        @Override
        public void multiply(Matrix a, PackedMatrix b, Matrix c, Epilogue epilogue) {
            next().multiply(a, b, c, epilogue);
        }

        @Override
        public void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep,
                Epilogue epilogue) {
            next().multiplyBatch(count, a, aStep, b, bStep, c, cStep, epilogue);
        }

        @Override
        public PackedMatrix pack(Matrix b) {
            return next().pack(b);
        }

        @Override
        public void pack(Matrix b, PackedMatrix packed) {
            next().pack(b, packed);
        }
    }
}
