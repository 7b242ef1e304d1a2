// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.dropout;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.dropout.Dropout;
import org.lanewise.kernels.internal.lanes.ScratchPool;
import org.lanewise.kernels.internal.lanes.Species;

/// The SIMD twin of [ScalarDropout].
final class VectorDropout implements Dropout {

    private static final VectorSpecies<Float> FLOAT = Species.FLOAT;
    private static final VectorSpecies<Integer> INT = Species.INT;
    private static final int WIDTH = INT.length();

    /// The words of a group's blocks.
    private final ScratchPool<int[]> pool = new ScratchPool<>(() -> new int[DropoutMask.WORDS]);

    /// The SIMD twin; it loads vector classes, so the Vector API must be there.
    VectorDropout() {
    }

    @Override
    public void apply(Matrix x, float probability, long seed, long stream, long firstIndex, Matrix y) {
        DropoutMask.check(x, probability, firstIndex, y);
        int threshold = DropoutMask.threshold(probability);
        float scale = DropoutMask.scale(threshold);
        boolean oneRun = x.isContiguous() && y.isContiguous();
        int runs = oneRun ? 1 : x.rows();
        int length = oneRun ? (int) x.size() : x.columns();
        int[] words = pool.take();
        for (int run = 0; run < runs; run++) {
            drop(x.data(), x.index(run, 0), y.data(), y.index(run, 0), length, threshold, scale, seed, stream,
                    firstIndex + (long) run * length, words);
        }
        pool.give(words);
    }

    /// Elements `firstIndex`, `firstIndex + 1`, … of the stream, group by group.
    private static void drop(float[] x, int xAt, float[] y, int yAt, int count, int threshold, float scale, long seed,
            long stream, long firstIndex, int[] words) {
        int before = (int) (firstIndex % DropoutMask.GROUP);
        long firstGroup = firstIndex / DropoutMask.GROUP;
        int groups = (int) ((before + (long) count + DropoutMask.GROUP - 1) / DropoutMask.GROUP);
        for (int group = 0; group < groups; group++) {
            VectorThreefry.sixteenBlocks(seed, stream, (firstGroup + group) * DropoutMask.LANES, words);
            int start = group * DropoutMask.GROUP - before;
            if (start >= 0 && start <= count - DropoutMask.GROUP) {
                dropGroup(x, xAt + start, y, yAt + start, threshold, scale, words);
            } else {
                dropPart(x, xAt, y, yAt, start, count, threshold, scale, words);
            }
        }
    }

    /// A group whose elements are all in the run. The sign of a difference, spread over the lane, stands in for a mask,
    /// which not every width has.
    ///
    /// Written out, here and in [#dropPart]: now and then C2 compiled a helper by itself, no longer inlined it, and
    /// boxed its vectors.
    private static void dropGroup(float[] x, int xAt, float[] y, int yAt, int threshold, float scale, int[] words) {
        for (int i = 0; i < DropoutMask.WORDS; i += WIDTH) {
            IntVector word = IntVector.fromArray(INT, words, i);
            IntVector low = word.lanewise(VectorOperators.AND, 0xffff).sub(threshold)
                    .lanewise(VectorOperators.ASHR, 31);
            FloatVector.fromArray(FLOAT, x, xAt + i).mul(scale).reinterpretAsInts()
                    .lanewise(VectorOperators.AND_NOT, low).reinterpretAsFloats().intoArray(y, yAt + i);
            IntVector high = word.lanewise(VectorOperators.LSHR, 16).sub(threshold)
                    .lanewise(VectorOperators.ASHR, 31);
            FloatVector.fromArray(FLOAT, x, xAt + i + DropoutMask.WORDS).mul(scale).reinterpretAsInts()
                    .lanewise(VectorOperators.AND_NOT, high).reinterpretAsFloats()
                    .intoArray(y, yAt + i + DropoutMask.WORDS);
        }
    }

    /// A group that the run covers in part. Whole vectors inside the run are processed as vectors, other elements one
    /// by one: masks are slow on processors without AVX-512.
    private static void dropPart(float[] x, int xAt, float[] y, int yAt, int start, int count, int threshold,
            float scale, int[] words) {
        for (int i = 0; i < DropoutMask.GROUP; i += WIDTH) {
            int from = Math.max(i, -start);
            int to = Math.min(i + WIDTH, count - start);
            if (to - from == WIDTH) {
                IntVector dropped = IntVector.fromArray(INT, words, i % DropoutMask.WORDS)
                        .lanewise(VectorOperators.LSHR, i / DropoutMask.WORDS * 16)
                        .lanewise(VectorOperators.AND, 0xffff).sub(threshold).lanewise(VectorOperators.ASHR, 31);
                FloatVector.fromArray(FLOAT, x, xAt + start + i).mul(scale).reinterpretAsInts()
                        .lanewise(VectorOperators.AND_NOT, dropped).reinterpretAsFloats()
                        .intoArray(y, yAt + start + i);
            } else {
                for (int j = from; j < to; j++) {
                    int bits = words[j % DropoutMask.WORDS] >>> j / DropoutMask.WORDS * 16 & 0xffff;
                    y[yAt + start + j] = bits < threshold ? 0f : x[xAt + start + j] * scale;
                }
            }
        }
    }
}
