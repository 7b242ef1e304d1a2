// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.optimizer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.family.Exercise;
import org.lanewise.kernels.internal.family.Family;
import org.lanewise.kernels.internal.team.Team;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;
import org.lanewise.kernels.optimizer.Optimizers;

/// Optimizer steps: what the family decides by itself.
public final class OptimizersFamily implements Family<Optimizers> {

    private static final int PARAMETERS = 1301;

    @Override
    public String name() {
        return "optimizers";
    }

    @Override
    public Optimizers reference() {
        return new ScalarOptimizers();
    }

    @Override
    public Optimizers twin(ArrayActivations activations) {
        return new VectorOptimizers();
    }

    @Override
    public Optimizers tiered(Executor background, ArrayActivations activations) {
        return new TieredOptimizers(background, activations);
    }

    @Override
    public Optimizers split(Optimizers kernels, Team team) {
        return new ParallelOptimizers(kernels, team);
    }

    @Override
    public List<Exercise<Optimizers>> exercises() {
        Matrix gradients = Exercise.matrix(1, PARAMETERS, 0);
        GradientRule all = GradientRule.NONE.withClip(1f).withL1(1e-3f).withL2(1e-3f).withRefuseNonFinite(true);
        List<Exercise<Optimizers>> exercises = new ArrayList<>();
        for (Optimizer optimizer : OptimizerCatalogue.ALL) {
            Matrix parameters = Exercise.matrix(1, PARAMETERS, 0);
            Matrix state = Matrix.zeros(optimizer.stateCount(), PARAMETERS);
            exercises.add(new Exercise<>(optimizer.toString(), family -> {
                family.step(optimizer, 1, 1e-6f, 1f, GradientRule.NONE, parameters, gradients, state);
                family.step(optimizer, 1, 1e-6f, 0.5f, all, parameters, gradients, state);
            }));
        }
        return exercises;
    }
}
