// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.lanes;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// The virtual lanes of [Lanes] in vector code, and what else a loop across a row needs.
///
/// A loop walks its row a vector at a time and adds each vector with [#add]. With 16 hardware lanes the sum stays in
/// the register that `add` returns; with fewer, part of it waits in the array: the round trip through memory hides
/// behind the loop's arithmetic, and one loop serves all widths. [#total] ends the sum.
///
/// All methods are small enough to be inlined, so that no vector is boxed.
@SuppressWarnings("exports") // Whoever writes vector code requires the incubator module; others never see this class.
public final class VectorLanes {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final boolean ALL_IN_ONE = SPECIES.length() == Lanes.COUNT;

    private static final VectorShuffle<Float> BY_8 = rotation(8);
    private static final VectorShuffle<Float> BY_4 = rotation(4);
    private static final VectorShuffle<Float> BY_2 = rotation(2);
    private static final VectorShuffle<Float> BY_1 = rotation(1);

    private VectorLanes() {
    }

    private static VectorShuffle<Float> rotation(int by) {
        return VectorShuffle.iota(SPECIES, by % SPECIES.length(), 1, true);
    }

    /// Starts a sum: all lanes +0.
    public static FloatVector start(float[] lanes) {
        if (!ALL_IN_ONE) {
            Lanes.clear(lanes);
        }
        return FloatVector.zero(SPECIES);
    }

    /// Adds elements j, j + 1, … of a sum.
    ///
    /// @param sum what the last call returned
    /// @param j a multiple of the vector length
    public static FloatVector add(FloatVector sum, float[] lanes, int j, FloatVector elements) {
        if (ALL_IN_ONE) {
            return sum.add(elements);
        }
        FloatVector.fromArray(SPECIES, lanes, Lanes.of(j)).add(elements).intoArray(lanes, Lanes.of(j));
        return sum;
    }

    /// Adds those elements that are set in `mask`; the other lanes stay.
    public static FloatVector add(FloatVector sum, float[] lanes, int j, FloatVector elements, VectorMask<Float> mask) {
        if (ALL_IN_ONE) {
            return sum.add(elements, mask);
        }
        FloatVector.fromArray(SPECIES, lanes, Lanes.of(j)).add(elements, mask).intoArray(lanes, Lanes.of(j));
        return sum;
    }

    /// Adds products, each step an fma.
    public static FloatVector addProduct(FloatVector sum, float[] lanes, int j, FloatVector a, FloatVector b) {
        if (ALL_IN_ONE) {
            return a.fma(b, sum);
        }
        a.fma(b, FloatVector.fromArray(SPECIES, lanes, Lanes.of(j))).intoArray(lanes, Lanes.of(j));
        return sum;
    }

    /// Adds those products that are set in `mask`; the other lanes stay.
    public static FloatVector addProduct(FloatVector sum, float[] lanes, int j, FloatVector a, FloatVector b,
            VectorMask<Float> mask) {
        if (ALL_IN_ONE) {
            return sum.blend(a.fma(b, sum), mask);
        }
        FloatVector lane = FloatVector.fromArray(SPECIES, lanes, Lanes.of(j));
        lane.blend(a.fma(b, lane), mask).intoArray(lanes, Lanes.of(j));
        return sum;
    }

    /// Ends a sum: the lanes' total, as [Lanes#total(float\[\])] takes it.
    public static float total(FloatVector sum, float[] lanes) {
        return ALL_IN_ONE ? total(sum) : Lanes.total(lanes);
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
        if (ALL_IN_ONE) {
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
        if (!ALL_IN_ONE && n > SPECIES.length()) {
            Lanes.clear(lanes);
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
    static float sumOfSquares(float[] x, int at, int n, float[] lanes) {
        int whole = SPECIES.loopBound(n);
        if (!ALL_IN_ONE && n > SPECIES.length()) {
            Lanes.clear(lanes);
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
