// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.math;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Exercise;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.Tier;

/// Elementary functions on the reference until their SIMD twins are compiled.
public final class TieredFunctions extends Tier<Functions> implements Functions {

    /// @param reference does the calls before the switch
    /// @param background runs the warm-up
    public TieredFunctions(Functions reference, Executor background) {
        super("functions", reference, background);
    }

    @Override
    protected Functions twin() {
        return new VectorFunctions();
    }

    @Override
    protected List<Exercise<Functions>> exercises() {
        Matrix[] run = {Exercise.run(), Exercise.run()};
        Matrix[] ragged = {Exercise.ragged(), Exercise.ragged()};
        List<Exercise<Functions>> exercises = new ArrayList<>();
        for (Function function : Function.values()) {
            exercises.add(new Exercise<>(function.name(), family -> {
                family.apply(function, run[0], run[1]);
                family.apply(function, ragged[0], ragged[1]);
            }));
        }
        return exercises;
    }

    @Override
    public void apply(Function function, Matrix x, Matrix y) {
        now().apply(function, x, y);
    }
}
