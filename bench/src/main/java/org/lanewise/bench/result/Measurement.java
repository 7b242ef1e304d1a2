// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import org.lanewise.bench.problem.Problem;

/// The time that one implementation takes for one case.
///
/// @param nanoseconds typical time of one operation, see [Score]
/// @param error half the width of the interval around it, in nanoseconds
record Measurement(Problem problem, String implementation, double nanoseconds, double error) {

    /// The result in the family's unit.
    double value() {
        return problem.family().unit().of(nanoseconds, problem.cost());
    }

    /// The error in the family's unit: the same share of the value.
    double valueError() {
        return value() * error / nanoseconds;
    }
}
