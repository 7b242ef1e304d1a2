// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Matrix;

/// What the checks promise beside what the families rely on, which is the contract suite's.
class ChecksTest {

    @Test
    void whatMustNotOverlapMustBeThere() {
        Matrix x = Matrix.zeros(2, 3);
        assertEquals("pass: y is null", assertThrows(NullPointerException.class,
                () -> Checks.disjoint("pass", "y", null, "x", x)).getMessage());
        assertEquals("pass: x is null", assertThrows(NullPointerException.class,
                () -> Checks.disjoint("pass", "y", x, "x", null)).getMessage());
        assertEquals("pass: y is null", assertThrows(NullPointerException.class,
                () -> Checks.sameOrDisjoint("pass", "y", null, "x", x)).getMessage());
        assertEquals("pass: x is null", assertThrows(NullPointerException.class,
                () -> Checks.sameOrDisjoint("pass", "y", x, "x", null)).getMessage());
    }

    @Test
    void aNumberIsSaidAsItWasGiven() {
        assertEquals("pass: p is 1.1; it must be below 1", assertThrows(IllegalArgumentException.class,
                () -> Checks.parameter("pass", "p", 1.1f, false, "must be below 1")).getMessage());
        assertEquals("pass: p is 1.1; it must be below 1", assertThrows(IllegalArgumentException.class,
                () -> Checks.parameter("pass", "p", 1.1, false, "must be below 1")).getMessage());
        assertEquals("pass: n is 3; it must be below 1", assertThrows(IllegalArgumentException.class,
                () -> Checks.parameter("pass", "n", 3, false, "must be below 1")).getMessage());
        Checks.parameter("pass", "p", 0.1f, true, "must be below 1");
        Checks.parameter("pass", "p", 0.1, true, "must be below 1");
        Checks.parameter("pass", "n", 0, true, "must be below 1");
    }
}
