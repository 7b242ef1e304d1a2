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

    /// How long the calling thread looks for the last part's end before it lets the system put it to sleep: about what
    /// waking it up would cost.
    private static final int SPINS = 2_000;

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
        int parts = (int) Math.min(threads, count / worthwhile);
        int size = parts <= 1 ? count : Math.ceilDiv(Math.ceilDiv(count, parts), unit) * unit;
        if (size >= count) {
            body.run(0, count);
            return;
        }
        Job job = new Job(body, count, size);
        job.handOut(pool);
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

    /// One split loop. Threads take parts by counting; late ones find none left and go.
    private static final class Job implements Runnable {

        private final Part body;
        private final int count;
        private final int size;
        private final int parts;
        private final Thread caller = Thread.currentThread();
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger unfinished;
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Job(Part body, int count, int size) {
            this.body = body;
            this.count = count;
            this.size = size;
            this.parts = Math.ceilDiv(count, size);
            this.unfinished = new AtomicInteger(parts);
        }

        void handOut(Executor pool) {
            try {
                for (int helper = 1; helper < parts; helper++) {
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
                    body.run(part * size, Math.min(count, (part + 1) * size));
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                }
                if (unfinished.decrementAndGet() == 0) {
                    LockSupport.unpark(caller);
                }
            }
        }

        void await() {
            for (int spin = 0; unfinished.get() > 0 && spin < SPINS; spin++) {
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
