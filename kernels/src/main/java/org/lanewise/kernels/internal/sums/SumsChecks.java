// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.sums;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.check.Checks;

/// The checks that both twins of [org.lanewise.kernels.sums.Sums] make.
final class SumsChecks {

    private SumsChecks() {
    }

    static void sum(String operation, Matrix x) {
        Checks.plain(operation, "x", x);
    }

    static void columnSums(Matrix x, Matrix sums) {
        Checks.plain("column sums", "x", x);
        Checks.shape("column sums", "sums", sums, 1, x.columns());
        Checks.disjoint("column sums", "sums", sums, "x", x);
    }
}
