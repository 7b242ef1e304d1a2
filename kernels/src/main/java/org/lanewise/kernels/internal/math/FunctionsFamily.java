// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.math;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.family.Exercise;
import org.lanewise.kernels.internal.family.Family;
import org.lanewise.kernels.internal.team.Team;
import org.lanewise.kernels.math.Function;
import org.lanewise.kernels.math.Functions;

/// Elementary functions: what the family decides by itself.
public final class FunctionsFamily implements Family<Functions> {

    @Override
    public String name() {
        return "functions";
    }

    @Override
    public Functions reference() {
        return new ScalarFunctions();
    }

    @Override
    public Functions twin(ArrayActivations activations) {
        return new VectorFunctions();
    }

    @Override
    public Functions tiered(Executor background, ArrayActivations activations) {
        return new TieredFunctions(background, activations);
    }

    @Override
    public Functions split(Functions kernels, Team team) {
        return new ParallelFunctions(kernels, team);
    }

    @Override
    public List<Exercise<Functions>> exercises() {
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
}
