// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.function.Supplier;
import jdk.incubator.vector.VectorShape;
import org.lanewise.kernels.internal.lanes.VectorWidth;

/// What the walks over all floats have in common: which part of the work a run at a forced vector width does, and a
/// line of progress for each walk.
///
/// The reference does not know a vector width, so its errors, the slow part, are measured once: in the run at 64 bits,
/// in place of the comparison of bits, for that width is no register of its own on most hardware.
public final class Exhaustive {

    private static final int WIDTH = VectorWidth.forcedBits();
    private static final long START = System.nanoTime();

    private Exhaustive() {
    }

    /// Skips the test but at widths that the hardware has: a wider vector is correct but slow out of proportion.
    public static void assumeBitsAreToBeCompared() {
        int widest = VectorShape.preferredShape().vectorBitSize();
        assumeTrue(WIDTH == 0 || WIDTH != 64 && WIDTH <= widest, "bits are compared at 128 to " + widest + " bits");
    }

    /// Skips the test but in one of the runs.
    public static void assumeErrorsAreToBeMeasured() {
        assumeTrue(WIDTH == 0 || WIDTH == 64, "errors are measured once, in the run at 64 bits");
    }

    /// Does a walk and prints what it found and how long it took; a walk that fails throws.
    public static void report(String what, Supplier<String> walk) {
        long start = System.nanoTime();
        String found = walk.get();
        long end = System.nanoTime();
        System.out.printf("%4d s  %s%s %s (%d s)%n", (end - START) / 1_000_000_000L, what,
                WIDTH > 64 ? " at " + WIDTH + " bits" : "", found, (end - start) / 1_000_000_000L);
    }
}
