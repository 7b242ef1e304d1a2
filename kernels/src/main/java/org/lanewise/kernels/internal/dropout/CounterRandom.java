// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.dropout;

import java.util.Objects;

/// Stateless random numbers: each is a pure function of (seed, stream, index), whatever the order, the thread or the
/// machine.
///
/// The generator is Threefry4x32-20 (Salmon et al., 2011). Its key is the seed and the stream: every seed is valid, 0
/// too, and different pairs give unrelated numbers. Its counter is the index. Dropout masks use the same numbers, so
/// each purpose needs a stream of its own.
public final class CounterRandom {

    private CounterRandom() {
    }

    /// 32 random bits: word `index mod 4` of block `⌊index / 4⌋`.
    ///
    /// @param seed any value
    /// @param stream tells apart uses of one seed
    /// @param index which number of the stream, any value
    public static int intAt(long seed, long stream, long index) {
        long block = index >>> 2;
        return Threefry.word((int) index & 3, (int) block, (int) (block >>> 32), 0, 0, (int) seed,
                (int) (seed >>> 32), (int) stream, (int) (stream >>> 32));
    }

    /// Uniform in [0, 1): one of 2²⁴ multiples of 2⁻²⁴, all exact floats, from the upper bits of [#intAt].
    public static float uniformAt(long seed, long stream, long index) {
        return (intAt(seed, stream, index) >>> 8) * 0x1p-24f;
    }

    /// Uniform in 0 … bound − 1, by the multiply-and-shift of Lemire (2019) without its rejection: the probability of
    /// a value differs from 1/bound by less than 2⁻³².
    ///
    /// @throws IllegalArgumentException if `bound` is not positive
    public static int boundedAt(long seed, long stream, long index, int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("random: bound is " + bound + "; it must be positive");
        }
        return (int) (Integer.toUnsignedLong(intAt(seed, stream, index)) * bound >>> 32);
    }

    /// Normally distributed with mean 0 and deviation 1: the inverse of the normal distribution's cumulative function
    /// at one of 2³² evenly spaced probabilities, so that no value lies beyond ±6.34.
    ///
    /// The inverse is algorithm AS 241, PPND7 (Wichura, Applied Statistics 37, 1988), computed in double: relative
    /// error about 1e-7. Its branch for probabilities below e⁻²⁵ is left out, because 2⁻³³ is the smallest here.
    public static float gaussianAt(long seed, long stream, long index) {
        double fromHalf = (intAt(seed, stream, index) + 0.5) * 0x1p-32;
        return (float) normalQuantile(fromHalf);
    }

    /// Brings `values` into a random order (Fisher and Yates, in the form of Durstenfeld): for i from the last down to
    /// 1, exchanges element i with element [#boundedAt]`(seed, stream, i, i + 1)`.
    ///
    /// @throws NullPointerException if `values` is null
    public static void shuffle(int[] values, long seed, long stream) {
        Objects.requireNonNull(values, "shuffle: values is null");
        for (int i = values.length - 1; i > 0; i--) {
            int j = boundedAt(seed, stream, i, i + 1);
            int value = values[i];
            values[i] = values[j];
            values[j] = value;
        }
    }

    /// The normal quantile of the probability 1/2 + q, q in (−1/2, 1/2).
    static double normalQuantile(double q) {
        if (Math.abs(q) <= 0.425) {
            double r = 0.180625 - q * q;
            double numerator = ((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179;
            double denominator = ((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0;
            return q * numerator / denominator;
        }
        // StrictMath has the same bits in every tier and on every platform; Math.log has not.
        double r = Math.sqrt(-StrictMath.log(0.5 - Math.abs(q))) - 1.6;
        double numerator = ((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777;
        double denominator = (0.12021132975 * r + 0.73700164250) * r + 1.0;
        return Math.copySign(numerator / denominator, q);
    }
}
