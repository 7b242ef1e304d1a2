// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import java.util.function.Supplier;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.dropout.Dropout;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.lanes.Sums;
import org.lanewise.kernels.loss.Losses;
import org.lanewise.kernels.math.Functions;
import org.lanewise.kernels.normalization.Normalization;
import org.lanewise.kernels.optimizer.Optimizers;
import org.lanewise.kernels.softmax.Softmax;

/// One implementation of each family.
///
/// @param description what they are now
record KernelSet(Supplier<String> description, Gemm gemm, Activations activations, Functions functions, Sums sums,
        Softmax softmax, Losses losses, Normalization normalization, Optimizers optimizers,
        Dropout dropout) implements Kernels {

    /// The same kernels under another description.
    KernelSet describedAs(String other) {
        return new KernelSet(() -> other, gemm, activations, functions, sums, softmax, losses, normalization,
                optimizers, dropout);
    }

    @Override
    public String describe() {
        return description.get();
    }

    @Override
    public String toString() {
        return describe();
    }
}
