// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.activation.ScalarActivations;
import org.lanewise.kernels.dropout.ScalarDropout;
import org.lanewise.kernels.gemm.ScalarGemm;
import org.lanewise.kernels.lanes.ScalarSums;
import org.lanewise.kernels.loss.ScalarLosses;
import org.lanewise.kernels.math.ScalarFunctions;
import org.lanewise.kernels.normalization.ScalarNormalization;
import org.lanewise.kernels.optimizer.ScalarOptimizers;
import org.lanewise.kernels.softmax.ScalarSoftmax;

/// The scalar twins of all families.
final class ReferenceKernels {

    static final KernelSet INSTANCE = create();

    private ReferenceKernels() {
    }

    private static KernelSet create() {
        Activations activations = new ScalarActivations();
        return new KernelSet(() -> "scalar reference", new ScalarGemm(activations), activations, new ScalarFunctions(),
                new ScalarSums(), new ScalarSoftmax(), new ScalarLosses(), new ScalarNormalization(activations),
                new ScalarOptimizers(), new ScalarDropout());
    }
}
