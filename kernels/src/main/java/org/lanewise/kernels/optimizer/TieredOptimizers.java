// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.optimizer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Exercise;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.Tier;

/// Optimizer steps on the reference until their SIMD twins are compiled.
public final class TieredOptimizers extends Tier<Optimizers> implements Optimizers {

    private static final int PARAMETERS = 1301;

    /// @param reference does the calls before the switch
    /// @param background runs the warm-up
    public TieredOptimizers(Optimizers reference, Executor background) {
        super("optimizers", reference, background);
    }

    @Override
    protected Optimizers twin() {
        return new VectorOptimizers();
    }

    @Override
    protected List<Exercise<Optimizers>> exercises() {
        Matrix gradients = Exercise.matrix(1, PARAMETERS, 0);
        GradientRule all = new GradientRule(1f, 1e-3f, 1e-3f, true);
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

    @Override
    public void step(Optimizer optimizer, long step, float learningRate, float gradientScale, GradientRule rule,
            Matrix parameters, Matrix gradients, Matrix state) {
        now().step(optimizer, step, learningRate, gradientScale, rule, parameters, gradients, state);
    }
}
