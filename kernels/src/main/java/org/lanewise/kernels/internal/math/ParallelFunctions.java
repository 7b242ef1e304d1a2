// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.math;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.team.Team;
import org.lanewise.kernels.math.Function;
import org.lanewise.kernels.math.Functions;

/// Splits elementary functions into blocks of elements.
final class ParallelFunctions implements Functions {

    /// Grain: fewest elements that are worth a part of their own.
    private static final long WORTHWHILE = 32_768;

    private final Functions functions;
    private final Team team;

    /// @param functions does each part
    ParallelFunctions(Functions functions, Team team) {
        this.functions = functions;
        this.team = team;
    }

    @Override
    public void apply(Function function, Matrix x, Matrix y) {
        FunctionChecks.apply(function, x, y);
        team.splitBlocks(x, WORTHWHILE, (row, rows, column, columns) -> functions.apply(function,
                x.block(row, rows, column, columns), y.block(row, rows, column, columns)));
    }
}
