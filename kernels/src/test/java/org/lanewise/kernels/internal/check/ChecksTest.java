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
}
