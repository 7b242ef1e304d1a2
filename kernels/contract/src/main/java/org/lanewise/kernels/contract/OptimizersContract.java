// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.lanewise.kernels.contract.Refusals.assertRefused;
import static org.lanewise.kernels.contract.Samples.assertSameBits;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.internal.optimizer.OptimizerCatalogue;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;

/// The contract of [org.lanewise.kernels.optimizer.Optimizers]: the bits of the reference after any number of steps.
public interface OptimizersContract extends FamilyContract {

    /// Every optimizer, each in all its branches.
    List<Optimizer> OPTIMIZERS = Stream.concat(OptimizerCatalogue.ALL.stream(),
            Stream.of(Optimizer.Adam.DEFAULT.withBetas(0.8f, 0.99f).withEpsilon(1e-6f).withAmsgrad(true))).toList();

    /// Gradient rules with each step of theirs alone, and all together.
    List<GradientRule> RULES = List.of(GradientRule.NONE, GradientRule.NONE.withClip(0.5f),
            GradientRule.NONE.withL1(0.01f),
            GradientRule.NONE.withL2(0.02f).withRefuseNonFinite(true),
            GradientRule.NONE.withClip(1.5f).withL1(0.003f).withL2(0.001f));

    @Test
    default void aThousandStepsHaveTheReferencesBits() {
        GradientRule all = GradientRule.NONE.withClip(1.5f).withL1(0.003f).withL2(0.001f).withRefuseNonFinite(true);
        for (Optimizer optimizer : OPTIMIZERS) {
            for (GradientRule rule : List.of(GradientRule.NONE, all)) {
                OptimizerRun expected = new OptimizerRun(optimizer, 37, Layout.DENSE, 71);
                OptimizerRun actual = new OptimizerRun(optimizer, 37, Layout.STRIDED, 71);
                float scale = rule == GradientRule.NONE ? 1f : 0.7f;
                for (int step = 1; step <= 1100; step++) {
                    expected.step(Kernels.reference(), step, scale, rule);
                    actual.step(kernels(), step, scale, rule);
                    if (step % 100 == 0) {
                        actual.assertSameAs(expected, optimizer + ", " + rule + ", step " + step);
                    }
                }
            }
        }
    }

    @Test
    default void anySizeAndLayoutHasTheReferencesBits() {
        for (Optimizer optimizer : OPTIMIZERS) {
            int turn = 0;
            for (int n : Samples.sizes()) {
                Layout layout = Layout.values()[turn % 3];
                GradientRule rule = RULES.get(turn % RULES.size());
                OptimizerRun expected = new OptimizerRun(optimizer, n, layout, n);
                OptimizerRun actual = new OptimizerRun(optimizer, n, layout, n);
                for (int step = 1; step <= 3; step++) {
                    expected.step(Kernels.reference(), step, 1f, rule);
                    actual.step(kernels(), step, 1f, rule);
                }
                actual.assertSameAs(expected, optimizer + ", " + rule + ", n = " + n + ", " + layout);
                turn++;
            }
        }
    }

    @Test
    default void specialValuesHaveTheReferencesBits() {
        Random random = new Random(72);
        int n = 203;
        for (Optimizer optimizer : OPTIMIZERS) {
            for (GradientRule rule : RULES) {
                GradientRule lenient = rule.withRefuseNonFinite(false);
                OptimizerRun expected = new OptimizerRun(optimizer, Samples.special(random, 1, n, Layout.OFFSET));
                OptimizerRun actual = expected.copy();
                for (int step = 1; step <= 3; step++) {
                    Matrix gradients = Samples.special(random, 1, n, Layout.OFFSET);
                    expected.step(Kernels.reference(), step, -2f, lenient, gradients);
                    actual.step(kernels(), step, -2f, lenient, gradients);
                }
                actual.assertSameAs(expected, optimizer + ", " + lenient);
            }
        }
    }

    @Test
    default void partsOfTheParametersStepAsTheWhole() {
        GradientRule rule = GradientRule.NONE.withClip(1.5f).withL1(0.003f).withL2(0.001f);
        int n = 1100;
        for (Optimizer optimizer : OPTIMIZERS) {
            OptimizerRun whole = new OptimizerRun(optimizer, n, Layout.OFFSET, 73);
            OptimizerRun parts = whole.copy();
            for (int step = 1; step <= 3; step++) {
                Matrix gradients = whole.gradients(step);
                whole.step(kernels(), step, 0.3f, rule, gradients);
                int[] cuts = {0, step, 17, 1040, 1041, n};
                for (int part = 1; part < cuts.length; part++) {
                    int from = cuts[part - 1];
                    int count = cuts[part] - from;
                    kernels().optimizers().step(optimizer, step, OptimizerRun.RATE, 0.3f, rule,
                            parts.parameters.columns(from, count), gradients.columns(from, count),
                            parts.state.columns(from, count));
                }
            }
            parts.assertSameAs(whole, optimizer + " in parts");
        }
    }

    @Test
    default void aRestoredStateGoesOnAsIfNeverStopped() {
        for (Optimizer optimizer : OPTIMIZERS) {
            OptimizerRun unbroken = new OptimizerRun(optimizer, 45, Layout.DENSE, 74);
            for (int step = 1; step <= 20; step++) {
                unbroken.step(kernels(), step, 1f, GradientRule.NONE);
            }
            OptimizerRun restored = unbroken.copy();
            for (int step = 21; step <= 40; step++) {
                unbroken.step(kernels(), step, 1f, GradientRule.NONE);
                restored.step(kernels(), step, 1f, GradientRule.NONE);
            }
            restored.assertSameAs(unbroken, optimizer + " restored");
        }
    }

    @Test
    default void noParametersIsNoWork() {
        for (Optimizer optimizer : OPTIMIZERS) {
            OptimizerRun none = new OptimizerRun(optimizer, 0, Layout.STRIDED, 75);
            none.step(kernels(), 1, 0.5f, RULES.getLast());
            none.assertSameAs(new OptimizerRun(optimizer, 0, Layout.STRIDED, 75), optimizer + " on nothing");
        }
    }

    @Test
    default void aNonFiniteGradientIsRefusedOnRequestAndNothingIsWritten() {
        GradientRule strict = GradientRule.NONE.withClip(1f).withRefuseNonFinite(true);
        for (Optimizer optimizer : OPTIMIZERS) {
            for (int n : new int[] {1, 17, 64, 1030}) {
                for (int at : new int[] {0, n / 2, n - 1}) {
                    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                        OptimizerRun before = new OptimizerRun(optimizer, n, Layout.STRIDED, 76);
                        OptimizerRun after = before.copy();
                        Matrix gradients = before.gradients(1);
                        gradients.set(0, at, bad);
                        assertRefused(this, ArithmeticException.class, "optimizer step: gradient " + at + " is " + bad
                                        + "; all must be finite; nothing was written",
                                () -> after.step(kernels(), 1, 1f, strict, gradients));
                        after.assertSameAs(before, "refused step");
                    }
                }
            }
        }
    }

    @Test
    default void badArgumentsOfAStepAreRefused() {
        Optimizer adam = Optimizer.Adam.DEFAULT;
        OptimizerRun run = new OptimizerRun(adam, 6, Layout.STRIDED, 77);
        Matrix p = run.parameters;
        Matrix g = run.gradients(1);
        Matrix s = run.state;
        refused(NullPointerException.class, "optimizer step: optimizer is null", null, 1, 1f, 1f, p, g, s);
        refused(NullPointerException.class, "optimizer step: parameters is null", adam, 1, 1f, 1f, null, g, s);
        refused(NullPointerException.class, "optimizer step: gradients is null", adam, 1, 1f, 1f, p, null, s);
        refused(NullPointerException.class, "optimizer step: state is null", adam, 1, 1f, 1f, p, g, null);
        assertRefused(this, NullPointerException.class, "optimizer step: rule is null",
                () -> kernels().optimizers().step(adam, 1, 1f, 1f, null, p, g, s));
        Class<IllegalArgumentException> illegal = IllegalArgumentException.class;
        refused(illegal, "optimizer step: step is 0; steps count from 1", adam, 0, 1f, 1f, p, g, s);
        refused(illegal, "optimizer step: learning rate is NaN; it must be finite", adam, 1, Float.NaN, 1f, p, g, s);
        refused(illegal, "optimizer step: gradient scale is Infinity; it must be finite", adam, 1, 1f,
                Float.POSITIVE_INFINITY, p, g, s);
        refused(illegal, "optimizer step: parameters is 2×6; it must be 1×6", adam, 1, 1f, 1f, Matrix.zeros(2, 6), g,
                s);
        refused(illegal, "optimizer step: gradients is 1×5; it must be 1×6", adam, 1, 1f, 1f, p, g.columns(0, 5), s);
        refused(illegal, "optimizer step: state is 1×6; it must be 2×6", adam, 1, 1f, 1f, p, g, s.rows(0, 1));
        refused(illegal, "optimizer step: state is 2×6; it must be 0×6", new Optimizer.Sgd(), 1, 1f, 1f, p, g, s);
        Matrix transposed = Matrix.zeros(6, 1).transposed();
        refused(illegal, "optimizer step: parameters is a transposed view of 1×6; only products take transposed views",
                adam, 1, 1f, 1f, transposed, g, s);
        refused(illegal, "optimizer step: parameters (" + p + ") overlaps gradients (" + p
                + "); they must not share elements", adam, 1, 1f, 1f, p, p, s);
        refused(illegal, "optimizer step: state (" + s + ") overlaps parameters (" + s.rows(1, 1)
                + "); they must not share elements", adam, 1, 1f, 1f, s.rows(1, 1), g, s);
        refused(illegal, "optimizer step: state (" + s + ") overlaps gradients (" + s.rows(0, 1)
                + "); they must not share elements", adam, 1, 1f, 1f, p, s.rows(0, 1), s);
        run.assertSameAs(new OptimizerRun(adam, 6, Layout.STRIDED, 77), "refused calls");
    }

    private void refused(Class<? extends RuntimeException> type, String message, Optimizer optimizer, long step,
            float rate, float scale, Matrix parameters, Matrix gradients, Matrix state) {
        assertRefused(this, type, message, () -> kernels().optimizers().step(optimizer, step, rate, scale,
                GradientRule.NONE, parameters, gradients, state));
    }

    /// Parameters on their way, with the optimizer's state.
    record OptimizerRun(Optimizer optimizer, Matrix parameters, Matrix state, Layout layout) {

        static final float RATE = 0.01f;

        OptimizerRun(Optimizer optimizer, int n, Layout layout, int seed) {
            this(optimizer, Samples.normal(new Random(seed), 1, n, layout, 1f), layout);
        }

        OptimizerRun(Optimizer optimizer, Matrix parameters) {
            this(optimizer, parameters, Layout.STRIDED);
        }

        private OptimizerRun(Optimizer optimizer, Matrix parameters, Layout layout) {
            this(optimizer, parameters, zeroState(optimizer, parameters.columns(), layout), layout);
        }

        private static Matrix zeroState(Optimizer optimizer, int n, Layout layout) {
            Matrix state = Samples.blank(optimizer.stateCount(), n, layout);
            for (int row = 0; row < state.rows(); row++) {
                for (int i = 0; i < n; i++) {
                    state.set(row, i, 0f);
                }
            }
            return state;
        }

        OptimizerRun copy() {
            return new OptimizerRun(optimizer, Samples.copy(parameters), Samples.copy(state), layout);
        }

        /// The same for every run of one size.
        Matrix gradients(int step) {
            return Samples.normal(new Random(1000 + step), 1, parameters.columns(), layout, 1f);
        }

        void step(Kernels kernels, int step, float scale, GradientRule rule) {
            step(kernels, step, scale, rule, gradients(step));
        }

        void step(Kernels kernels, int step, float scale, GradientRule rule, Matrix gradients) {
            kernels.optimizers().step(optimizer, step, RATE, scale, rule, parameters, gradients, state);
        }

        void assertSameAs(OptimizerRun expected, String what) {
            assertSameBits(expected.parameters, parameters, "parameters, " + what);
            assertSameBits(expected.state, state, "state, " + what);
        }
    }
}
