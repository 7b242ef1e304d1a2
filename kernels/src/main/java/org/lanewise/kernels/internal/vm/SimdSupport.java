// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.vm;

import org.lanewise.kernels.internal.lanes.Species;
import org.lanewise.kernels.internal.lanes.VectorWidth;

/// The check at the door: whether SIMD kernels can run in this VM, and whether they would be fast.
///
/// No class that mentions a vector type may load before this check has passed. The only one here that does is [Probe],
/// which is the check. The check does not ask which modules there are: a class loader may hide modules of the VM, or
/// provide them from a layer of the program's own.
public final class SimdSupport {

    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    /// Determined once: a class that could not be initialised never will be.
    private static final String OBSTACLE = findObstacle();

    private SimdSupport() {
    }

    /// Why SIMD kernels cannot run here, with the remedy; null if they can.
    public static String obstacle() {
        return OBSTACLE;
    }

    private static String findObstacle() {
        String width = VectorWidth.obstacle();
        if (width != null) {
            return width;
        }
        try {
            // A module that was resolved without the incubator does not read it yet.
            SimdSupport.class.getModule().addReads(Class.forName(VECTOR_MODULE + ".FloatVector", false,
                    SimdSupport.class.getClassLoader()).getModule());
            return Probe.lanes() > 0 ? null : "the Vector API has vectors without lanes here";
        } catch (ClassNotFoundException | RuntimeException e) {
            // A class loader that refuses a class may throw whatever it likes.
            return "the Vector API is not there; " + OptionalModule.remedy(VECTOR_MODULE, e);
        } catch (NoClassDefFoundError e) {
            return "the Vector API is not all there; " + OptionalModule.remedy(VECTOR_MODULE, e);
        } catch (LinkageError e) {
            String remedy = OptionalModule.isInBootLayer(VECTOR_MODULE) ? ""
                    : "; take it from the boot layer: start Java with --add-modules " + VECTOR_MODULE;
            return "the Vector API fails (" + OptionalModule.rootOf(e) + ")" + remedy;
        }
    }

    /// The first class to touch the Vector API; loaded only when the check calls it, so that it fails where it is
    /// caught.
    private static final class Probe {

        /// Initialises what every SIMD kernel needs, by a vector operation of each element type.
        static int lanes() {
            return Species.FLOAT.length();
        }
    }

    /// Why SIMD kernels would run here but slower than the reference, with the remedy; null if they are fast.
    public static String drawback() {
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
    public static String reasonAgainst() {
        String obstacle = obstacle();
        return obstacle != null ? obstacle : drawback();
    }

    /// What makes every kernel unusably slow in this VM, the reference included, with the remedy; null if nothing does.
    public static String emulatedFma() {
        return "false".equals(HotSpotFlags.value("UseFMA"))
                ? "this VM does not use fused multiply-add, so Math.fma is computed by BigDecimal, far too slow "
                        + "for use; take a processor with FMA and no -XX:-UseFMA or -XX:UseAVX=0"
                : null;
    }
}
