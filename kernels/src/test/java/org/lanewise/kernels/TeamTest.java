// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/// Split loops: each iteration is done once, whatever the pool does.
class TeamTest {

    private static void assertEachOnce(Team team, int count, int unit, long worthwhile) {
        AtomicIntegerArray done = new AtomicIntegerArray(count);
        team.split(count, unit, worthwhile, (from, to) -> {
            assertEquals(0, from % unit, "parts begin at multiples of the unit");
            for (int i = from; i < to; i++) {
                done.incrementAndGet(i);
            }
        });
        for (int i = 0; i < count; i++) {
            assertEquals(1, done.get(i), "iteration " + i + " of " + count);
        }
    }

    @Test
    void everyIterationIsDoneOnce() {
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (int threads = 1; threads <= 8; threads++) {
                Team team = new Team(pool, threads);
                for (int count : new int[] {0, 1, 2, 15, 16, 17, 100, 1000}) {
                    for (int unit : new int[] {1, 16, 96}) {
                        assertEachOnce(team, count, unit, 1);
                        assertEachOnce(team, count, unit, 50);
                    }
                }
            }
        }
    }

    @Test
    void severalThreadsTakePart() {
        ConcurrentSkipListMap<String, Integer> names = new ConcurrentSkipListMap<>();
        CountDownLatch both = new CountDownLatch(2);
        try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
            new Team(pool, 2).split(2, 1, 1, (from, _) -> {
                names.put(Thread.currentThread().getName(), from);
                both.countDown();
                try {
                    both.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
        }
        assertEquals(2, names.size(), names.toString());
    }

    @Test
    void thePoolNeedNotHelp() {
        Executor deaf = _ -> { };
        assertEachOnce(new Team(deaf, 4), 100, 1, 1);
        Executor full = _ -> {
            throw new RejectedExecutionException("full");
        };
        assertEachOnce(new Team(full, 4), 100, 1, 1);
        assertEachOnce(new Team(Runnable::run, 4), 100, 1, 1);
    }

    @Test
    void aFailureReachesTheCallerAfterAllPartsHaveEnded() {
        IllegalStateException failure = new IllegalStateException("part");
        AtomicIntegerArray done = new AtomicIntegerArray(4);
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            assertSame(failure, assertThrows(IllegalStateException.class,
                    () -> new Team(pool, 4).split(4, 1, 1, (from, _) -> {
                        done.incrementAndGet(from);
                        if (from == 1) {
                            throw failure;
                        }
                    })));
        }
        for (int i = 0; i < 4; i++) {
            assertEquals(1, done.get(i));
        }
    }

    @Test
    void anInterruptIsKept() {
        try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
            Thread.currentThread().interrupt();
            assertEachOnce(new Team(pool, 2), 100, 1, 1);
            assertTrue(Thread.interrupted(), "the interrupt is still there");
        }
    }

    @Test
    void badTeamsAreRefused() {
        assertThrows(NullPointerException.class, () -> new Team(null, 2));
        assertThrows(IllegalArgumentException.class, () -> Kernels.reference().parallel(Runnable::run, 0));
    }
}
