// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.vm;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/// Flags of the running HotSpot VM, where they can be read.
public final class HotSpotFlags {

    private HotSpotFlags() {
    }

    /// A flag's value, or null if this VM has no such flag, or the module `jdk.management` is not there or is hidden.
    public static String value(String name) {
        try {
            return Reader.value(name);
        } catch (LinkageError | RuntimeException e) {
            return null;
        }
    }

    /// A class of its own, so that a run-time image without `jdk.management` fails here, where it is caught.
    private static final class Reader {

        static String value(String name) {
            HotSpotDiagnosticMXBean bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return bean == null ? null : bean.getVMOption(name).getValue();
        }
    }
}
