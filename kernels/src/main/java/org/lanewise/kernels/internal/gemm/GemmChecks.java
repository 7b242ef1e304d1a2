// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.internal.check.Checks;

/// The checks that both twins of [org.lanewise.kernels.gemm.Gemm] make before they write anything.
final class GemmChecks {

    private static final String MULTIPLY = "gemm";
    private static final String BATCH = "gemm batch";
    private static final String PACK = "gemm pack";

    private GemmChecks() {
    }

    static void multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        Checks.notNull(MULTIPLY, "A", a);
        Checks.notNull(MULTIPLY, "B", b);
        shapes(MULTIPLY, a, b.rows(), b.columns(), c, epilogue);
        Checks.disjoint(MULTIPLY, "C", c, "A", a);
        Checks.disjoint(MULTIPLY, "C", c, "B", b);
        outputs(a, c, epilogue);
        if (epilogue.derivative() != null) {
            Checks.disjoint(MULTIPLY, "derivative", epilogue.derivative(), "B", b);
        }
    }

    static void multiply(Matrix a, PackedMatrix b, Matrix c, Epilogue epilogue) {
        Checks.notNull(MULTIPLY, "A", a);
        Checks.notNull(MULTIPLY, "B", b);
        shapes(MULTIPLY, a, b.rows(), b.columns(), c, epilogue);
        Checks.disjoint(MULTIPLY, "C", c, "A", a);
        outputs(a, c, epilogue);
    }

    static void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep,
            Epilogue epilogue) {
        Checks.notNull(BATCH, "A", a);
        Checks.notNull(BATCH, "B", b);
        if (count < 0) {
            throw new IllegalArgumentException(BATCH + ": count is " + count + "; it must not be negative");
        }
        shapes(BATCH, a, b.rows(), b.columns(), c, epilogue);
        if (epilogue.derivative() != null) {
            throw new IllegalArgumentException(BATCH + ": the epilogue has a derivative; a batch stores none");
        }
        step("A", count, a, aStep);
        step("B", count, b, bStep);
        step("C", count, c, cStep);
        batchOutputs(count, c, cStep);
        apart(count, c, cStep, "A", a, aStep);
        apart(count, c, cStep, "B", b, bStep);
        if (epilogue.bias() != null) {
            apart(count, c, cStep, "bias", epilogue.bias(), 0);
        }
    }

    static void pack(Matrix b) {
        Checks.notNull(PACK, "B", b);
    }

    static void pack(Matrix b, PackedMatrix packed) {
        Checks.notNull(PACK, "B", b);
        Checks.notNull(PACK, "packed", packed);
        if (b.rows() != packed.rows() || b.columns() != packed.columns()) {
            throw new IllegalArgumentException(PACK + ": B is " + b.shape() + " and the packed matrix is "
                    + packed.rows() + "×" + packed.columns() + "; the shapes must be equal");
        }
    }

    /// The refusal of a [PackedMatrix] that another implementation made.
    static IllegalArgumentException foreign(PackedMatrix packed, String implementation) {
        return new IllegalArgumentException(MULTIPLY + ": packed B is a " + packed.getClass().getName()
                + "; it must come from pack() of " + implementation);
    }

    private static void shapes(String operation, Matrix a, int bRows, int bColumns, Matrix c, Epilogue epilogue) {
        Checks.plain(operation, "C", c);
        Checks.notNull(operation, "epilogue", epilogue);
        if (a.columns() != bRows) {
            throw new IllegalArgumentException(operation + ": A is " + a.shape() + " and B is " + bRows + "×"
                    + bColumns + "; A's columns (" + a.columns() + ") must equal B's rows (" + bRows + ")");
        }
        Checks.shape(operation, "C", c, a.rows(), bColumns);
        if (epilogue.bias() != null) {
            Checks.shape(operation, "bias", epilogue.bias(), 1, bColumns);
        }
    }

    private static void outputs(Matrix a, Matrix c, Epilogue epilogue) {
        Matrix bias = epilogue.bias();
        if (bias != null) {
            Checks.disjoint(MULTIPLY, "C", c, "bias", bias);
        }
        Matrix derivative = epilogue.derivative();
        if (derivative != null) {
            Checks.shape(MULTIPLY, "derivative", derivative, c.rows(), c.columns());
            Checks.disjoint(MULTIPLY, "derivative", derivative, "C", c);
            Checks.disjoint(MULTIPLY, "derivative", derivative, "A", a);
            if (bias != null) {
                Checks.disjoint(MULTIPLY, "derivative", derivative, "bias", bias);
            }
        }
    }

    private static void step(String name, int count, Matrix matrix, int step) {
        if (step < 0) {
            throw new IllegalArgumentException(
                    BATCH + ": the step of " + name + " is " + step + "; it must not be negative");
        }
        if (count > 0 && matrix.size() > 0 && end(count, matrix, step) > matrix.data().length) {
            throw new IllegalArgumentException(BATCH + ": " + count + " times " + name + " (" + matrix
                    + ") with step " + step + " ends at " + end(count, matrix, step) + "; the array has "
                    + matrix.data().length + " elements");
        }
    }

    /// Index of the first element of the `s`-th matrix of a checked batch. Empty matrices all start where the first
    /// does: their step was not checked against the array.
    static int start(Matrix matrix, int s, int step) {
        return matrix.size() == 0 ? matrix.offset() : (int) (matrix.offset() + (long) s * step);
    }

    /// Refuses Cs that overlap each other. The common case, one C behind the other, returns at once.
    private static void batchOutputs(int count, Matrix c, int cStep) {
        if (c.size() == 0 || c.offset() + (long) cStep >= end(1, c, 0)) {
            return;
        }
        for (int s = 1; s < count; s++) {
            long shift = (long) s * cStep;
            if (c.offset() + shift >= end(1, c, 0)) {
                return;
            }
            long column = shift % c.stride();
            if (column < c.columns() || column + c.columns() > c.stride()) {
                throw new IllegalArgumentException(BATCH + ": C (" + c + ") overlaps itself at step " + cStep
                        + "; the outputs must not share elements");
            }
        }
    }

    /// Refuses Cs whose range in an array meets the range of an input's matrices in the same array.
    private static void apart(int count, Matrix c, int cStep, String name, Matrix other, int step) {
        if (c.data() != other.data() || count == 0 || c.size() == 0 || other.size() == 0) {
            return;
        }
        if (c.offset() < end(count, other, step) && other.offset() < end(count, c, cStep)) {
            throw new IllegalArgumentException(BATCH + ": the range of C (" + c + ", step " + cStep + ") meets that of "
                    + name + " (" + other + ", step " + step + "); they must lie apart");
        }
    }

    private static long end(int count, Matrix matrix, int step) {
        int storedRows = matrix.isTransposed() ? matrix.columns() : matrix.rows();
        int storedColumns = matrix.isTransposed() ? matrix.rows() : matrix.columns();
        return matrix.offset() + (count - 1L) * step + (storedRows - 1L) * matrix.stride() + storedColumns;
    }
}
