// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// Splits a loop over the caller's thread and a pool's.
///
/// The calling thread works too and takes over whatever parts the pool has not begun, so a call ends even if the pool
/// never runs anything. Which thread runs a part does not matter to the result: parts are independent.
///
/// Networks split one loop after the other, each of which may take less time than a sleeping thread takes to wake up.
/// So a pool's thread that has helped looks out for the team's next loop for a tenth of a millisecond before it returns
/// to its pool.
public final class Team {

    /// How long, in nanoseconds, a thread looks out for work or for the last part's end before it lets the system put
    /// it to sleep: what waking it up costs, which was measured as 50 to 100 µs on a virtual machine.
    private static final long PATIENCE = 100_000;

    /// Parts for each thread, where they remain worthwhile: a pool's thread that comes late, after it was woken up or
    /// because it shares its processor, still finds something to do.
    private static final int PARTS_PER_THREAD = 4;

    /// Columns of a block begin at multiples of a cache line's floats, so that two threads seldom write one line.
    private static final int COLUMN_UNIT = 16;

    private final Executor pool;
    private final int threads;

    /// The loop that was begun last, while it has parts that nobody has taken.
    private final AtomicReference<Job> latest = new AtomicReference<>();

    /// Threads of the pool that look out for a loop.
    private final AtomicInteger lookouts = new AtomicInteger();

    /// A team of the calling thread and `threads − 1` of a pool.
    ///
    /// @throws NullPointerException if `pool` is null
    /// @throws IllegalArgumentException if `threads` is below 1
    public Team(Executor pool, int threads) {
        this.pool = Objects.requireNonNull(pool, "parallel: pool is null");
        Checks.parameter("parallel", "threads", threads, threads >= 1, "must be at least 1");
        this.threads = threads;
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

    /// Runs a loop of `count` iterations, in parts where that is worth it.
    ///
    /// @param count number of iterations
    /// @param unit parts begin at multiples of it, at least 1
    /// @param worthwhile fewest iterations that are worth a part of their own, at least 1
    /// @param body does a part; called at once from several threads
    /// @throws RuntimeException whatever the first failing part threw, after all parts have ended
    public void split(int count, int unit, long worthwhile, Part body) {
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
    /// @throws RuntimeException whatever the first failing part threw, after all parts have ended
    public void splitInTurn(int firstCount, int firstUnit, long firstWorthwhile, Part first, int secondCount,
            int secondUnit, long secondWorthwhile, Part second) {
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
        long most = Math.min(count / worthwhile, Math.ceilDiv(count, unit));
        long parts = threads == 1 ? 1 : Math.min(most, (long) threads * PARTS_PER_THREAD);
        // As many for each thread: a last part that only one works at takes as long as one more for each.
        long even = parts > threads ? parts / threads * threads : parts;
        return new Stage(body, count, unit, (int) Math.max(1, even), threads);
    }

    private void run(Job job) {
        latest.set(job);
        try {
            handOut(job, threads - 1 - lookouts.get());
        } finally {
            // Whatever the pool throws: parts that others have begun must end first.
            job.run(0);
            latest.compareAndSet(job, null);
            job.await();
        }
    }

    private void handOut(Job job, int helpers) {
        try {
            for (int helper = Math.min(helpers, job.mostThreads() - 1); helper > 0; helper--) {
                pool.execute(() -> help(job));
            }
        } catch (RejectedExecutionException e) {
            // A pool that is full or shut down helps no more; the calling thread does the rest.
            return;
        }
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
    /// @throws RuntimeException whatever the first failing block threw, after all blocks have ended
    public void splitBlocks(Matrix shape, long worthwhile, Block body) {
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

    /// A loop in parts. Each thread takes those of a range of its own first, so that in the next loop over the same
    /// arrays it finds them in its own caches, and then what others have not begun.
    private static final class Stage {

        private final Part body;
        private final int count;
        private final int unit;
        private final int parts;
        private final int threads;

        /// How many parts of each range have been taken, and more if threads looked in vain.
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

        private final Stage[] stages;
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
            return stages[stages.length - 1].hasPartsLeft();
        }

        void help() {
            run(helpers.incrementAndGet());
        }

        /// Takes parts until none is left.
        ///
        /// @param thread whose range comes first: the caller's is always 0
        void run(int thread) {
            for (int i = 0; i < stages.length; i++) {
                // The parts of the stage before have all begun, but some may be with other threads.
                while (i > 0 && stages[i - 1].unfinished.get() > 0) {
                    Thread.onSpinWait();
                }
                boolean found = true;
                while (found) {
                    found = stages[i].runNext(thread, failure);
                }
            }
            if (isFinished()) {
                LockSupport.unpark(caller);
            }
        }

        private boolean isFinished() {
            return stages[stages.length - 1].unfinished.get() == 0;
        }

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
