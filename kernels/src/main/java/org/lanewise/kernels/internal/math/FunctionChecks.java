// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.math;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.check.Checks;
import org.lanewise.kernels.math.Function;

/// The checks of both twins of [org.lanewise.kernels.math.Functions].
final class FunctionChecks {

    private FunctionChecks() {
    }

    static void apply(Function function, Matrix x, Matrix y) {
        String operation = "function";
        Checks.notNull(operation, "function", function);
        Checks.plain(operation, "x", x);
        Checks.shape(operation, "y", y, x.rows(), x.columns());
        Checks.sameOrDisjoint(operation, "y", y, "x", x);
    }
}
