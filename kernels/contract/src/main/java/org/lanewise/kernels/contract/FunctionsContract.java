// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.lanewise.kernels.contract.Samples.assertBlank;
import static org.lanewise.kernels.contract.Samples.assertSameBits;
import static org.lanewise.kernels.contract.Samples.blank;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.math.Function;
import org.lanewise.kernels.math.Functions;

/// The contract of [Functions]: the bits of the reference.
public interface FunctionsContract extends FamilyContract {

    @Test
    default void functionsHaveTheReferencesBits() {
        Random random = new Random(41);
        int turn = 0;
        for (Function function : Function.values()) {
            for (int columns : Samples.sizes()) {
                Layout layout = Layout.values()[turn % 3];
                int rows = 1 + turn % 4;
                Matrix x = turn % 2 == 0 ? Samples.special(random, rows, columns, layout)
                        : Samples.normal(random, rows, columns, layout, 3f);
                Matrix expected = blank(rows, columns, Layout.DENSE);
                Kernels.reference().functions().apply(function, x, expected);
                Matrix actual = blank(rows, columns, Layout.values()[(turn + 1) % 3]);
                kernels().functions().apply(function, x, actual);
                assertSameBits(expected, actual, function + " of " + x);
                kernels().functions().apply(function, x, x);
                assertSameBits(expected, x, function + " in place of " + x);
                turn++;
            }
        }
    }

    @Test
    default void functionsOfSpecialValuesHaveTheReferencesBits() {
        Matrix x = Matrix.row(Samples.specialValues());
        for (Function function : Function.values()) {
            Matrix expected = blank(1, x.columns(), Layout.DENSE);
            Kernels.reference().functions().apply(function, x, expected);
            Matrix actual = blank(1, x.columns(), Layout.OFFSET);
            kernels().functions().apply(function, x, actual);
            assertSameBits(expected, actual, function + " of special values");
        }
    }

    @Test
    default void functionsRefuseBadInput() {
        Functions functions = kernels().functions();
        Matrix x = Samples.normal(new Random(42), 3, 4, Layout.DENSE, 1f);
        Matrix y = blank(3, 4, Layout.OFFSET);
        Matrix wrong = blank(4, 3, Layout.OFFSET);
        Matrix shifted = Matrix.of(y.data(), y.offset() + 1, 3, 4, 4);
        assertRefused(NullPointerException.class, "function: function is null", () -> functions.apply(null, x, y));
        assertRefused(NullPointerException.class, "function: x is null", () -> functions.apply(Function.EXP, null, y));
        assertRefused(NullPointerException.class, "function: y is null", () -> functions.apply(Function.EXP, x, null));
        assertRefused(IllegalArgumentException.class, "function: y is 4×3; it must be 3×4",
                () -> functions.apply(Function.EXP, x, wrong));
        assertRefused(IllegalArgumentException.class, "function: x is a transposed view of 4×3; only products take "
                + "transposed views", () -> functions.apply(Function.EXP, x.transposed(), wrong));
        assertRefused(IllegalArgumentException.class, "function: y (" + y + ") overlaps x (" + shifted
                + "); they must not share elements", () -> functions.apply(Function.EXP, shifted, y));
        assertBlank(y, "a refused function");
        assertBlank(wrong, "a refused function");
    }

    private void assertRefused(Class<? extends Exception> type, String message, Executable call) {
        Refusals.assertRefused(this, type, message, call);
    }
}
