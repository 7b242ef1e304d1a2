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

    private Warmup() {
    }

    /// Ends when for some time neither the task has become clearly faster nor the compiler has finished anything.
    ///
    /// @param quietMilliseconds that time
    public static void run(Task task, int repetitions, int quietMilliseconds) {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long start = System.nanoTime();
        long lastChange = start;
        long compiled = -1;
        long best = Long.MAX_VALUE;
        long now = start;
        while (now - lastChange < quietMilliseconds * 1_000_000L && now - start < LONGEST) {
            long before = now;
            task.repeat(repetitions);
            now = System.nanoTime();
            long time = now - before;
            long compiledNow = compiler.getTotalCompilationTime();
            if (time < BETTER * best || compiledNow > compiled) {
                lastChange = now;
            }
            best = Math.min(best, time);
            compiled = compiledNow;
        }
    }
}
