// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.lanes;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.Team;

/// Splits column sums by columns. A sum over all elements stays on the calling thread, which reads memory as fast as it
/// comes.
public final class ParallelSums implements Sums {

    /// Fewest elements that are worth a thread of their own.
    private static final long WORTHWHILE = 32_768;

    private final Sums sums;
    private final Team team;

    /// @param sums does each part
    public ParallelSums(Sums sums, Team team) {
        this.sums = sums;
        this.team = team;
    }

    @Override
    public float sum(Matrix x) {
        return sums.sum(x);
    }

    @Override
    public double sumOfSquares(Matrix x) {
        return sums.sumOfSquares(x);
    }

    @Override
    public void columnSums(Matrix x, Matrix results) {
        SumsChecks.columnSums(x, results);
        team.split(x.columns(), Lanes.COUNT, Math.max(Lanes.COUNT, WORTHWHILE / Math.max(1, x.rows())),
                (from, to) -> sums.columnSums(x.columns(from, to - from), results.columns(from, to - from)));
    }
}
