// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.optimizer;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.Team;

/// Splits optimizer steps by parameters. Where a rule refuses non-finite gradients, the calling thread looks through
/// all of them first, so that no part is written when another is refused.
public final class ParallelOptimizers implements Optimizers {

    /// Fewest parameters that are worth a thread of their own.
    private static final long WORTHWHILE = 16_384;

    /// Parts begin at multiples of so many parameters: two threads never write one cache line of an aligned array.
    private static final int UNIT = 64;

    private final Optimizers optimizers;
    private final Team team;

    /// @param optimizers does each part
    public ParallelOptimizers(Optimizers optimizers, Team team) {
        this.optimizers = optimizers;
        this.team = team;
    }

    @Override
    public void step(Optimizer optimizer, long step, float learningRate, float gradientScale, GradientRule rule,
            Matrix parameters, Matrix gradients, Matrix state) {
        OptimizerPass.check(optimizer, step, learningRate, gradientScale, rule, parameters, gradients, state);
        GradientRule partRule = rule;
        if (rule.refuseNonFinite()) {
            OptimizerPass.refuseNonFinite(gradients.data(), gradients.offset(), gradients.columns());
            partRule = new GradientRule(rule.clip(), rule.l1(), rule.l2(), false);
        }
        GradientRule checked = partRule;
        team.split(parameters.columns(), UNIT, WORTHWHILE, (from, to) -> optimizers.step(optimizer, step, learningRate,
                gradientScale, checked, parameters.columns(from, to - from), gradients.columns(from, to - from),
                state.columns(from, to - from)));
    }
}
