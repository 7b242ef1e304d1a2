// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    void aHelperStaysForALoopThatFollowsClosely() throws InterruptedException {
        boolean stayed = false;
        // Helpers stay for a tenth of a millisecond, which a busy machine may let pass: several attempts.
        for (int attempt = 0; attempt < 200 && !stayed; attempt++) {
            AtomicInteger tasks = new AtomicInteger();
            List<Thread> helpers = new ArrayList<>();
            Team team = new Team(task -> {
                if (tasks.getAndIncrement() == 0) {
                    helpers.add(Thread.ofPlatform().start(task));
                }
            }, 2);
            meet(team);
            stayed = meet(team);
            helpers.getFirst().join();
            assertEquals(1, helpers.size());
        }
        assertTrue(stayed, "no helper stayed for the next loop");
    }

    /// Whether two threads do the two parts of a loop at the same time.
    private static boolean meet(Team team) {
        CountDownLatch both = new CountDownLatch(2);
        AtomicInteger met = new AtomicInteger();
        team.split(2, 1, 1, (_, _) -> {
            both.countDown();
            try {
                if (both.await(20, TimeUnit.MILLISECONDS)) {
                    met.incrementAndGet();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        return met.get() == 2;
    }

    @Test
    void severalCallersShareATeam() throws InterruptedException {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            Team team = new Team(pool, 3);
            List<Thread> callers = new ArrayList<>();
            for (int caller = 0; caller < 3; caller++) {
                callers.add(Thread.ofPlatform().start(() -> {
                    try {
                        for (int turn = 0; turn < 500; turn++) {
                            assertEachOnce(team, 1 + turn, 1, 7);
                        }
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                }));
            }
            for (Thread caller : callers) {
                caller.join();
            }
        }
        assertEquals(0, failures.size(), failures.toString());
    }

    @Test
    void loopsInTurnRunInTurn() {
        try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
            for (int threads = 1; threads <= 6; threads++) {
                Team team = new Team(pool, threads);
                for (int turn = 0; turn < 200; turn++) {
                    AtomicIntegerArray first = new AtomicIntegerArray(40);
                    AtomicInteger second = new AtomicInteger();
                    team.splitInTurn(40, 1, 1 + turn % 9, (from, to) -> {
                        for (int i = from; i < to; i++) {
                            first.incrementAndGet(i);
                        }
                    }, 25, 1, 1 + turn % 4, (from, to) -> {
                        for (int i = 0; i < 40; i++) {
                            assertEquals(1, first.get(i), "the first loop has ended");
                        }
                        second.addAndGet(to - from);
                    });
                    assertEquals(25, second.get());
                }
            }
        }
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
    void whatThePoolThrowsReachesTheCallerAfterAllPartsHaveEnded() {
        OutOfMemoryError noThread = new OutOfMemoryError("unable to create native thread");
        AtomicIntegerArray done = new AtomicIntegerArray(100);
        AtomicInteger asked = new AtomicInteger();
        Team team = new Team(task -> {
            if (asked.getAndIncrement() > 0) {
                throw noThread;
            }
            Thread.ofPlatform().start(task);
        }, 3);
        assertSame(noThread, assertThrows(OutOfMemoryError.class, () -> team.split(100, 1, 1, (from, to) -> {
            for (int i = from; i < to; i++) {
                done.incrementAndGet(i);
            }
        })));
        for (int i = 0; i < 100; i++) {
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
