// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.lanewise.kernels.activation.TieredActivations;
import org.lanewise.kernels.dropout.TieredDropout;
import org.lanewise.kernels.gemm.TieredGemm;
import org.lanewise.kernels.lanes.TieredSums;
import org.lanewise.kernels.loss.TieredLosses;
import org.lanewise.kernels.math.TieredFunctions;
import org.lanewise.kernels.normalization.TieredNormalization;
import org.lanewise.kernels.optimizer.TieredOptimizers;
import org.lanewise.kernels.softmax.TieredSoftmax;

/// All families, each on a [Tier] of its own.
final class TieredKernels {

    private TieredKernels() {
    }

    static Kernels of(Executor background) {
        Objects.requireNonNull(background, "tiered: background is null");
        if (SimdSupport.reasonAgainst() != null) {
            return BestKernels.INSTANCE;
        }
        String blind = AllocatedBytes.obstacle();
        if (blind != null) {
            System.getLogger("org.lanewise.kernels").log(Level.WARNING,
                    "Staying on the scalar reference, for its SIMD twin's warm-up cannot be watched: " + blind);
            return ReferenceKernels.INSTANCE.describedAs("scalar reference, because " + blind);
        }
        Kernels reference = ReferenceKernels.INSTANCE;
        TieredActivations activations = new TieredActivations(reference.activations(), background);
        TieredGemm gemm = new TieredGemm(activations, background);
        TieredFunctions functions = new TieredFunctions(reference.functions(), background);
        TieredSums sums = new TieredSums(reference.sums(), background);
        TieredSoftmax softmax = new TieredSoftmax(reference.softmax(), background);
        TieredLosses losses = new TieredLosses(reference.losses(), background);
        TieredNormalization normalization =
                new TieredNormalization(reference.normalization(), activations, background);
        TieredOptimizers optimizers = new TieredOptimizers(reference.optimizers(), background);
        TieredDropout dropout = new TieredDropout(reference.dropout(), background);
        List<Tier<?>> tiers = List.of(gemm, activations, functions, sums, softmax, losses, normalization, optimizers,
                dropout);
        return new KernelSet(() -> describe(tiers), gemm, activations, functions, sums, softmax, losses, normalization,
                optimizers, dropout);
    }

    private static String describe(List<Tier<?>> tiers) {
        List<Tier<?>> warm = tiers.stream().filter(Tier::isSimd).toList();
        String simd = warm.isEmpty() ? "" : VectorKernels.INSTANCE.describe() + " for "
                + warm.stream().map(Tier::family).collect(Collectors.joining(", "));
        String scalar = tiers.stream().filter(tier -> !warm.contains(tier))
                .map(tier -> tier.family() + " (" + tier.delay() + ")").collect(Collectors.joining(", "));
        return "tiered: " + simd + (simd.isEmpty() || scalar.isEmpty() ? "" : "; ")
                + (scalar.isEmpty() ? "" : "scalar reference for " + scalar);
    }
}
