// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// Splits a loop over the caller's thread and a pool's.
///
/// The calling thread works too and takes over whatever parts the pool has not begun, so a call ends even if the pool
/// never runs anything. Which thread runs a part does not matter to the result: parts are independent.
public final class Team {

    /// How long, in nanoseconds, the calling thread looks for the last part's end before it lets the system put it to
    /// sleep: what waking it up costs, which was measured as 50 to 100 µs on a virtual machine.
    private static final long PATIENCE = 100_000;

    /// Parts for each thread, where they remain worthwhile: a pool's thread that comes late, after it was woken up or
    /// because it shares its processor, still finds something to do.
    private static final int PARTS_PER_THREAD = 4;

    /// Columns of a block begin at multiples of a cache line's floats, so that two threads seldom write one line.
    private static final int COLUMN_UNIT = 16;

    private final Executor pool;
    private final int threads;

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
        if (stage.parts() <= 1) {
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
        if (two.parts() <= 1) {
            first.run(0, firstCount);
            second.run(0, secondCount);
        } else {
            run(new Job(one, two));
        }
    }

    private Stage stage(int count, int unit, long worthwhile, Part body) {
        int parts = (int) Math.clamp(count / worthwhile, 1, threads == 1 ? 1 : (long) threads * PARTS_PER_THREAD);
        return new Stage(body, count, Math.max(1, Math.ceilDiv(Math.ceilDiv(count, parts), unit) * unit));
    }

    private void run(Job job) {
        job.handOut(pool, threads - 1);
        job.run();
        job.await();
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

    /// A loop and the size of its parts.
    private record Stage(Part body, int count, int size) {

        int parts() {
            return Math.ceilDiv(count, size);
        }

        void run(int part) {
            body.run(part * size, Math.min(count, (part + 1) * size));
        }
    }

    /// Loops that are split, one after the other. Threads take parts by counting; late ones find none left and go.
    private static final class Job implements Runnable {

        private final Stage[] stages;
        private final int parts;
        private final Thread caller = Thread.currentThread();
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger unfinished;
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Job(Stage... stages) {
            this.stages = stages;
            int sum = 0;
            for (Stage stage : stages) {
                sum += stage.parts();
            }
            parts = sum;
            unfinished = new AtomicInteger(parts);
        }

        void handOut(Executor pool, int helpers) {
            try {
                for (int helper = Math.min(helpers, parts - 1); helper > 0; helper--) {
                    pool.execute(this);
                }
            } catch (RejectedExecutionException e) {
                // A pool that is full or shut down helps no more; the calling thread does the rest.
                return;
            }
        }

        @Override
        public void run() {
            for (int part = next.getAndIncrement(); part < parts; part = next.getAndIncrement()) {
                try {
                    runPart(part);
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
                if (unfinished.decrementAndGet() == 0) {
                    LockSupport.unpark(caller);
                }
            }
        }

        private void runPart(int part) {
            int before = 0;
            for (Stage stage : stages) {
                if (part < before + stage.parts()) {
                    awaitFirst(before);
                    stage.run(part - before);
                    return;
                }
                before += stage.parts();
            }
        }

        /// Waits until so many parts have ended, which others work at: they began in order.
        private void awaitFirst(int finished) {
            while (finished > 0 && parts - unfinished.get() < finished) {
                Thread.onSpinWait();
            }
        }

        void await() {
            for (long end = System.nanoTime() + PATIENCE; unfinished.get() > 0 && System.nanoTime() < end;) {
                Thread.onSpinWait();
            }
            boolean interrupted = false;
            while (unfinished.get() > 0) {
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
