// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;

/// One optimizer step after another over the same gradients.
public record OptimizerStep(String title, Optimizer optimizer, int parameters) implements Problem {

    /// The learning rate of every case.
    public static final float LEARNING_RATE = 1e-3f;

    @Override
    public Family family() {
        return Family.OPTIMIZERS;
    }

    @Override
    public String name() {
        return title + " " + Sizes.binary(parameters);
    }

    @Override
    public Cost cost() {
        int states = optimizer.stateCount();
        return Cost.update(parameters, 4 * (3 + 2 * states), 4 * (2 + states));
    }

    /// The parameters before the first step.
    public float[] start() {
        return Values.normal(parameters, 1f, 1);
    }

    /// The gradients of every step.
    public float[] gradients() {
        return Values.normal(parameters, 1f, 2);
    }

    @Override
    public Task with(Kernels kernels) {
        Matrix values = Matrix.row(start());
        Matrix gradients = Matrix.row(gradients());
        Matrix state = Matrix.zeros(optimizer.stateCount(), parameters);
        return new Task() {
            private long step;

            @Override
            public void run() {
                step++;
                kernels.optimizers().step(optimizer, step, LEARNING_RATE, 1f, GradientRule.NONE, values, gradients,
                        state);
            }

            @Override
            public float[][] results() {
                return new float[][] {values.data()};
            }
        };
    }
}
