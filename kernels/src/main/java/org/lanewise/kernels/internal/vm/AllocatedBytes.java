// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.vm;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// The calling thread's own count of allocated bytes, where the VM keeps one.
public final class AllocatedBytes {

    /// Determined once: a class that failed to initialise never will.
    private static final String OBSTACLE = findObstacle();

    private AllocatedBytes() {
    }

    /// Why there is no count here, with the remedy; null if there is one.
    public static String obstacle() {
        return OBSTACLE;
    }

    private static String findObstacle() {
        try {
            return Reader.counts() ? null : "this VM does not count the bytes that a thread allocates";
        } catch (LinkageError | RuntimeException e) {
            return "the module jdk.management, which counts allocated bytes, is not there; "
                    + OptionalModule.remedy("jdk.management", e);
        }
    }

    /// Bytes allocated by the calling thread since it started; only where there is no [#obstacle()].
    public static long now() {
        return Reader.THREADS.getCurrentThreadAllocatedBytes();
    }

    /// A class of its own, so that a program without `jdk.management` fails here, where it is caught.
    private static final class Reader {

        static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

        static boolean counts() {
            return THREADS != null && THREADS.isThreadAllocatedMemorySupported()
                    && THREADS.isThreadAllocatedMemoryEnabled();
        }
    }
}
