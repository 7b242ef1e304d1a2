// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.internal.team.Team;

/// The reference on several threads, all that can be split in the smallest parts, held to the contract.
///
/// The decorators are the same as over SIMD kernels, but the reference is quick from its first call on: this is what
/// mutants of the decorators run.
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ParallelReferenceTest {

    private static final ExecutorService POOL = Executors.newFixedThreadPool(2);

    private static Kernels split(int threads) {
        return ParallelKernels.of(Kernels.reference(), new Team(POOL, threads, 1));
    }

    @Nested
    class ByRows extends OwnKernelsContract {

        private final Kernels split = split(3);

        @Override
        public Kernels kernels() {
            return split;
        }
    }

    /// More threads than most shapes of the contract have rows: what is split by either side is split by columns.
    @Nested
    class ByColumns extends OwnKernelsContract {

        private final Kernels split = split(80);

        @Override
        public Kernels kernels() {
            return split;
        }
    }

    @Test
    void kernelsSayWhatTheyAreAndOnHowManyThreads() {
        assertEquals("scalar reference, 1 thread", Kernels.reference().parallel(POOL, 1).describe());
        Kernels kernels = Kernels.reference().parallel(POOL, 2);
        assertEquals("scalar reference, 2 threads", kernels.describe());
        assertEquals(kernels.describe(), kernels.toString());
        assertEquals("as named", ReferenceKernels.INSTANCE.describedAs("as named").describe());
    }

    @AfterAll
    static void close() {
        POOL.close();
    }
}
