// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.team;

import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.check.Checks;

/// Splits a loop between the calling thread and threads of a pool.
///
/// The calling thread works too and takes over parts that the pool has not begun, so a call ends even if the pool never
/// runs anything. Parts are independent: the result does not depend on which thread runs a part. If the pool throws
/// when it is handed a task, it no longer helps with that call, and the call succeeds. If a part throws, the exception
/// reaches the caller after all parts have ended.
///
/// At most `threads − 1` tasks of a team wait in the pool at a time. A task that begins after its loop has ended holds
/// none of the loop's data, and helps with whatever the team does then.
///
/// Networks split one loop after the other, and each may take less time than it takes to wake a sleeping thread. A pool
/// thread that has helped therefore spins for a tenth of a millisecond, in case the team's next loop comes, before it
/// returns to its pool.
public final class Team {

    /// How long a thread spins, in nanoseconds, for work or for the end of the last part, before it sleeps: as long as
    /// waking it costs, measured as 50 to 100 µs on a virtual machine.
    private static final long PATIENCE = 100_000;

    /// Parts for each thread, as long as parts stay worthwhile. A pool thread that comes late, because it had to be
    /// woken or shares its processor, still finds work.
    private static final int PARTS_PER_THREAD = 4;

    /// Most tasks that wait in the pool, however many threads are asked for.
    private static final int MOST_TASKS = 1024;

    /// Blocks begin at multiples of so many columns, the floats of a cache line, so that two threads rarely write the
    /// same line.
    private static final int COLUMN_UNIT = 16;

    private final Executor pool;
    private final int threads;
    private final long largestGrain;

    /// The tasks that may wait in the pool, held weakly: a task that the pool drops unseen makes room for another.
    private final AtomicReferenceArray<WeakReference<Task>> tasks;

    /// Whether the pool has thrown before.
    private final AtomicBoolean threw = new AtomicBoolean();

    /// The loop begun last, as long as it has parts nobody has taken.
    private final AtomicReference<Job> latest = new AtomicReference<>();

    /// Pool threads that spin for a loop.
    private final AtomicInteger lookouts = new AtomicInteger();

    /// A team of the calling thread and `threads − 1` of a pool.
    ///
    /// @throws NullPointerException if `pool` is null
    /// @throws IllegalArgumentException if `threads` is below 1
    public Team(Executor pool, int threads) {
        this(pool, threads, Long.MAX_VALUE);
    }

    /// @param largestGrain an upper bound on every measured grain, for tests: with 1, every call that can be split is
    ///     split
    /// @throws NullPointerException if `pool` is null
    /// @throws IllegalArgumentException if `threads` is below 1
    public Team(Executor pool, int threads, long largestGrain) {
        this.pool = Objects.requireNonNull(pool, "parallel: pool is null");
        Checks.parameter("parallel", "threads", threads, threads >= 1, "must be at least 1");
        this.threads = threads;
        this.largestGrain = largestGrain;
        this.tasks = new AtomicReferenceArray<>(Math.min(threads - 1, MOST_TASKS));
    }

    /// A part of a loop.
    @FunctionalInterface
    public interface Part {

        /// Does the iterations from `from` up to, not including, `to`.
        void run(int from, int to);
    }

    /// A block of a matrix.
    @FunctionalInterface
    public interface Block {

        /// Does `rows` rows from row `row`, of these `columns` columns from column `column`.
        void run(int row, int rows, int column, int columns);
    }

    /// How many threads work at one call at most.
    public int threads() {
        return threads;
    }

    /// The least amount of work that is worth a part of its own: the measured one, or the test's bound. Every threshold
    /// on sizes that decides how a call is split goes through here.
    public long grain(long measured) {
        return Math.min(measured, largestGrain);
    }

    /// Runs a loop of `count` iterations, in parts where that is worth it.
    ///
    /// @param count number of iterations
    /// @param unit parts begin at multiples of it, at least 1
    /// @param worthwhile fewest iterations that are worth a part of their own, at least 1
    /// @param body does a part; called at once from several threads
    /// @throws NullPointerException if `body` is null
    /// @throws RuntimeException whatever the first failing part threw, after all parts have ended
    public void split(int count, int unit, long worthwhile, Part body) {
        Objects.requireNonNull(body, "split: body is null");
        Stage stage = stage(count, unit, worthwhile, body);
        if (stage.parts <= 1) {
            body.run(0, count);
        } else {
            run(new Job(stage));
        }
    }

    /// Runs two loops, each as [#split(int, int, long, Part)]. The second begins when the first has ended on all
    /// threads.
    ///
    /// @throws NullPointerException if `first` or `second` is null
    /// @throws RuntimeException whatever the first failing part threw, after all parts have ended
    public void splitInTurn(int firstCount, int firstUnit, long firstWorthwhile, Part first, int secondCount,
            int secondUnit, long secondWorthwhile, Part second) {
        Objects.requireNonNull(first, "split in turn: first is null");
        Objects.requireNonNull(second, "split in turn: second is null");
        Stage one = stage(firstCount, firstUnit, firstWorthwhile, first);
        Stage two = stage(secondCount, secondUnit, secondWorthwhile, second);
        if (two.parts <= 1) {
            first.run(0, firstCount);
            second.run(0, secondCount);
        } else {
            run(new Job(one, two));
        }
    }

    private Stage stage(int count, int unit, long worthwhile, Part body) {
        long most = Math.min(count / grain(worthwhile), Math.ceilDiv(count, unit));
        long parts = threads == 1 ? 1 : Math.min(most, (long) threads * PARTS_PER_THREAD);
        // Equally many for each thread: one last part that a single thread works at takes as long as another part for
        // every thread.
        long even = parts > threads ? parts / threads * threads : parts;
        return new Stage(body, count, unit, (int) Math.max(1, even), threads);
    }

    private void run(Job job) {
        latest.set(job);
        try {
            handOut(job);
        } finally {
            // In any case, parts that other threads have begun must end first.
            job.run(0);
            latest.compareAndSet(job, null);
            job.await();
        }
    }

    /// Hands out as many tasks as there are parts for them, less the threads that spin and the tasks that wait already.
    private void handOut(Job job) {
        int helpers = Math.min(threads - 1 - lookouts.get(), job.mostThreads() - 1);
        for (int place = 0; place < Math.min(helpers, tasks.length()); place++) {
            Task task = taskAt(place);
            if (!task.take(job)) {
                continue;
            }
            try {
                pool.execute(task);
            } catch (Throwable e) {
                task.giveUp();
                if (threw.compareAndSet(false, true)) {
                    System.getLogger("org.lanewise.kernels").log(Level.WARNING, "The pool of " + threads
                            + " threads took no task, and the caller's thread does its part, as it will whenever this "
                            + "happens again: " + e, e instanceof RejectedExecutionException ? null : e);
                }
                return;
            }
        }
    }

    private Task taskAt(int place) {
        WeakReference<Task> reference = tasks.get(place);
        Task task = reference == null ? null : reference.get();
        if (task != null) {
            return task;
        }
        task = new Task(this);
        return tasks.compareAndSet(place, reference, new WeakReference<>(task)) ? task : taskAt(place);
    }

    /// Helps with a loop and with those that follow closely.
    private void help(Job first) {
        first.help();
        if (Thread.currentThread() == first.caller) {
            return;
        }
        Job job = lookOut();
        while (job != null) {
            job.help();
            job = lookOut();
        }
    }

    /// Waits a while for a loop with parts to take; null if none was begun.
    private Job lookOut() {
        lookouts.incrementAndGet();
        Job job = latest.get();
        long end = System.nanoTime() + PATIENCE;
        while ((job == null || !job.hasPartsLeft()) && System.nanoTime() < end
                && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
            job = latest.get();
        }
        lookouts.decrementAndGet();
        // A caller that still counted on this thread had put down its loop before.
        job = latest.get();
        return job != null && job.hasPartsLeft() ? job : null;
    }

    /// Runs an elementwise pass over a matrix, in blocks of rows or, where there are few rows, of columns.
    ///
    /// @param shape any matrix of the pass
    /// @param worthwhile fewest elements that are worth a block of their own, at least 1
    /// @param body does a block; called at once from several threads
    /// @throws NullPointerException if `shape` or `body` is null
    /// @throws RuntimeException whatever the first failing block threw, after all blocks have ended
    public void splitBlocks(Matrix shape, long worthwhile, Block body) {
        Objects.requireNonNull(shape, "split blocks: shape is null");
        Objects.requireNonNull(body, "split blocks: body is null");
        int rows = shape.rows();
        int columns = shape.columns();
        if (rows >= threads) {
            split(rows, 1, Math.ceilDiv(worthwhile, Math.max(1, columns)),
                    (from, to) -> body.run(from, to - from, 0, columns));
        } else {
            split(columns, COLUMN_UNIT, Math.ceilDiv(worthwhile, Math.max(1, rows)),
                    (from, to) -> body.run(0, rows, from, to - from));
        }
    }

    /// A task for the pool. Once it has begun, it may be handed out again.
    private static final class Task implements Runnable {

        private final Team team;
        private final AtomicBoolean waits = new AtomicBoolean();

        /// The loop it was handed out for. The loop lets go of its arrays when it ends.
        private Job job;

        Task(Team team) {
            this.team = team;
        }

        /// Marks this task as waiting in the pool for a loop; false if it waits already.
        boolean take(Job next) {
            if (!waits.compareAndSet(false, true)) {
                return false;
            }
            job = next;
            return true;
        }

        void giveUp() {
            waits.set(false);
        }

        @Override
        public void run() {
            Job first = job;
            if (waits.compareAndSet(true, false)) {
                team.help(first);
            }
        }
    }

    /// A loop in parts. Each thread first takes the parts of a range of its own, so that the next loop over the same
    /// arrays finds them in its caches, and then parts that others have not begun.
    private static final class Stage {

        private final Part body;
        private final int count;
        private final int unit;
        private final int parts;
        private final int threads;

        /// Parts taken of each range, plus the attempts that found none left.
        private final AtomicIntegerArray taken;
        private final AtomicInteger unfinished;

        Stage(Part body, int count, int unit, int parts, int threads) {
            this.body = body;
            this.count = count;
            this.unit = unit;
            this.parts = parts;
            this.threads = Math.clamp(parts, 1, threads);
            this.taken = new AtomicIntegerArray(this.threads);
            this.unfinished = new AtomicInteger(parts);
        }

        private int firstOf(int thread) {
            return (int) ((long) parts * thread / threads);
        }

        /// Where a part begins: all have the same number of units, or one more.
        private int startOf(int part) {
            return (int) Math.min(count, (long) Math.ceilDiv(count, unit) * part / parts * unit);
        }

        /// Takes a part and runs it; false if none is left.
        boolean runNext(int thread, AtomicReference<Throwable> failure) {
            for (int i = 0; i < threads; i++) {
                int range = (thread + i) % threads;
                int part = firstOf(range);
                int end = firstOf(range + 1);
                if (part + taken.get(range) < end) {
                    part += taken.getAndIncrement(range);
                    if (part < end) {
                        run(part, failure);
                        return true;
                    }
                }
            }
            return false;
        }

        private void run(int part, AtomicReference<Throwable> failure) {
            try {
                body.run(startOf(part), startOf(part + 1));
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
            unfinished.decrementAndGet();
        }

        boolean isUnfinished() {
            return unfinished.get() > 0;
        }

        boolean hasPartsLeft() {
            for (int range = 0; range < threads; range++) {
                if (firstOf(range) + taken.get(range) < firstOf(range + 1)) {
                    return true;
                }
            }
            return false;
        }
    }

    /// Loops that are split, one after the other.
    private static final class Job {

        private static final Stage[] NONE = {};

        /// Empty when all have ended: a task that has not begun may hold the job for long, and must not hold the
        /// arrays.
        private Stage[] stages;
        private final Thread caller = Thread.currentThread();
        private final AtomicInteger helpers = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Job(Stage... stages) {
            this.stages = stages;
        }

        /// The most threads that find a part.
        int mostThreads() {
            int most = 1;
            for (Stage stage : stages) {
                most = Math.max(most, stage.threads);
            }
            return most;
        }

        boolean hasPartsLeft() {
            Stage[] own = stages;
            return own.length > 0 && own[own.length - 1].hasPartsLeft();
        }

        void help() {
            run(helpers.incrementAndGet());
        }

        /// Takes parts until none is left.
        ///
        /// @param thread whose range comes first: the caller's is always 0
        void run(int thread) {
            Stage[] own = stages;
            for (int i = 0; i < own.length; i++) {
                // All parts of the stage before have begun, but other threads may still be working on some.
                while (i > 0 && own[i - 1].isUnfinished()) {
                    Thread.onSpinWait();
                }
                boolean found = true;
                while (found) {
                    found = own[i].runNext(thread, failure);
                }
            }
            if (own.length > 0 && !own[own.length - 1].isUnfinished()) {
                LockSupport.unpark(caller);
            }
        }

        private boolean isFinished() {
            return !stages[stages.length - 1].isUnfinished();
        }

        /// Waits for the last part's end. Only for the caller.
        void await() {
            for (long end = System.nanoTime() + PATIENCE; !isFinished() && System.nanoTime() < end;) {
                Thread.onSpinWait();
            }
            boolean interrupted = false;
            while (!isFinished()) {
                LockSupport.park(this);
                // A part in flight writes the caller's arrays: it must end first. The interrupt is kept for later.
                interrupted |= Thread.interrupted();
            }
            stages = NONE;
            if (interrupted) {
                caller.interrupt();
            }
            switch (failure.get()) {
                case null -> { }
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }
}
