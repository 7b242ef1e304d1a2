// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;

/// What predictors keep between calls.
class PassPoolTest {

    private static final int COLUMNS = 1000;
    private static final PredictionStage[] STAGES = {new ActivationLayer.Prediction(Activation.RELU, COLUMNS),
        new ActivationLayer.Prediction(Activation.RELU, COLUMNS)};

    private static PredictionPass used(PassPool pool, int rows) {
        PredictionPass pass = pool.take(rows);
        Matrix x = Matrix.zeros(rows, COLUMNS);
        pass.run(Kernels.reference(), x, x);
        return pass;
    }

    @Test
    void aPassIsUsedAgainByCallsOfItsSize() {
        PassPool pool = new PassPool(STAGES, 1 << 20);
        PredictionPass pass = used(pool, 33);
        assertEquals(64, pass.capacity());
        assertTrue(pass.bytes() >= 64 * COLUMNS * Float.BYTES && pass.bytes() < 66 * COLUMNS * Float.BYTES,
                pass.bytes() + " bytes");
        assertNotSame(pass, pool.take(33), "it is in use");
        pool.give(pass);
        assertEquals(pass.bytes(), pool.idleBytes());
        assertNotSame(pass, pool.take(32));
        assertNotSame(pass, pool.take(65));
        assertSame(pass, pool.take(64));
        assertEquals(0, pool.idleBytes());
    }

    @Test
    void whatWasNotUsedForLongestMakesRoom() {
        // Room for three passes of 64 rows.
        PassPool pool = new PassPool(STAGES, 3 * 66 * COLUMNS * Float.BYTES);
        List<PredictionPass> large = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            large.add(used(pool, 64));
        }
        large.forEach(pool::give);
        assertEquals(3 * large.getFirst().bytes(), pool.idleBytes());
        List<PredictionPass> kept = List.of(pool.take(64), pool.take(64), pool.take(64));
        assertEquals(Set.copyOf(large.subList(7, 10)), Set.copyOf(kept));
        kept.forEach(pool::give);

        // Small calls that come now are not refused for the sake of large ones that came before.
        List<PredictionPass> small = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            small.add(used(pool, 1));
        }
        small.forEach(pool::give);
        Set<PredictionPass> again = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            again.add(pool.take(1));
        }
        assertEquals(Set.copyOf(small), again);
    }

    @Test
    void theBoundIsTheMostThatIdlePassesHold() {
        long bytes = used(new PassPool(STAGES, 0), 64).bytes();
        for (int kept = 0; kept <= 3; kept++) {
            for (long bound : new long[] {kept * bytes, (kept + 1) * bytes - 1}) {
                PassPool pool = new PassPool(STAGES, bound);
                List<PredictionPass> passes = List.of(used(pool, 64), used(pool, 64), used(pool, 64), used(pool, 64));
                passes.forEach(pool::give);
                assertEquals(kept * bytes, pool.idleBytes(), kept + " passes fit");
            }
        }
    }

    @Test
    void allSlotsTakenBySmallPassesLeaveRoomForALargeOne() {
        PassPool pool = new PassPool(STAGES, 1L << 30);
        List<PredictionPass> small = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            small.add(used(pool, 1));
        }
        small.forEach(pool::give);
        assertEquals(64 * small.getFirst().bytes(), pool.idleBytes(), "there are 64 slots");
        PredictionPass large = used(pool, 64);
        pool.give(large);
        assertEquals(63 * small.getFirst().bytes() + large.bytes(), pool.idleBytes());
        assertSame(large, pool.take(64));
    }

    @Test
    void aPassBeyondTheBoundIsNotKept() {
        PassPool pool = new PassPool(STAGES, 66 * COLUMNS * Float.BYTES);
        PredictionPass fitting = used(pool, 64);
        pool.give(fitting);
        pool.give(used(pool, 128));
        assertEquals(fitting.bytes(), pool.idleBytes());
        assertSame(fitting, pool.take(64), "nothing was thrown out for it");
    }

    @Test
    void theCountOfBytesSurvivesConcurrentUse() throws Exception {
        PassPool pool = new PassPool(STAGES, 20L * COLUMNS * Float.BYTES);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> calls = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                Random random = new Random(thread);
                calls.add(threads.submit(() -> {
                    for (int call = 0; call < 5000; call++) {
                        pool.give(used(pool, 1 + random.nextInt(10)));
                    }
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
        long counted = pool.idleBytes();
        assertTrue(counted > 0 && counted <= 20L * COLUMNS * Float.BYTES, counted + " bytes");
        long found = 0;
        for (int rows = 1; rows <= 16; rows *= 2) {
            long before;
            do {
                before = pool.idleBytes();
                PredictionPass pass = pool.take(rows);
                found += pool.idleBytes() < before ? pass.bytes() : 0;
            } while (pool.idleBytes() < before);
        }
        assertEquals(counted, found);
        assertEquals(0, pool.idleBytes());
    }

    /// Sixteen large calls at a time, each of which takes 16 MiB: little of that is kept.
    @Test
    void manyLargeCallsAtATimeLeaveLittleBehind() throws Exception {
        int threads = 16;
        CyclicBarrier allIn = new CyclicBarrier(threads);
        Kernels meeting = Hooks.before(Kernels.reference(), family -> {
            if (family.equals("activations")) {
                await(allIn);
            }
        });
        Network network = Network.of(2, 1, Layer.dense(COLUMNS), Layer.activate(Activation.RELU),
                Layer.activate(Activation.RELU), Layer.dense(2));
        Predictor predictor = new Predictor(Model.initial(network), meeting);
        long before = usedBytes();
        Matrix x = Matrix.zeros(Predictor.ROWS_AT_ONCE, 2);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> calls = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                calls.add(pool.submit(() -> predictor.outputs(x, Matrix.zeros(x.rows(), 2))));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
        long kept = usedBytes() - before;
        assertTrue(predictor.idleBytes() <= Predictor.IDLE_BYTES, predictor.idleBytes() + " bytes are counted");
        assertTrue(predictor.idleBytes() > Predictor.IDLE_BYTES / 2, "as many are kept as may be");
        assertEquals(predictor.idleBytes(), kept, 8e6, "what is counted is what the heap holds");
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// The serial collector leaves some dead objects where they are, but in each fourth collection.
    private static long usedBytes() {
        for (int collection = 0; collection < 4; collection++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /// Steady calls of few rows from many threads, after large ones: each finds a pass.
    @Test
    void smallCallsFromManyThreadsAllocateNothing() throws Exception {
        int threads = 16;
        ThreadMXBean bytes = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Network network = Network.of(5, 1, Layer.dense(300), Layer.activate(Activation.RELU), Layer.dense(3));
        Predictor predictor = new Predictor(Model.initial(network), Kernels.reference());
        Matrix large = Matrix.zeros(2 * Predictor.ROWS_AT_ONCE, 5);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (int call = 0; call < threads; call++) {
                pool.submit(() -> predictor.outputs(large, Matrix.zeros(large.rows(), 3)));
            }
            CyclicBarrier start = new CyclicBarrier(threads);
            int quiet = 0;
            long end = System.nanoTime() + 60_000_000_000L;
            while (quiet < 3) {
                List<Future<Long>> calls = new ArrayList<>();
                for (int thread = 0; thread < threads; thread++) {
                    int rows = 1 + thread * 2;
                    Matrix x = large.rows(0, rows);
                    Matrix y = Matrix.zeros(rows, 3);
                    int[] classes = new int[rows];
                    calls.add(pool.submit(() -> {
                        await(start);
                        long before = bytes.getCurrentThreadAllocatedBytes();
                        for (int call = 0; call < 20; call++) {
                            predictor.probabilities(x, y);
                            predictor.classes(x, classes, 0);
                        }
                        return bytes.getCurrentThreadAllocatedBytes() - before;
                    }));
                }
                long allocated = 0;
                for (Future<Long> call : calls) {
                    allocated += call.get();
                }
                quiet = allocated == 0 ? quiet + 1 : 0;
                assertTrue(quiet > 0 || System.nanoTime() < end, "still allocating " + allocated + " bytes a round");
            }
        }
    }
}
