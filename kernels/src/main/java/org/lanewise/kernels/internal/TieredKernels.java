// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.internal.activation.TieredActivations;
import org.lanewise.kernels.internal.family.Family;
import org.lanewise.kernels.internal.family.Tier;
import org.lanewise.kernels.internal.vm.AllocatedBytes;
import org.lanewise.kernels.internal.vm.SimdSupport;

/// All families, each on a [Tier] of its own.
public final class TieredKernels {

    private TieredKernels() {
    }

    public static Kernels of(Executor background) {
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
        TieredActivations activations = new TieredActivations(background);
        List<Tier<?>> tiers = new ArrayList<>();
        return KernelSet.of(() -> describe(tiers), new KernelSet.Source() {
            @Override
            public <F> F of(Family<F> family, Function<Kernels, F> member) {
                F tier = family.tiered(background, activations);
                tiers.add((Tier<?>) tier);
                return tier;
            }
        });
    }

    private static String describe(List<Tier<?>> tiers) {
        List<Tier<?>> warm = tiers.stream().filter(Tier::isSimd).toList();
        String simd = warm.isEmpty() ? "" : VectorKernels.INSTANCE.describe() + " for "
                + warm.stream().map(Tier::name).collect(Collectors.joining(", "));
        String scalar = tiers.stream().filter(tier -> !warm.contains(tier))
                .map(tier -> tier.name() + " (" + tier.delay() + ")").collect(Collectors.joining(", "));
        return "tiered: " + simd + (simd.isEmpty() || scalar.isEmpty() ? "" : "; ")
                + (scalar.isEmpty() ? "" : "scalar reference for " + scalar);
    }
}
