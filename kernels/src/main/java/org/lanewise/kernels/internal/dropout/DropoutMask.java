// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.dropout;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.check.Checks;

/// Which random bits an element gets and what they decide; shared by the twins.
///
/// An element takes 16 bits, so the four words of a block serve eight elements. Indices are cut into groups of 128 = 8
/// × 16: element 16·s + l of a group takes bits s of the group's block l. So 16 lanes, each computing one block, yield
/// 128 neighbouring elements in order, without a shuffle at any width.
final class DropoutMask {

    /// Elements that the blocks of 16 lanes serve.
    static final int GROUP = 128;

    /// Words of those blocks: the first half of a group takes their low halves, the second half the high ones.
    static final int WORDS = 64;

    /// Lanes of a group, each with a block.
    static final int LANES = 16;

    private DropoutMask() {
    }

    static void check(Matrix x, float probability, long firstIndex, Matrix y) {
        Checks.plain("dropout", "x", x);
        Checks.shape("dropout", "y", y, x.rows(), x.columns());
        Checks.sameOrDisjoint("dropout", "y", y, "x", x);
        Checks.parameter("dropout", "probability", probability, probability >= 0f && probability < 1f,
                "must be in [0, 1)");
        if (firstIndex < 0 || firstIndex > Long.MAX_VALUE - x.size()) {
            throw new IllegalArgumentException("dropout: first index is " + firstIndex + "; it must be in [0, "
                    + (Long.MAX_VALUE - x.size()) + "], so that every element has an index");
        }
    }

    /// The 16-bit values below this are dropped: p·2¹⁶ rounded, but never all of them.
    static int threshold(float probability) {
        return Math.min(0xffff, Math.round(probability * 0x1p16f));
    }

    /// 1/(1 − p) for the p that the threshold stands for, so that the expectation of y is x.
    static float scale(int threshold) {
        return 0x1p16f / (0x10000 - threshold);
    }

    /// The 16 random bits of an element.
    static int bits(long seed, long stream, long index) {
        long block = LANES * (index / GROUP) + index % LANES;
        int place = (int) (index % GROUP) / LANES;
        int word = CounterRandom.intAt(seed, stream, 4 * block + place % 4);
        return place < 4 ? word & 0xffff : word >>> 16;
    }
}
