// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// The virtual lanes of [Lanes] in vector code.
///
/// A loop walks its row a vector at a time. With 16 hardware lanes the sum stays in a register until the row ends, then
/// goes to the array of lanes. With fewer, each step adds to the lanes of the array that belong to it; the loop's
/// arithmetic hides that round trip through memory. Each loop writes out both cases, in one `if` over [#ONE_REGISTER].
/// A helper that took and returned the sum would box it for good wherever C2 found the loop or its tail cold at first,
/// and did not inline the call. The helpers here that do take a vector are for code that every row executes.
@SuppressWarnings("exports") // Whoever writes vector code requires the incubator module; others never see this class.
public final class VectorLanes {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;

    /// Whether one register holds all virtual lanes.
    public static final boolean ONE_REGISTER = SPECIES.length() == Lanes.COUNT;

    private static final VectorShuffle<Float> BY_8 = rotation(8);
    private static final VectorShuffle<Float> BY_4 = rotation(4);
    private static final VectorShuffle<Float> BY_2 = rotation(2);
    private static final VectorShuffle<Float> BY_1 = rotation(1);

    private VectorLanes() {
    }

    private static VectorShuffle<Float> rotation(int by) {
        return VectorShuffle.iota(SPECIES, by % SPECIES.length(), 1, true);
    }

    /// Sets all lanes to +0 by vector stores: the lanes are read as vectors next, and no processor forwards several
    /// small stores to one wide load.
    public static void clear(float[] lanes) {
        for (int lane = 0; lane < Lanes.COUNT; lane += SPECIES.length()) {
            FloatVector.zero(SPECIES).intoArray(lanes, lane);
        }
    }

    /// The total of a sum whose elements all went to the first vector of lanes. The other lanes hold +0, which changes
    /// no sum that started from +0.
    public static float total(FloatVector sum) {
        FloatVector t = sum;
        if (SPECIES.length() > 8) {
            t = t.add(t.rearrange(BY_8));
        }
        if (SPECIES.length() > 4) {
            t = t.add(t.rearrange(BY_4));
        }
        if (SPECIES.length() > 2) {
            t = t.add(t.rearrange(BY_2));
        }
        return t.add(t.rearrange(BY_1)).lane(0);
    }

    /// Adds part of a row to its lanes in memory. The part starts at lane 0: the number of elements before it is a
    /// multiple of 16. No vector crosses a call, so this may be called from anywhere.
    private static void addAll(float[] x, int at, int n, float[] lanes) {
        int whole = SPECIES.loopBound(n);
        if (ONE_REGISTER) {
            FloatVector sum = FloatVector.fromArray(SPECIES, lanes, 0);
            for (int j = 0; j < whole; j += SPECIES.length()) {
                sum = sum.add(FloatVector.fromArray(SPECIES, x, at + j));
            }
            sum.intoArray(lanes, 0);
        } else {
            for (int j = 0; j < whole; j += SPECIES.length()) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, at + j);
                FloatVector.fromArray(SPECIES, lanes, Lanes.of(j)).add(v).intoArray(lanes, Lanes.of(j));
            }
        }
        for (int j = whole; j < n; j++) {
            lanes[Lanes.of(j)] += x[at + j];
        }
    }

    /// The sum of a whole row, in registers where they hold all lanes of the row.
    ///
    /// @param lanes scratch
    public static float sum(float[] x, int at, int n, float[] lanes) {
        if (!ONE_REGISTER && n > SPECIES.length()) {
            clear(lanes);
            addAll(x, at, n, lanes);
            return Lanes.total(lanes);
        }
        int whole = SPECIES.loopBound(n);
        FloatVector t = FloatVector.zero(SPECIES);
        for (int j = 0; j < whole; j += SPECIES.length()) {
            t = t.add(FloatVector.fromArray(SPECIES, x, at + j));
        }
        if (whole < n) {
            t = t.add(FloatVector.fromArray(SPECIES, x, at + whole, SPECIES.indexInRange(whole, n)));
        }
        // As total(FloatVector), written out: no vector may cross a call here either.
        if (SPECIES.length() > 8) {
            t = t.add(t.rearrange(BY_8));
        }
        if (SPECIES.length() > 4) {
            t = t.add(t.rearrange(BY_4));
        }
        if (SPECIES.length() > 2) {
            t = t.add(t.rearrange(BY_2));
        }
        return t.add(t.rearrange(BY_1)).lane(0);
    }

    /// The sum of a whole row's squares, each step an fma; otherwise as [#sum].
    public static float sumOfSquares(float[] x, int at, int n, float[] lanes) {
        int whole = SPECIES.loopBound(n);
        if (!ONE_REGISTER && n > SPECIES.length()) {
            clear(lanes);
            for (int j = 0; j < whole; j += SPECIES.length()) {
                FloatVector v = FloatVector.fromArray(SPECIES, x, at + j);
                v.fma(v, FloatVector.fromArray(SPECIES, lanes, Lanes.of(j))).intoArray(lanes, Lanes.of(j));
            }
            for (int j = whole; j < n; j++) {
                int lane = Lanes.of(j);
                lanes[lane] = Math.fma(x[at + j], x[at + j], lanes[lane]);
            }
            return Lanes.total(lanes);
        }
        FloatVector t = FloatVector.zero(SPECIES);
        for (int j = 0; j < whole; j += SPECIES.length()) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, at + j);
            t = v.fma(v, t);
        }
        if (whole < n) {
            FloatVector v = FloatVector.fromArray(SPECIES, x, at + whole, SPECIES.indexInRange(whole, n));
            t = v.fma(v, t);
        }
        // As total(FloatVector), written out: no vector may cross a call here either.
        if (SPECIES.length() > 8) {
            t = t.add(t.rearrange(BY_8));
        }
        if (SPECIES.length() > 4) {
            t = t.add(t.rearrange(BY_4));
        }
        if (SPECIES.length() > 2) {
            t = t.add(t.rearrange(BY_2));
        }
        return t.add(t.rearrange(BY_1)).lane(0);
    }

    /// The largest lane of a vector that holds no NaN; of zeros, +0.
    ///
    /// Compared as integers, whose order is that of the floats: an integer maximum is one instruction a step, a float
    /// maximum six.
    public static float max(FloatVector x) {
        IntVector bits = x.viewAsIntegralLanes();
        int max = bits.lanewise(VectorOperators.XOR, bits.lanewise(VectorOperators.ASHR, 31)
                .lanewise(VectorOperators.LSHR, 1)).reduceLanes(VectorOperators.MAX);
        return Float.intBitsToFloat(max ^ (max >> 31) >>> 1);
    }
}
