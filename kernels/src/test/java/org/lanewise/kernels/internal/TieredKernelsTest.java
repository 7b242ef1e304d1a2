// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernels.contract.Samples.assertSameBits;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Allocation;
import org.lanewise.kernels.contract.Allocation.Call;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.softmax.Softmax;

/// Tiered kernels: the contract after the switch, and how families switch; TierTest has what one tier does.
@Tag("young")
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TieredKernelsTest {

    private static final Kernels COMPILED = Kernels.tiered(Runnable::run);

    /// On SIMD: each family's first call warms it up.
    @Nested
    class AfterTheSwitch extends OwnKernelsContract {

        @Override
        public Kernels kernels() {
            return COMPILED;
        }

        /// Else the contract was held by the reference.
        @AfterAll
        static void everyFamilyHasSwitched() {
            assertFalse(COMPILED.describe().contains("reference"), COMPILED.describe());
        }
    }

    @Test
    void callsSwitchWhileTheyRunAndNoBitChanges() throws InterruptedException {
        BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        Kernels kernels = Kernels.tiered(tasks::add);
        Random random = new Random(1);
        Matrix a = Samples.normal(random, 9, 70, Layout.STRIDED, 1f);
        Matrix b = Samples.normal(random, 70, 37, Layout.OFFSET, 1f);
        Epilogue epilogue = Epilogue.dense(Samples.normal(random, 1, 37, Layout.DENSE, 1f), Activation.SILU);
        PackedMatrix packed = kernels.gemm().pack(b);
        Matrix expected = Samples.blank(9, 37, Layout.STRIDED);
        Kernels.reference().gemm().multiply(a, b, expected, epilogue);

        AtomicLong calls = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    Matrix actual = Samples.blank(9, 37, Layout.STRIDED);
                    while (!Thread.currentThread().isInterrupted()) {
                        kernels.gemm().multiply(a, packed, actual, epilogue);
                        assertSameBits(expected, actual, "packed");
                        kernels.gemm().multiply(a, b, actual, epilogue);
                        assertSameBits(expected, actual, "plain");
                        PackedMatrix fresh = kernels.gemm().pack(b);
                        kernels.gemm().multiply(a, fresh, actual, epilogue);
                        assertSameBits(expected, actual, "freshly packed");
                        calls.incrementAndGet();
                    }
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        awaitCalls(calls, 20, failure);
        assertTrue(kernels.describe().startsWith("tiered: scalar reference for gemm (warming up), "),
                kernels.describe());
        tasks.take().run();
        assertTrue(kernels.describe().matches("tiered: SIMD \\(.*\\) for gemm; scalar reference for .*"),
                kernels.describe());
        awaitCalls(calls, calls.get() + 20, failure);
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            thread.join();
        }
        assertNull(failure.get());
    }

    /// Waits for calls of other threads, unless one has failed.
    private static void awaitCalls(AtomicLong calls, long count, AtomicReference<Throwable> failure)
            throws InterruptedException {
        while (calls.get() < count) {
            assertNull(failure.get());
            Thread.sleep(1);
        }
    }

    @Test
    void aMatrixPackedBeforeTheSwitchIsReadyAfterIt() throws InterruptedException {
        BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        Kernels kernels = Kernels.tiered(tasks::add);
        Random random = new Random(2);
        Matrix a = Samples.normal(random, 5, 40, Layout.DENSE, 1f);
        Matrix b = Samples.normal(random, 40, 33, Layout.DENSE, 1f);
        PackedMatrix packed = kernels.gemm().pack(Matrix.zeros(40, 33));
        kernels.gemm().pack(b, packed);
        Matrix expected = Matrix.zeros(5, 33);
        kernels.gemm().multiply(a, packed, expected, Epilogue.OVERWRITE);
        tasks.take().run();
        Matrix actual = Matrix.zeros(5, 33);
        Allocation.assertNoneWhenWarm(List.of(
                new Call("product", () -> kernels.gemm().multiply(a, packed, actual, Epilogue.OVERWRITE)),
                new Call("packing", () -> kernels.gemm().pack(b, packed))));
        assertSameBits(expected, actual, "after the switch");
        Matrix other = Samples.normal(random, 40, 33, Layout.DENSE, 1f);
        kernels.gemm().pack(other, packed);
        kernels.gemm().multiply(a, packed, actual, Epilogue.OVERWRITE);
        Kernels.reference().gemm().multiply(a, other, expected, Epilogue.OVERWRITE);
        assertSameBits(expected, actual, "packed anew");
    }

    @Test
    void aVirtualThreadCannotWarmUp() throws InterruptedException {
        BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        Kernels kernels = Kernels.tiered(tasks::add);
        kernels.sums().sum(Matrix.zeros(2, 3));
        Thread.ofVirtual().start(tasks.take()).join();
        assertTrue(kernels.describe().contains("virtual thread"), kernels.describe());
    }

    @Test
    void parallelKernelsSwitchToo() {
        Kernels kernels = Kernels.tiered(Runnable::run).parallel(task -> { }, 2);
        Softmax softmax = kernels.softmax();
        assertFalse(kernels.describe().contains("SIMD"), kernels.describe());
        softmax.softmax(Matrix.zeros(2, 3), Matrix.zeros(2, 3));
        assertTrue(kernels.describe().matches("tiered: SIMD \\(.*\\) for softmax; .*, 2 threads"), kernels.describe());
    }

    @Test
    void parallelThreadsShareWhatTheyPackAfterTheSwitch() {
        Random random = new Random(3);
        Matrix a = Samples.normal(random, 201, 70, Layout.STRIDED, 1f);
        Matrix b = Samples.normal(random, 70, 145, Layout.OFFSET, 1f);
        Matrix expected = Samples.blank(201, 145, Layout.STRIDED);
        Matrix actual = Samples.blank(201, 145, Layout.STRIDED);
        Kernels.reference().gemm().multiply(a, b, expected, Epilogue.OVERWRITE);
        Kernels together = COMPILED.parallel(ForkJoinPool.commonPool(), 2);
        together.gemm().multiply(a, b, actual, Epilogue.OVERWRITE);
        together.gemm().multiply(a, b, actual, Epilogue.OVERWRITE);
        assertSameBits(expected, actual, "after the switch");
    }

    @Test
    void aPackedMatrixIsSplitByColumnsAfterTheSwitch() {
        COMPILED.gemm().multiply(Matrix.zeros(1, 1), Matrix.zeros(1, 1), Matrix.zeros(1, 1), Epilogue.OVERWRITE);
        assertTrue(COMPILED.describe().matches("tiered: SIMD .* for .*gemm.*"), COMPILED.describe());
        ParallelKernelsTest.assertSplitByColumns(COMPILED);
    }
}
