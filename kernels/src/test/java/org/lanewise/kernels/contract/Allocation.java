// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Asserts that code allocates nothing once it is warm, by the thread's own counter of allocated bytes. A vector that
/// is boxed anywhere shows here.
public final class Allocation {

    private static final int CALLS_A_ROUND = 50;
    private static final int QUIET_ROUNDS = 20;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private Allocation() {
    }

    /// Runs `call` until a number of rounds in a row have allocated nothing; fails if that has not come to pass after
    /// twenty seconds, which is many times what the compiler needs.
    public static void assertNoneWhenWarm(String what, Runnable call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertTrue(threads.isThreadAllocatedMemoryEnabled(), "this VM does not count allocated bytes");
        // The bean's own first calls allocate; they are over after these.
        for (int i = 0; i < 100; i++) {
            threads.getCurrentThreadAllocatedBytes();
        }
        long start = System.nanoTime();
        int quiet = 0;
        long allocated = 0;
        while (quiet < QUIET_ROUNDS) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS_A_ROUND; i++) {
                call.run();
            }
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
            quiet = allocated == 0 ? quiet + 1 : 0;
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                fail(what + ": still allocates " + (double) allocated / CALLS_A_ROUND + " bytes a call when warm");
            }
        }
    }
}
