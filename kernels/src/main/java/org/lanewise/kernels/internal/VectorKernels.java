// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import java.util.function.Function;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.internal.activation.VectorActivations;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.family.Family;
import org.lanewise.kernels.internal.gemm.GemmTarget;
import org.lanewise.kernels.internal.lanes.Species;
import org.lanewise.kernels.internal.lanes.VectorWidth;

/// The SIMD twins of all families. Loads vector classes: only `SimdSupport` may open this door.
public final class VectorKernels {

    public static final KernelSet INSTANCE = create();

    private VectorKernels() {
    }

    private static KernelSet create() {
        String description = "SIMD (" + Species.FLOAT.vectorBitSize() + "-bit vectors, " + Species.FLOAT.length()
                + " float lanes, products for " + GemmTarget.HERE
                + (VectorWidth.forcedBits() == 0 ? "" : ", width forced by " + VectorWidth.PROPERTY) + ")";
        ArrayActivations activations = new VectorActivations();
        return KernelSet.of(() -> description, new KernelSet.Source() {
            @Override
            public <F> F of(Family<F> family, Function<Kernels, F> member) {
                return family.twin(activations);
            }
        });
    }
}
