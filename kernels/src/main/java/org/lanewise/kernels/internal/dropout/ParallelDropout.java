// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.dropout;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.dropout.Dropout;
import org.lanewise.kernels.internal.team.Team;

/// Splits dropout by rows, or by elements where there are few rows without gaps. A mask depends on the index of its
/// element alone, so any thread may draw it.
final class ParallelDropout implements Dropout {

    /// Fewest elements that are worth a thread of their own.
    private static final long WORTHWHILE = 32_768;

    private final Dropout dropout;
    private final Team team;

    /// @param dropout does each part
    ParallelDropout(Dropout dropout, Team team) {
        this.dropout = dropout;
        this.team = team;
    }

    @Override
    public void apply(Matrix x, float probability, long seed, long stream, long firstIndex, Matrix y) {
        DropoutMask.check(x, probability, firstIndex, y);
        if (x.rows() < team.threads() && x.isContiguous() && y.isContiguous()) {
            Matrix from = Matrix.row(x.data(), x.offset(), (int) x.size());
            Matrix to = Matrix.row(y.data(), y.offset(), (int) y.size());
            team.split(from.columns(), DropoutMask.GROUP, WORTHWHILE,
                    (start, end) -> dropout.apply(from.columns(start, end - start), probability, seed, stream,
                            firstIndex + start, to.columns(start, end - start)));
            return;
        }
        team.split(x.rows(), 1, Math.max(1, WORTHWHILE / Math.max(1, x.columns())),
                (from, to) -> dropout.apply(x.rows(from, to - from), probability, seed, stream,
                        firstIndex + (long) from * x.columns(), y.rows(from, to - from)));
    }
}
