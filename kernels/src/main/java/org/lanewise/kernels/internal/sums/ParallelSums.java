// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.sums;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.team.Team;
import org.lanewise.kernels.sums.Sums;

/// Splits column sums by columns. A sum over all elements stays on the calling thread: one thread already reads at
/// memory bandwidth.
final class ParallelSums implements ForwardingSums {

    /// Grain: fewest elements that are worth a part of their own.
    private static final long WORTHWHILE = 32_768;

    private final Sums sums;
    private final Team team;

    /// @param sums does each part
    ParallelSums(Sums sums, Team team) {
        this.sums = sums;
        this.team = team;
    }

    @Override
    public Sums next() {
        return sums;
    }

    @Override
    public void columnSums(Matrix x, Matrix results) {
        SumsChecks.columnSums(x, results);
        team.split(x.columns(), Lanes.COUNT, Math.max(Lanes.COUNT, WORTHWHILE / Math.max(1, x.rows())),
                (from, to) -> sums.columnSums(x.columns(from, to - from), results.columns(from, to - from)));
    }
}
