// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/// Asserts that code allocates nothing once it is warm, by the thread's own counter of allocated bytes. A vector that
/// is boxed anywhere shows here.
public final class Allocation {

    private static final int REPEATS = 20;
    private static final int QUIET_ROUNDS = 3;
    private static final long WARMUP_NANOS = 100_000_000L;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private Allocation() {
    }

    /// Something that should allocate nothing, on arrays of its own.
    ///
    /// @param name what a failure calls it
    /// @param body the call
    public record Call(String name, Runnable body) {
    }

    /// Runs each call by itself until the compilers have had time for it, then all calls in turn, round after round,
    /// until each has allocated nothing in several successive rounds; fails with the names of those that still allocate
    /// after a minute, several times what the compilers need.
    ///
    /// By itself first, because code compiled from a profile of few calls keeps vectors boxed for good.
    public static void assertNoneWhenWarm(List<Call> calls) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertTrue(threads.isThreadAllocatedMemoryEnabled(), "this VM does not count allocated bytes");
        for (Call call : calls) {
            warm(call);
        }
        long start = System.nanoTime();
        int quiet = 0;
        while (quiet < QUIET_ROUNDS) {
            List<String> allocating = round(threads, calls);
            quiet = allocating.isEmpty() ? quiet + 1 : 0;
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                fail("still allocating when warm: " + allocating);
            }
        }
    }

    private static void warm(Call call) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < WARMUP_NANOS) {
            call.body().run();
        }
    }

    private static List<String> round(ThreadMXBean threads, List<Call> calls) {
        List<String> allocating = new ArrayList<>();
        for (Call call : calls) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < REPEATS; i++) {
                call.body().run();
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            if (allocated != 0) {
                allocating.add(call.name() + " (" + (double) allocated / REPEATS + " bytes a call)");
            }
        }
        return allocating;
    }
}
