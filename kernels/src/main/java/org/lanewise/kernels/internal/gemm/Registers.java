// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import jdk.incubator.vector.VectorShape;
import org.lanewise.kernels.internal.vm.HotSpotFlags;

/// How many vector registers C2 may use: a tile that needs more spills, and loses half of its speed.
final class Registers {

    /// Whether this is a 64-bit ARM processor.
    static final boolean IS_ARM = System.getProperty("os.arch", "").equals("aarch64");

    /// 32 with AVX-512 or on ARM, else 16.
    static final int COUNT = count();

    private Registers() {
    }

    private static int count() {
        if (IS_ARM) {
            return 32;
        }
        // On x86, 512-bit vectors mean AVX-512; where vectors are shorter, MaxVectorSize may have made them so.
        if (VectorShape.preferredShape().vectorBitSize() >= 512) {
            return 32;
        }
        // Where the flag cannot be read, the smaller tile runs well anywhere.
        String avx = HotSpotFlags.value("UseAVX");
        return avx != null && Integer.parseInt(avx) >= 3 ? 32 : 16;
    }
}
