// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.activation.VectorActivations;
import org.lanewise.kernels.dropout.VectorDropout;
import org.lanewise.kernels.gemm.VectorGemm;
import org.lanewise.kernels.lanes.Species;
import org.lanewise.kernels.lanes.VectorSums;
import org.lanewise.kernels.lanes.VectorWidth;
import org.lanewise.kernels.loss.VectorLosses;
import org.lanewise.kernels.math.VectorFunctions;
import org.lanewise.kernels.normalization.VectorNormalization;
import org.lanewise.kernels.optimizer.VectorOptimizers;
import org.lanewise.kernels.softmax.VectorSoftmax;

/// The SIMD twins of all families. Loads vector classes: only [SimdSupport] may open this door.
final class VectorKernels {

    static final KernelSet INSTANCE = create();

    private VectorKernels() {
    }

    private static KernelSet create() {
        String description = "SIMD (" + Species.FLOAT.vectorBitSize() + "-bit vectors, " + Species.FLOAT.length()
                + " float lanes" + (VectorWidth.forcedBits() == 0 ? "" : ", forced by " + VectorWidth.PROPERTY) + ")";
        Activations activations = new VectorActivations();
        return new KernelSet(() -> description, new VectorGemm(activations), activations, new VectorFunctions(),
                new VectorSums(), new VectorSoftmax(), new VectorLosses(), new VectorNormalization(activations),
                new VectorOptimizers(), new VectorDropout());
    }
}
