// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.check;

import org.lanewise.kernels.Matrix;

/// The argument checks that all kernels share. Each runs before anything is written, so a call that throws leaves its
/// outputs untouched. The twins of a kernel make the same checks and throw the same messages.
public final class Checks {

    private Checks() {
    }

    /// @throws NullPointerException if `value` is null, naming the operation and the argument
    public static void notNull(String operation, String name, Object value) {
        if (value == null) {
            throw new NullPointerException(operation + ": " + name + " is null");
        }
    }

    /// Checks that a view is there and plain: elementwise passes walk rows, which a transposed view does not have.
    ///
    /// @throws NullPointerException if `matrix` is null
    /// @throws IllegalArgumentException if `matrix` is transposed
    public static void plain(String operation, String name, Matrix matrix) {
        notNull(operation, name, matrix);
        if (matrix.isTransposed()) {
            throw new IllegalArgumentException(operation + ": " + name + " is a transposed view of "
                    + matrix.shape() + "; only products take transposed views");
        }
    }

    /// Checks a plain view against the shape that the operation needs.
    ///
    /// @throws NullPointerException if `matrix` is null
    /// @throws IllegalArgumentException if `matrix` is transposed or has another shape
    public static void shape(String operation, String name, Matrix matrix, int rows, int columns) {
        plain(operation, name, matrix);
        if (matrix.rows() != rows || matrix.columns() != columns) {
            throw new IllegalArgumentException(operation + ": " + name + " is " + matrix.shape()
                    + "; it must be " + rows + "×" + columns);
        }
    }

    /// Checks that an output shares no element with an input.
    ///
    /// @throws NullPointerException if one of the two is null
    /// @throws IllegalArgumentException if the two overlap
    public static void disjoint(String operation, String outputName, Matrix output, String name, Matrix other) {
        notNull(operation, outputName, output);
        notNull(operation, name, other);
        if (output.overlaps(other)) {
            throw new IllegalArgumentException(operation + ": " + outputName + " (" + output + ") overlaps " + name
                    + " (" + other + "); they must not share elements");
        }
    }

    /// Checks that an output either is the very view of an input (in place) or shares no element with it.
    ///
    /// @throws NullPointerException if one of the two is null
    /// @throws IllegalArgumentException if the two overlap in part
    public static void sameOrDisjoint(String operation, String outputName, Matrix output, String name, Matrix other) {
        notNull(operation, outputName, output);
        notNull(operation, name, other);
        if (!output.isSameAs(other)) {
            disjoint(operation, outputName, output, name, other);
        }
    }

    /// Checks a scalar parameter's range.
    ///
    /// @param valid whether the value is in range
    /// @param range what the range is, as the message says it: `must be positive and finite`
    /// @throws IllegalArgumentException if not `valid`
    public static void parameter(String operation, String name, float value, boolean valid, String range) {
        if (!valid) {
            throw new IllegalArgumentException(operation + ": " + name + " is " + value + "; it " + range);
        }
    }

    /// The same for a double.
    ///
    /// @throws IllegalArgumentException if not `valid`
    public static void parameter(String operation, String name, double value, boolean valid, String range) {
        if (!valid) {
            throw new IllegalArgumentException(operation + ": " + name + " is " + value + "; it " + range);
        }
    }

    /// The same for a whole number, which the message gives without a point.
    ///
    /// @throws IllegalArgumentException if not `valid`
    public static void parameter(String operation, String name, long value, boolean valid, String range) {
        if (!valid) {
            throw new IllegalArgumentException(operation + ": " + name + " is " + value + "; it " + range);
        }
    }
}
