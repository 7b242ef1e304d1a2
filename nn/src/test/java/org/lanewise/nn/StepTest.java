// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.softmax.CrossEntropy;

/// A training step is done as a whole or not at all.
class StepTest {

    private static final int ROWS = 8;
    private static final Network NETWORK = Network.of(4, 1, Layer.batchNorm(), Layer.dense(6), Layer.batchNorm(),
            Layer.activate(Activation.RELU), Layer.dropout(0.2f), Layer.dense(3));
    private static final GradientRule CAREFUL = GradientRule.NONE.withRefuseNonFinite(true);

    private static Trainer trainer(Objective objective, Kernels kernels, LearningRate rate) {
        return new Trainer(Model.initial(NETWORK), kernels, TrainingOptions.of(objective).withLearningRate(rate)
                .withGradientRule(CAREFUL).withMaximumNorm(1f).withBatchSize(ROWS).withSeed(2));
    }

    private static void step(Trainer trainer, Objective objective, Matrix x, Matrix targets) {
        if (objective instanceof Objective.Regression) {
            trainer.step(x, targets);
        } else {
            trainer.step(x, new int[ROWS], 0);
        }
    }

    private static Matrix batch(int number) {
        return Samples.normal(new Random(number), ROWS, 4, Layout.STRIDED, 1f);
    }

    private static Matrix targets() {
        return Samples.normal(new Random(9), ROWS, 3, Layout.DENSE, 1f);
    }

    /// What a step that throws leaves is what was there before, and training goes on as if it had never been tried.
    private static void leavesNoTrace(Objective objective, Trainer tried, Class<? extends Throwable> kind,
            Runnable attempt) {
        Trainer never = trainer(objective, Kernels.reference(), LearningRate.constant(0.01f));
        for (int number = 1; number <= 3; number++) {
            Checkpoint before = tried.checkpoint();
            assertThrows(kind, attempt::run);
            SameBitsTest.assertSame(before, tried.checkpoint());
            step(tried, objective, batch(number), targets());
            step(never, objective, batch(number), targets());
            SameBitsTest.assertSame(never.checkpoint(), tried.checkpoint());
        }
    }

    private static Objective[] objectives() {
        return new Objective[] {Objective.classification(), Objective.regression(new Loss.SquaredError())};
    }

    @Test
    void aFeatureThatIsNoNumber() {
        for (Objective objective : objectives()) {
            for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
                Trainer trainer = trainer(objective, Kernels.reference(), LearningRate.constant(0.01f));
                Matrix x = batch(0);
                x.set(3, 1, value);
                leavesNoTrace(objective, trainer, ArithmeticException.class,
                        () -> step(trainer, objective, x, targets()));
            }
        }
    }

    @Test
    void aTargetThatIsNoNumber() {
        Objective objective = Objective.regression(new Loss.SquaredError());
        Trainer trainer = trainer(objective, Kernels.reference(), LearningRate.constant(0.01f));
        Matrix targets = targets();
        targets.set(0, 0, Float.NaN);
        leavesNoTrace(objective, trainer, ArithmeticException.class, () -> trainer.step(batch(0), targets));
    }

    @Test
    void aLearningRateThatIsNoNumberOrThrows() {
        float[] rate = {0.01f};
        for (Objective objective : objectives()) {
            Trainer trainer = trainer(objective, Kernels.reference(), step -> {
                if (rate[0] == 0f) {
                    throw new IllegalStateException("no rate for step " + step);
                }
                return rate[0];
            });
            for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f}) {
                Checkpoint before = trainer.checkpoint();
                rate[0] = bad;
                RuntimeException thrown = assertThrows(RuntimeException.class,
                        () -> step(trainer, objective, batch(0), targets()));
                rate[0] = 0.01f;
                assertEquals(bad == 0f ? "no rate for step " + (before.steps() + 1)
                        : "training step: the learning rate of step " + (before.steps() + 1) + " is " + bad
                                + "; it must be finite", thrown.getMessage());
                SameBitsTest.assertSame(before, trainer.checkpoint());
                step(trainer, objective, batch(1), targets());
            }
            assertEquals(4, trainer.steps());
        }
    }

    /// Lets the first, the second, … call of a kernel fail, until a step comes through.
    @Test
    void anyKernelThatFails() {
        for (Objective objective : objectives()) {
            int[] left = {Integer.MAX_VALUE};
            Error failure = new Error("the kernel fails");
            Trainer trainer = trainer(objective, Hooks.before(Kernels.reference(), _ -> {
                if (left[0]-- == 0) {
                    throw failure;
                }
            }), LearningRate.constant(0.01f));
            Trainer never = trainer(objective, Kernels.reference(), LearningRate.constant(0.01f));
            Checkpoint before = trainer.checkpoint();
            int failures = 0;
            while (trainer.steps() == 0) {
                left[0] = failures;
                try {
                    step(trainer, objective, batch(0), targets());
                } catch (Error e) {
                    assertSame(failure, e);
                    SameBitsTest.assertSame(before, trainer.checkpoint());
                    failures++;
                }
            }
            assertTrue(failures >= 13, "all kernel calls of a step, " + failures);
            step(never, objective, batch(0), targets());
            SameBitsTest.assertSame(never.checkpoint(), trainer.checkpoint());
        }
    }

    @Test
    void aStepThatFailsEndsAnEpochThatDoesNotCount() {
        Trainer trainer = trainer(Objective.classification(), Kernels.reference(), step -> {
            if (step == 5) {
                throw new IllegalStateException("no rate");
            }
            return 0.01f;
        });
        assertThrows(IllegalStateException.class, () -> trainer.fit(TestData.iris(), null, 2, Epoch.Listener.NONE));
        assertEquals(4, trainer.steps());
        assertEquals(0, trainer.epochs());
    }

    @Test
    void whatCanBeKnownBeforeIsRefusedWhenTheTrainerIsMade() {
        for (Matrix weights : List.of(Matrix.zeros(1, 2), Matrix.zeros(1, 4), Matrix.zeros(3, 1),
                Matrix.zeros(3, 1).transposed())) {
            Objective objective = new Objective.Classification(CrossEntropy.MEAN.withClassWeights(weights));
            assertThrows(IllegalArgumentException.class,
                    () -> trainer(objective, Kernels.reference(), LearningRate.constant(0.01f)));
        }
        assertEquals("trainer: class weights is 1×2; it must be 1×3", assertThrows(IllegalArgumentException.class,
                () -> trainer(new Objective.Classification(CrossEntropy.SUM.withClassWeights(Matrix.row(1f, 2f))),
                        Kernels.reference(), LearningRate.constant(0.01f))).getMessage());
    }
}
