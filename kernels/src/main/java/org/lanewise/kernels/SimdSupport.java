// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import org.lanewise.kernels.lanes.HotSpotFlags;

/// The check at the door: whether SIMD kernels can run in this VM, and whether they would be fast.
///
/// No class that mentions a vector type may load before this check has passed, so nothing here does.
final class SimdSupport {

    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    private SimdSupport() {
    }

    /// Why SIMD kernels cannot run here, with the remedy; null if they can.
    static String obstacle() {
        Module incubator = ModuleLayer.boot().findModule(VECTOR_MODULE).orElse(null);
        if (incubator == null) {
            return "the Vector API is not there; start Java with --add-modules " + VECTOR_MODULE;
        }
        Module own = SimdSupport.class.getModule();
        if (!own.canRead(incubator)) {
            own.addReads(incubator);
        }
        return null;
    }

    /// Why SIMD kernels would run here but slower than the reference, with the remedy; null if they are fast.
    static String drawback() {
        String machine = System.getProperty("java.vm.name", "");
        if (machine.contains("OpenJ9")) {
            return "this is " + machine + ", which does not compile the Vector API; use a HotSpot VM";
        }
        String mode = System.getProperty("java.vm.info", "");
        if (mode.contains("interpreted mode")) {
            return "this VM interprets only; remove -Xint";
        }
        String level = HotSpotFlags.value("TieredStopAtLevel");
        if (machine.contains("Client") || level != null && Integer.parseInt(level) < 4) {
            return "this VM has no C2 compiler or may not use it; remove -XX:TieredStopAtLevel";
        }
        if ("false".equals(HotSpotFlags.value("EnableVectorSupport"))) {
            return "this VM does not compile the Vector API; remove -XX:-EnableVectorSupport";
        }
        return null;
    }

    /// Why the reference is the better choice here, with the remedy; null if SIMD is.
    static String reasonAgainst() {
        String obstacle = obstacle();
        return obstacle != null ? obstacle : drawback();
    }

    /// What makes every kernel here unusably slow, the reference too, with the remedy; null if nothing does.
    static String emulatedFma() {
        return "false".equals(HotSpotFlags.value("UseFMA"))
                ? "this VM does not use fused multiply-add, so Math.fma is computed by BigDecimal, far too slow "
                        + "for use; take a processor with FMA and no -XX:-UseFMA or -XX:UseAVX=0"
                : null;
    }
}
