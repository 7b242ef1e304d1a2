// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.implementation;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import org.lanewise.bench.problem.Task;

/// Runs a task until it is as fast as it gets. A fixed time does not do: kernels of the Vector API crawl until C2 has
/// compiled them, and how long that takes depends on the kernel and on what else the machine does.
public final class Warmup {

    private static final double BETTER = 0.9;
    private static final long LONGEST = 30_000_000_000L;

    /// A task that crawls must be let alone for so many of its runs, for C2 may take longer for one method than for all
    /// that came before; but no longer than this.
    private static final int QUIET_RUNS = 20;
    private static final long LONGEST_QUIET = 2_000_000_000L;

    private Warmup() {
    }

    /// Ends when for some time neither the task has become clearly faster nor the compiler has finished anything.
    ///
    /// @param quietMilliseconds that time, at most 2000; for a task that crawls it is longer
    public static void run(Task task, int repetitions, int quietMilliseconds) {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long start = System.nanoTime();
        long lastChange = start;
        long compiled = -1;
        long best = Long.MAX_VALUE;
        long shortestQuiet = quietMilliseconds * 1_000_000L;
        long quiet = shortestQuiet;
        long now = start;
        while (now - lastChange < quiet && now - start < LONGEST) {
            long before = now;
            task.repeat(repetitions);
            now = System.nanoTime();
            long time = now - before;
            long compiledNow = compiler.getTotalCompilationTime();
            if (time < BETTER * best || compiledNow > compiled) {
                lastChange = now;
            }
            best = Math.min(best, time);
            quiet = Math.clamp(QUIET_RUNS * best, shortestQuiet, LONGEST_QUIET);
            compiled = compiledNow;
        }
    }
}
