// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// The calling thread's own count of allocated bytes, where the VM keeps one.
final class AllocatedBytes {

    private AllocatedBytes() {
    }

    /// Why there is no count here, with the remedy; null if there is one.
    static String obstacle() {
        try {
            return Reader.counts() ? null : "this VM does not count the bytes that a thread allocates";
        } catch (LinkageError e) {
            return "the module jdk.management, which counts allocated bytes, is not there; add it to this run-time "
                    + "image";
        }
    }

    /// Bytes allocated by the calling thread since it started; only where there is no [#obstacle()].
    static long now() {
        return Reader.THREADS.getCurrentThreadAllocatedBytes();
    }

    /// A class of its own, so that a run-time image without `jdk.management` fails here, where it is caught.
    private static final class Reader {

        static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

        static boolean counts() {
            return THREADS != null && THREADS.isThreadAllocatedMemorySupported()
                    && THREADS.isThreadAllocatedMemoryEnabled();
        }
    }
}
