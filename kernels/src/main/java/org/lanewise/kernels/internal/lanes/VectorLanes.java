// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// The virtual lanes of [Lanes] in vector code.
///
/// A loop walks its row a vector at a time. With 16 hardware lanes, the sum stays in a register until the row ends and
/// then goes to the array of lanes. With fewer, each step adds to those lanes in the array that are its own: the round
/// trip through memory hides behind the loop's arithmetic. Loops write out both, in one `if` over [#ONE_REGISTER]: a
/// helper that takes and returns the sum would box it for good wherever C2 finds the loop, or its tail, cold at first
/// and does not inline the call. What does take a vector here is for loops that each row enters.
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

    /// Sets all lanes to +0, a vector at a time: what follows reads them as vectors, and no processor forwards several
    /// small stores to one large load.
    public static void clear(float[] lanes) {
        for (int lane = 0; lane < Lanes.COUNT; lane += SPECIES.length()) {
            FloatVector.zero(SPECIES).intoArray(lanes, lane);
        }
    }

    /// The total of a sum of which only the first vector's lanes have taken elements. The others hold +0, which changes
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

    /// Adds a stretch of a row to its lanes in memory. The stretch starts at lane 0: the elements of the row before it
    /// are a multiple of 16. No vector crosses a call, so that it may be called from anywhere.
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

    /// The sum of a whole row, in registers where they hold all lanes that it fills.
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
    /// As integers whose order is that of the floats: their maximum takes one instruction a step, that of floats six.
    public static float max(FloatVector x) {
        IntVector bits = x.viewAsIntegralLanes();
        int max = bits.lanewise(VectorOperators.XOR, bits.lanewise(VectorOperators.ASHR, 31)
                .lanewise(VectorOperators.LSHR, 1)).reduceLanes(VectorOperators.MAX);
        return Float.intBitsToFloat(max ^ (max >> 31) >>> 1);
    }
}
