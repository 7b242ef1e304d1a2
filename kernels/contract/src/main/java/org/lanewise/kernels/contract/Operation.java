// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernels.contract.Refusals.assertRefused;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.lanewise.kernels.Matrix;

/// A call of kernels that is given one bad matrix at a time.
///
/// @param name the operation's name in error messages
/// @param call takes the arguments in their order
/// @param arguments its matrices
record Operation(String name, Consumer<Matrix[]> call, Argument... arguments) {

    /// The value of all elements before a call. No operation maps it to itself, as some map NaN to NaN, so a write
    /// shows.
    private static final float BEFORE = -3f;

    /// A matrix that an operation takes.
    ///
    /// @param fewestRows fewest rows that the operation takes
    /// @param mostRows most rows that the operation takes, and those of a good argument
    /// @param isOutput whether the operation writes it
    /// @param mayBeNull whether the operation accepts null
    /// @param mayBeTransposed whether the operation accepts transposed views
    /// @param sets whether its shape determines that of other arguments, so that a refusal may name one of those
    record Argument(String name, int fewestRows, int mostRows, int columns, boolean isOutput, boolean mayBeNull,
            boolean mayBeTransposed, boolean sets) {

        static Argument input(String name, int rows, int columns) {
            return new Argument(name, rows, rows, columns, false, false, false, false);
        }

        static Argument output(String name, int rows, int columns) {
            return new Argument(name, rows, rows, columns, true, false, false, false);
        }

        Argument optional() {
            return new Argument(name, fewestRows, mostRows, columns, isOutput, true, mayBeTransposed, sets);
        }

        Argument orTransposed() {
            return new Argument(name, fewestRows, mostRows, columns, isOutput, mayBeNull, true, sets);
        }

        Argument setsShapes() {
            return new Argument(name, fewestRows, mostRows, columns, isOutput, mayBeNull, mayBeTransposed, true);
        }

        /// The same with fewer rows, too.
        Argument orRows(int rows) {
            return new Argument(name, rows, mostRows, columns, isOutput, mayBeNull, mayBeTransposed, true);
        }

        Argument anyRows() {
            return orRows(0);
        }

        private long size() {
            return (long) mostRows * columns;
        }

        private Matrix fresh() {
            return filled(mostRows, columns);
        }
    }

    /// Asserts that each argument is refused that is null, transposed, of another shape, or, with an output, shares an
    /// element.
    void assertRefusesEachBadMatrix(FamilyContract contract) {
        call.accept(fresh());
        for (int i = 0; i < arguments.length; i++) {
            Argument argument = arguments[i];
            if (!argument.mayBeNull) {
                refused(contract, NullPointerException.class, i, null, "null");
            }
            if (!argument.mayBeTransposed) {
                refused(contract, IllegalArgumentException.class, i,
                        filled(argument.columns, argument.mostRows).transposed(),
                        "a transposed view of " + argument.mostRows + "×" + argument.columns
                                + "; only products take transposed views");
            }
            if (argument.fewestRows > 0) {
                misshapen(contract, i, argument.mostRows + 1, argument.columns);
                misshapen(contract, i, argument.fewestRows - 1, argument.columns);
            }
            misshapen(contract, i, argument.mostRows, argument.columns + 1);
            misshapen(contract, i, argument.mostRows, argument.columns - 1);
            for (int j = 0; j < arguments.length; j++) {
                if (argument.isOutput && i != j) {
                    overlapping(contract, i, j);
                }
            }
        }
    }

    private Matrix[] fresh() {
        return List.of(arguments).stream().map(Argument::fresh).toArray(Matrix[]::new);
    }

    private void misshapen(FamilyContract contract, int i, int rows, int columns) {
        Matrix[] given = fresh();
        given[i] = filled(rows, columns);
        String what = name + " with " + arguments[i].name + " of " + rows + "×" + columns;
        if (arguments[i].sets) {
            String message = assertThrows(IllegalArgumentException.class, () -> call.accept(given), what).getMessage();
            assertFalse(message.isBlank(), what);
            assertNothingWritten(given, what);
        } else {
            refused(contract, IllegalArgumentException.class, i, given[i], rows + "×" + columns + "; it must be "
                    + arguments[i].mostRows + "×" + arguments[i].columns);
        }
    }

    private void refused(FamilyContract contract, Class<? extends Exception> type, int i, Matrix bad, String is) {
        Matrix[] given = fresh();
        given[i] = bad;
        assertRefused(contract, type, name + ": " + arguments[i].name + " is " + is, () -> call.accept(given));
        assertNothingWritten(given, name + " with " + arguments[i].name + " that is " + is);
    }

    /// The last element of one is the first of the other.
    private void overlapping(FamilyContract contract, int i, int j) {
        Matrix[] given = fresh();
        float[] shared = filled(1, (int) (arguments[i].size() + arguments[j].size() - 1)).data();
        int meeting = (int) arguments[j].size() - 1;
        given[j] = Matrix.of(shared, 0, arguments[j].mostRows, arguments[j].columns, arguments[j].columns);
        given[i] = Matrix.of(shared, meeting, arguments[i].mostRows, arguments[i].columns, arguments[i].columns);
        String what = name + " with " + arguments[i].name + " that overlaps " + arguments[j].name;
        String message = assertThrows(IllegalArgumentException.class, () -> call.accept(given), what).getMessage();
        assertFalse(message.isBlank(), what);
        if (contract.speaksAsTheReference()) {
            assertTrue(message.startsWith(name + ": "), message);
        }
        assertNothingWritten(given, what);
    }

    private static Matrix filled(int rows, int columns) {
        Matrix matrix = Matrix.zeros(rows, columns);
        Arrays.fill(matrix.data(), BEFORE);
        return matrix;
    }

    private static void assertNothingWritten(Matrix[] given, String what) {
        for (Matrix matrix : given) {
            for (float value : matrix == null ? new float[0] : matrix.data()) {
                assertEquals(BEFORE, value, what);
            }
        }
    }
}
