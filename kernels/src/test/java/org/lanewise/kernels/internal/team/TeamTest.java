// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.team;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.LogLines;
import org.lanewise.kernels.internal.gemm.ParallelGemm;

/// Split loops: each iteration is done once, whatever the pool does.
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
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
                    assertTrue(both.await(1, TimeUnit.MINUTES), "nobody came to help");
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

    /// A part that another thread still works at holds the second loop back, though no part of the first is left to
    /// take.
    @Test
    void theSecondLoopWaitsForPartsInOtherHands() {
        try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
            CountDownLatch begun = new CountDownLatch(1);
            AtomicBoolean ended = new AtomicBoolean();
            AtomicBoolean early = new AtomicBoolean();
            new Team(pool, 2).splitInTurn(2, 1, 1, (from, _) -> {
                if (from == 0) {
                    await(begun);
                } else {
                    begun.countDown();
                    LockSupport.parkNanos(100_000_000);
                    ended.set(true);
                }
            }, 2, 1, 1, (_, _) -> early.compareAndSet(false, !ended.get()));
            assertFalse(early.get());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(1, TimeUnit.MINUTES));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void thePoolNeedNotHelp() {
        Executor deaf = _ -> { };
        assertEachOnce(new Team(deaf, 4), 100, 1, 1);
        assertEachOnce(new Team(Runnable::run, 4), 100, 1, 1);
        assertEachOnce(new Team(Runnable::run, Integer.MAX_VALUE), 5000, 1, 1);
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
    void aPoolThatThrowsHelpsNoMoreAndTheCallSucceeds() {
        for (Throwable thrown : List.of(new RejectedExecutionException("full"), new IllegalStateException("closed"),
                new NullPointerException(), new OutOfMemoryError("unable to create native thread"),
                new IOException("sneaked out"))) {
            for (int willing = 0; willing < 3; willing++) {
                int takes = willing;
                AtomicInteger asked = new AtomicInteger();
                Team team = new Team(task -> {
                    if (asked.getAndIncrement() >= takes) {
                        sneak(thrown);
                    }
                    Thread.ofPlatform().start(task);
                }, 4);
                try (LogLines log = new LogLines()) {
                    for (int call = 0; call < 3; call++) {
                        assertEachOnce(team, 100, 1, 1);
                    }
                    String expected = "The pool of 4 threads took no task, and the caller's thread does its part, as "
                            + "it will whenever this happens again: " + thrown;
                    assertEquals(List.of(expected), log.all(), "one line for a team");
                }
                assertTrue(asked.get() >= takes + 1, "the pool was asked " + asked.get() + " times");
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void aPoolThatThrewOnceHelpsAgain() {
        AtomicInteger asked = new AtomicInteger();
        List<Runnable> taken = new ArrayList<>();
        Team team = new Team(task -> {
            if (asked.getAndIncrement() == 0) {
                throw new IllegalStateException("not yet");
            }
            taken.add(task);
        }, 2);
        try (LogLines log = new LogLines()) {
            assertEachOnce(team, 10, 1, 1);
            assertEquals(1, log.all().size());
        }
        assertEachOnce(team, 10, 1, 1);
        assertEquals(1, taken.size(), "the next call asks again");
    }

    /// A blocked pool collects no more tasks than can help, and nothing of the calls that have ended without it.
    @Test
    void aBlockedPoolHoldsFewTasksAndNoOperands() {
        List<Runnable> queue = Collections.synchronizedList(new ArrayList<>());
        Team team = new Team(queue::add, 4);
        List<WeakReference<float[]>> operands = new ArrayList<>();
        for (int call = 0; call < 3000; call++) {
            operands.add(splitOver(team, new float[1000]));
        }
        assertEquals(3, queue.size(), "tasks that wait");
        System.gc();
        long held = operands.stream().filter(operand -> !operand.refersTo(null)).count();
        assertEquals(0, held, "calls whose operands are still held");
        assertEquals(3, queue.size(), "tasks that hold them");

        List<Runnable> late = List.copyOf(queue);
        queue.clear();
        late.forEach(Runnable::run);
        splitOver(team, new float[1000]);
        assertEquals(3, queue.size(), "tasks that have begun are handed out again");
    }

    private static WeakReference<float[]> splitOver(Team team, float[] operand) {
        team.splitInTurn(1000, 1, 1, (from, to) -> Arrays.fill(operand, from, to, 1f),
                1000, 1, 1, (from, to) -> Arrays.fill(operand, from, to, 2f));
        assertEquals(2f, operand[999]);
        return new WeakReference<>(operand);
    }

    /// Callers in competition still hand out no more than that, the first of all their calls included.
    @Test
    void aBlockedPoolHoldsFewTasksOfManyCallers() throws InterruptedException {
        for (int turn = 0; turn < 200; turn++) {
            List<Runnable> queue = Collections.synchronizedList(new ArrayList<>());
            Team team = new Team(queue::add, 100);
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> callers = new ArrayList<>();
            for (int caller = 0; caller < 4; caller++) {
                callers.add(Thread.ofPlatform().start(() -> {
                    try {
                        start.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    for (int call = 0; call < 3; call++) {
                        splitOver(team, new float[1000]);
                    }
                }));
            }
            start.countDown();
            for (Thread caller : callers) {
                caller.join();
            }
            assertEquals(99, queue.size(), "tasks that wait");
        }
    }

    /// A pool that drops tasks, as some do when they are full, is asked again.
    @Test
    void droppedTasksMakeRoomForOthers() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        Team team = new Team(_ -> asked.incrementAndGet(), 2);
        splitOver(team, new float[1000]);
        splitOver(team, new float[1000]);
        int before = asked.get();
        for (int attempt = 0; attempt < 100 && asked.get() == before; attempt++) {
            System.gc();
            splitOver(team, new float[1000]);
            Thread.sleep(1);
        }
        assertTrue(asked.get() > before, "the pool was asked " + before + " times, and no more");
    }

    /// A task that began late helps with what the team does then.
    @Test
    void aTaskThatBeganLateHelpsWithTheNextLoop() throws InterruptedException {
        List<Runnable> queue = Collections.synchronizedList(new ArrayList<>());
        Team team = new Team(queue::add, 2);
        splitOver(team, new float[1000]);
        Set<Thread> workers = ConcurrentHashMap.newKeySet();
        CountDownLatch both = new CountDownLatch(2);
        List<Thread> helpers = new ArrayList<>();
        Thread caller = Thread.currentThread();
        team.split(2, 1, 1, (_, _) -> {
            workers.add(Thread.currentThread());
            if (Thread.currentThread() == caller && helpers.isEmpty()) {
                helpers.add(Thread.ofPlatform().start(queue.getFirst()));
            }
            both.countDown();
            try {
                assertTrue(both.await(1, TimeUnit.MINUTES), "nobody came to help");
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        helpers.getFirst().join();
        assertEquals(2, workers.size(), workers.toString());
        assertEquals(1, queue.size(), "no second task was needed");
    }

    @Test
    void anInterruptIsKept() {
        try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
            Thread.currentThread().interrupt();
            assertEachOnce(new Team(pool, 2), 100, 1, 1);
            assertTrue(Thread.interrupted(), "the interrupt is still there");
        }
    }

    /// Longer than a caller spins for it: the caller parks, again and again while it is interrupted.
    @Test
    void aPartThatAnotherThreadIsAtEndsBeforeTheCallDoes() {
        try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
            CountDownLatch begun = new CountDownLatch(1);
            AtomicInteger ended = new AtomicInteger();
            Thread caller = Thread.currentThread();
            caller.interrupt();
            new Team(pool, 2).split(2, 1, 1, (_, _) -> {
                if (Thread.currentThread() == caller) {
                    // Another's part has begun, so that this one ends first. An interrupted thread cannot await it.
                    while (begun.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                } else {
                    begun.countDown();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                }
                ended.incrementAndGet();
            });
            assertEquals(2, ended.get());
            assertTrue(Thread.interrupted(), "the interrupt is still there");
        }
    }

    @Test
    void badTeamsAreRefused() {
        Team team = new Team(Runnable::run, 2);
        assertNull("parallel: pool is null", () -> new Team(null, 2));
        assertNull("split: body is null", () -> team.split(1, 1, 1, null));
        assertNull("split in turn: first is null", () -> team.splitInTurn(1, 1, 1, null, 1, 1, 1, (_, _) -> { }));
        assertNull("split in turn: second is null", () -> team.splitInTurn(1, 1, 1, (_, _) -> { }, 1, 1, 1, null));
        assertNull("split blocks: shape is null", () -> team.splitBlocks(null, 1, (_, _, _, _) -> { }));
        assertNull("split blocks: body is null", () -> team.splitBlocks(Matrix.zeros(1, 1), 1, null));
        assertNull("parallel gemm: gemm is null", () -> new ParallelGemm(null, team));
        assertNull("parallel gemm: team is null", () -> new ParallelGemm(Kernels.reference().gemm(), null));
        assertThrows(IllegalArgumentException.class, () -> Kernels.reference().parallel(Runnable::run, 0));
        assertEquals(2, team.threads());
    }

    private static void assertNull(String message, Executable call) {
        assertEquals(message, assertThrows(NullPointerException.class, call).getMessage());
    }
}
