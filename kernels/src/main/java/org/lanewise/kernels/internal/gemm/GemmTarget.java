// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.lanewise.kernels.internal.gemm.GemmBlocks.Copies;
import org.lanewise.kernels.internal.gemm.GemmBlocks.InPlace;
import org.lanewise.kernels.internal.gemm.GemmBlocks.Loops;
import org.lanewise.kernels.internal.gemm.GemmBlocks.Updates;
import org.lanewise.kernels.internal.gemm.GemmBlocks.Wide;
import org.lanewise.kernels.internal.lanes.Species;
import org.lanewise.kernels.internal.vm.CacheSizes;

/// The classes of processors that have block sizes of their own. The numbers in brackets are entries of TUNING.md,
/// beside this file: what was measured, and what was tried. The class never changes the result's bits.
public enum GemmTarget {

    /// AVX-512 with an L2 of 2 MiB or more, such as Sapphire Rapids.
    AVX512_LARGE_L2(Blocks.OF_32_REGISTERS),

    /// AVX-512 with a smaller L2, such as Zen 4 and Zen 5, or one of unknown size.
    AVX512(Blocks.OF_32_REGISTERS),

    /// AVX2 with an L2 of 512 KiB or less, such as Zen 3.
    AVX2_SMALL_L2(Blocks.OF_16_REGISTERS),

    /// AVX2 with a larger L2, or one of unknown size [19].
    AVX2(Blocks.OF_16_REGISTERS),

    /// ARM with vectors of 128 bits.
    NEON(Blocks.OF_32_REGISTERS),

    /// ARM with longer vectors.
    SVE(Blocks.OF_32_REGISTERS),

    /// Any other: 16 vector registers, and vectors below 256 bits.
    DEFAULT(Blocks.OF_16_REGISTERS);

    /// System property, for measurements: the name of a target, such as `avx2-small-l2`, that replaces the one for this
    /// processor.
    public static final String PROPERTY = "lanewise.gemm.target";

    /// The target of this processor, or the one that the property names.
    public static final GemmTarget HERE = choose(System.getProperty(PROPERTY, ""), Registers.IS_ARM, Registers.COUNT,
            Species.FLOAT.vectorBitSize(), CacheSizes.here());

    private final GemmBlocks blocks;

    GemmTarget(GemmBlocks blocks) {
        this.blocks = blocks;
    }

    /// The block sizes that targets share until each is tuned by itself.
    private static final class Blocks {

        /// An L2 of this size or more holds a block of B and rows of A and C.
        static final long LARGE_L2 = 2L << 20;

        /// An L2 of this size or less does not hold a block of B.
        static final long SMALL_L2 = 1L << 19;

        static final GemmBlocks OF_32_REGISTERS = new GemmBlocks(
                new Loops(/* MR */ 12 /* [1] */, /* MC */ 12 /* [3] */, /* KC */ 512, /* KC·NC */ 1 << 18 /* [2] */),
                new InPlace(/* elements */ 50_000, /* rows */ 64 /* [9] */),
                new Copies(/* from */ 1 /* [4] */, /* strips from */ 193 /* [7] */),
                new Wide(/* rows */ 6, /* elements */ 1 << 23 /* [10] */),
                new Updates(/* rows */ 12, /* steps */ 4 /* [12] */));

        static final GemmBlocks OF_16_REGISTERS = new GemmBlocks(
                new Loops(/* MR */ 6 /* [13] */, /* MC */ 48, /* KC */ 512, /* KC·NC */ 1 << 18 /* [15] */),
                new InPlace(/* elements */ 1 << 16, /* rows */ 32 /* [17] */),
                new Copies(/* from */ 17, /* strips from */ 256 /* [16] */),
                new Wide(/* rows */ 0, /* elements */ Integer.MAX_VALUE),
                new Updates(/* rows */ 12, /* steps */ 4));
    }

    /// @param name a target's name; empty for the one that fits
    /// @param registers vector registers that C2 may use
    /// @param vectorBits width of the vectors in use, which may be below the processor's
    static GemmTarget choose(String name, boolean arm, int registers, int vectorBits, CacheSizes caches) {
        if (!name.isEmpty()) {
            for (GemmTarget target : values()) {
                if (target.toString().equals(name)) {
                    return target;
                }
            }
            System.getLogger("org.lanewise.kernels").log(Level.WARNING, "System property " + PROPERTY + " is \"" + name
                    + "\"; it must be one of " + Arrays.stream(values()).map(GemmTarget::toString)
                    .collect(Collectors.joining(", ")) + "; taking the one that fits");
        }
        if (arm) {
            return vectorBits > 128 ? SVE : NEON;
        }
        if (registers >= 32) {
            return caches.level2() >= Blocks.LARGE_L2 ? AVX512_LARGE_L2 : AVX512;
        }
        if (vectorBits < 256) {
            return DEFAULT;
        }
        return caches.level2() > 0 && caches.level2() <= Blocks.SMALL_L2 ? AVX2_SMALL_L2 : AVX2;
    }

    /// The sizes and thresholds of products.
    GemmBlocks blocks() {
        return blocks;
    }

    /// The name that the property takes.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
