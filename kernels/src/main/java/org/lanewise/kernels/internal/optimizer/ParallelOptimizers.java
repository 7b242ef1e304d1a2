// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.optimizer;

import java.util.concurrent.atomic.AtomicBoolean;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.team.Team;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;
import org.lanewise.kernels.optimizer.Optimizers;

/// Splits optimizer steps by parameters. Where a rule refuses non-finite gradients, all gradients are checked first, in
/// parts of their own, so that no part is written when another is refused.
final class ParallelOptimizers implements Optimizers {

    /// Grain: fewest parameters that are worth a part of their own.
    private static final long WORTHWHILE = 16_384;

    /// Parts begin at multiples of this many parameters, so that two threads never write one cache line of an aligned
    /// array.
    private static final int UNIT = 64;

    private final Optimizers optimizers;
    private final Team team;

    /// The rule of the last step that refused non-finite gradients, kept because most steps have the same rule and then
    /// make none.
    private volatile Refusing last = Refusing.of(GradientRule.NONE.withRefuseNonFinite(true));

    /// A rule that refuses non-finite gradients, and the same rule without the refusal, for gradients already checked.
    private record Refusing(GradientRule rule, GradientRule looked) {

        static Refusing of(GradientRule rule) {
            return new Refusing(rule, rule.withRefuseNonFinite(false));
        }
    }

    /// @param optimizers does each part
    ParallelOptimizers(Optimizers optimizers, Team team) {
        this.optimizers = optimizers;
        this.team = team;
    }

    @Override
    public void step(Optimizer optimizer, long step, float learningRate, float gradientScale, GradientRule rule,
            Matrix parameters, Matrix gradients, Matrix state) {
        OptimizerPass.check(optimizer, step, learningRate, gradientScale, rule, parameters, gradients, state);
        if (parameters.columns() < 2 * team.grain(WORTHWHILE)) {
            optimizers.step(optimizer, step, learningRate, gradientScale, rule, parameters, gradients, state);
            return;
        }
        if (rule.refuseNonFinite() && !areHarmless(gradients, gradientScale)) {
            OptimizerPass.refuseHarmful(optimizer, step, learningRate, gradientScale, rule, parameters, gradients,
                    state);
        }
        GradientRule partsRule = rule.refuseNonFinite() ? looked(rule) : rule;
        team.split(parameters.columns(), UNIT, WORTHWHILE, (from, to) -> optimizers.step(optimizer, step, learningRate,
                gradientScale, partsRule, parameters.columns(from, to - from), gradients.columns(from, to - from),
                state.columns(from, to - from)));
    }

    private boolean areHarmless(Matrix gradients, float gradientScale) {
        AtomicBoolean harmless = new AtomicBoolean(true);
        team.split(gradients.columns(), UNIT, WORTHWHILE, (from, to) -> {
            float largest = OptimizerPass.largestOf(gradients.data(), gradients.offset() + from, to - from);
            if (!OptimizerPass.isHarmless(largest, gradientScale)) {
                harmless.set(false);
            }
        });
        return harmless.get();
    }

    /// The rule for gradients that were already checked.
    private GradientRule looked(GradientRule rule) {
        Refusing refusing = last;
        if (!refusing.rule().equals(rule)) {
            refusing = Refusing.of(rule);
            last = refusing;
        }
        return refusing.looked();
    }
}
