// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.internal.vm.SimdSupport;

/// The choice behind [Kernels#best()], made and logged once.
public final class BestKernels {

    public static final Kernels INSTANCE = choose(System.getLogger("org.lanewise.kernels"));

    private BestKernels() {
    }

    private static Kernels choose(Logger logger) {
        String slow = SimdSupport.emulatedFma();
        if (slow != null) {
            logger.log(Level.WARNING, "All kernels will be very slow: " + slow);
        }
        String reason = SimdSupport.reasonAgainst();
        if (reason == null) {
            return VectorKernels.INSTANCE.describedAs(VectorKernels.INSTANCE.describe()
                    + ", because the Vector API and the C2 compiler are there");
        }
        logger.log(Level.WARNING, "Using the scalar reference, not SIMD: " + reason);
        return ReferenceKernels.INSTANCE.describedAs(ReferenceKernels.INSTANCE.describe() + ", because " + reason);
    }
}
