// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.lanes.Species;

/// Passes over columns of C that register tiles have just written and that are still in L1.
final class TilePasses {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int LANES = SPECIES.length();

    private TilePasses() {
    }

    /// Copies a block between C and a tile of scratch.
    static void copy(float[] from, int at, int stride, float[] to, int toAt, int toStride, int rows, int columns) {
        int whole = SPECIES.loopBound(columns);
        VectorMask<Float> rest = SPECIES.indexInRange(whole, columns);
        for (int row = 0; row < rows; row++) {
            int source = at + row * stride;
            int target = toAt + row * toStride;
            for (int column = 0; column < whole; column += LANES) {
                FloatVector.fromArray(SPECIES, from, source + column).intoArray(to, target + column);
            }
            if (whole < columns) {
                FloatVector.fromArray(SPECIES, from, source + whole, rest).intoArray(to, target + whole, rest);
            }
        }
    }

    /// How many rows apart successive updates must be. A load that overlaps an earlier store in part waits for the
    /// store, some 30 cycles, and the processor takes both to be as wide as a vector, whatever their masks: a narrow
    /// row then waits for the row before.
    private static int apart(int stride, int columns) {
        int reach = Math.ceilDiv(columns, LANES) * LANES;
        return columns % LANES == 0 || stride == 0 ? 1 : Math.ceilDiv(reach, stride);
    }

    /// The row after `row`, in an order that takes each row once: 0, `apart`, 2·`apart`, …, then 1, 1 + `apart`, …
    private static int rowAfter(int row, int rows, int apart) {
        return row + apart < rows ? row + apart : (row + 1) % apart;
    }

    /// Writes sums + bias to C.
    ///
    /// @param sums C's own array; or a tile of scratch, from index 0 on, whose stride is `columns` in whole vectors
    static void addBias(float[] sums, Matrix c, int cAt, int rows, int columns, float[] bias, int biasAt) {
        int whole = SPECIES.loopBound(columns);
        VectorMask<Float> rest = SPECIES.indexInRange(whole, columns);
        float[] to = c.data();
        boolean here = sums == to;
        int stride = here ? c.stride() : Math.ceilDiv(columns, LANES) * LANES;
        int apart = here ? apart(stride, columns) : 1;
        for (int next = 0, row = 0; next < rows; next++) {
            int source = (here ? cAt : 0) + row * stride;
            int target = cAt + row * c.stride();
            row = rowAfter(row, rows, apart);
            for (int column = 0; column < whole; column += LANES) {
                FloatVector sum = FloatVector.fromArray(SPECIES, sums, source + column);
                sum.add(FloatVector.fromArray(SPECIES, bias, biasAt + column)).intoArray(to, target + column);
            }
            if (whole < columns) {
                FloatVector sum = FloatVector.fromArray(SPECIES, sums, source + whole, rest);
                sum.add(FloatVector.fromArray(SPECIES, bias, biasAt + whole, rest)).intoArray(to, target + whole, rest);
            }
        }
    }

    /// Writes max(sums + bias, 0) to C, where a NaN stays; the arguments are those of [#addBias].
    static void addBiasAndRectify(float[] sums, Matrix c, int cAt, int rows, int columns, float[] bias, int biasAt) {
        int whole = SPECIES.loopBound(columns);
        VectorMask<Float> rest = SPECIES.indexInRange(whole, columns);
        float[] to = c.data();
        boolean here = sums == to;
        int stride = here ? c.stride() : Math.ceilDiv(columns, LANES) * LANES;
        int apart = here ? apart(stride, columns) : 1;
        for (int next = 0, row = 0; next < rows; next++) {
            int source = (here ? cAt : 0) + row * stride;
            int target = cAt + row * c.stride();
            row = rowAfter(row, rows, apart);
            for (int column = 0; column < whole; column += LANES) {
                FloatVector sum = FloatVector.fromArray(SPECIES, sums, source + column);
                FloatVector z = sum.add(FloatVector.fromArray(SPECIES, bias, biasAt + column));
                z.blend(0f, z.compare(VectorOperators.LE, 0f)).intoArray(to, target + column);
            }
            if (whole < columns) {
                FloatVector sum = FloatVector.fromArray(SPECIES, sums, source + whole, rest);
                FloatVector z = sum.add(FloatVector.fromArray(SPECIES, bias, biasAt + whole, rest));
                z.blend(0f, z.compare(VectorOperators.LE, 0f)).intoArray(to, target + whole, rest);
            }
        }
    }
}
