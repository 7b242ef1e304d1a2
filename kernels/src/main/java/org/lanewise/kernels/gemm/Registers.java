// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import jdk.incubator.vector.VectorShape;

/// How many vector registers C2 may use: a tile that needs more spills, and loses half of its speed.
final class Registers {

    /// 32 with AVX-512 or on ARM, else 16.
    static final int COUNT = count();

    private Registers() {
    }

    private static int count() {
        String processor = System.getProperty("os.arch", "");
        if (processor.equals("aarch64")) {
            return 32;
        }
        // Vectors of 512 bits exist on x86 only with AVX-512; shorter ones may be a wish of whoever set MaxVectorSize.
        if (VectorShape.preferredShape().vectorBitSize() >= 512 || avx512()) {
            return 32;
        }
        return 16;
    }

    private static boolean avx512() {
        try {
            HotSpotDiagnosticMXBean flags = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            return flags != null && Integer.parseInt(flags.getVMOption("UseAVX").getValue()) >= 3;
        } catch (LinkageError | RuntimeException e) {
            // No jdk.management module in this image, or a VM without the flag: the smaller tile runs well anywhere.
            return false;
        }
    }
}
