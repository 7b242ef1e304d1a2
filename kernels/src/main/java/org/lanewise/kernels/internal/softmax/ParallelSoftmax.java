// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.softmax;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.team.Team;
import org.lanewise.kernels.softmax.MaskedRows;
import org.lanewise.kernels.softmax.Softmax;

/// Splits softmax passes by rows. A cross-entropy is one sum over all rows and stays on the calling thread.
final class ParallelSoftmax implements ForwardingSoftmax {

    /// Grain: fewest elements that are worth a part of their own; waking a thread costs as much as a few thousand.
    private static final long WORTHWHILE = 16_384;

    /// Overhead of a row, in elements: 1024×10 takes as long as 64×1000.
    private static final long ROW = 60;

    private final Softmax softmax;
    private final Team team;

    /// @param softmax does each part
    ParallelSoftmax(Softmax softmax, Team team) {
        this.softmax = softmax;
        this.team = team;
    }

    @Override
    public Softmax next() {
        return softmax;
    }

    private void split(Matrix rows, Team.Part part) {
        team.split(rows.rows(), 1, Math.max(1, WORTHWHILE / (ROW + rows.columns())), part);
    }

    @Override
    public void softmax(Matrix z, MaskedRows masked, Matrix y) {
        SoftmaxChecks.softmax(z, masked, y);
        split(z, (from, to) -> softmax.softmax(z.rows(from, to - from), masked, y.rows(from, to - from)));
    }

    @Override
    public void logSoftmax(Matrix z, Matrix y) {
        SoftmaxChecks.forward("log-softmax", z, y);
        split(z, (from, to) -> softmax.logSoftmax(z.rows(from, to - from), y.rows(from, to - from)));
    }

    @Override
    public void softmaxBackward(Matrix y, Matrix dy, Matrix dz) {
        SoftmaxChecks.backward("softmax backward", y, dy, dz);
        split(y, (from, to) -> softmax.softmaxBackward(y.rows(from, to - from), dy.rows(from, to - from),
                dz.rows(from, to - from)));
    }

    @Override
    public void logSoftmaxBackward(Matrix y, Matrix dy, Matrix dz) {
        SoftmaxChecks.backward("log-softmax backward", y, dy, dz);
        split(y, (from, to) -> softmax.logSoftmaxBackward(y.rows(from, to - from), dy.rows(from, to - from),
                dz.rows(from, to - from)));
    }
}
