// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.optimizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernels.contract.Samples.assertClose;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.Golden;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;
import org.lanewise.kernels.optimizer.Optimizers;

/// The reference against independent values and against the published formulas in double.
class OptimizerFormulasTest {

    private static final JsonNode GOLDEN = Golden.file("optimizers.json");
    private static final Optimizers REFERENCE = new ScalarOptimizers();

    static Stream<Named<JsonNode>> goldenCases() {
        return StreamSupport.stream(GOLDEN.get("cases").spliterator(), false)
                .map(golden -> Named.of(golden.get("optimizer").asText(), golden));
    }

    @ParameterizedTest
    @MethodSource("goldenCases")
    void followsTheGoldenTrajectory(JsonNode expected) {
        Optimizer optimizer = optimizer(expected);
        float l2 = expected.get("optimizer").asText().equals("adam_l2") ? value(expected, "weight_decay") : 0f;
        GradientRule rule = GradientRule.NONE.withL2(l2).withRefuseNonFinite(true);
        Matrix parameters = Matrix.row(Golden.floats(GOLDEN.get("parameters")));
        Matrix state = Matrix.zeros(optimizer.stateCount(), parameters.columns());
        JsonNode trajectory = expected.get("trajectory");
        for (int step = 1; step <= trajectory.size(); step++) {
            Matrix gradients = Matrix.row(Golden.floats(GOLDEN.get("gradients").get(step - 1)));
            REFERENCE.step(optimizer, step, value(expected, "lr"), 1f, rule, parameters, gradients, state);
            assertClose(Golden.doubles(trajectory.get(step - 1)), parameters, 1e-6, optimizer + ", step " + step);
        }
        assertEquals(6, trajectory.size(), "golden steps");
    }

    private static Optimizer optimizer(JsonNode golden) {
        return switch (golden.get("optimizer").asText()) {
            case "sgd" -> new Optimizer.Sgd();
            case "momentum_ema" -> new Optimizer.AveragingMomentum(value(golden, "beta"));
            case "nesterov_pytorch" -> new Optimizer.Nesterov(value(golden, "momentum"));
            case "rmsprop" -> new Optimizer.RmsProp(value(golden, "rho"), value(golden, "eps"));
            case "adagrad" -> new Optimizer.Adagrad(value(golden, "eps"));
            case "adadelta" -> new Optimizer.Adadelta(value(golden, "rho"), value(golden, "eps"));
            case "adam", "adam_l2" -> adam(golden, 0f);
            case "adamw" -> adam(golden, value(golden, "weight_decay"));
            default -> throw new IllegalArgumentException("unknown golden case " + golden.get("optimizer"));
        };
    }

    private static Optimizer adam(JsonNode golden, float decay) {
        return Optimizer.Adam.DEFAULT.withBetas(value(golden, "beta1"), value(golden, "beta2"))
                .withEpsilon(value(golden, "eps")).withDecoupledDecay(decay);
    }

    private static float value(JsonNode golden, String name) {
        return (float) golden.get(name).asDouble();
    }

    /// A formula for one parameter in double, with as many state values as it needs.
    private interface Formula {
        double next(double p, double g, double[] s, int t);
    }

    private record Case(Optimizer optimizer, Formula formula) {

        @Override
        public String toString() {
            return optimizer.toString();
        }
    }

    private static final double RATE = 0.05f;

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        double b = 0.9f;
        cases.add(new Case(new Optimizer.Sgd(), (p, g, s, t) -> p - RATE * g));
        cases.add(new Case(new Optimizer.Momentum(0.9f), (p, g, s, t) -> {
            s[0] = b * s[0] + g;
            return p - RATE * s[0];
        }));
        cases.add(new Case(new Optimizer.AveragingMomentum(0.9f), (p, g, s, t) -> {
            s[0] = b * s[0] + (1 - b) * g;
            return p - RATE * s[0];
        }));
        cases.add(new Case(new Optimizer.Nesterov(0.9f), (p, g, s, t) -> {
            s[0] = b * s[0] + g;
            return p - RATE * (g + b * s[0]);
        }));
        cases.add(new Case(new Optimizer.RmsProp(0.9f, 1e-3f), (p, g, s, t) -> {
            s[0] = b * s[0] + (1 - b) * g * g;
            return p - RATE * g / (Math.sqrt(s[0]) + 1e-3f);
        }));
        cases.add(new Case(new Optimizer.Adagrad(1e-3f), (p, g, s, t) -> {
            s[0] += g * g;
            return p - RATE * g / (Math.sqrt(s[0]) + 1e-3f);
        }));
        cases.add(new Case(new Optimizer.Adadelta(0.9f, 1e-3f), (p, g, s, t) -> {
            s[0] = b * s[0] + (1 - b) * g * g;
            double d = Math.sqrt(s[1] + 1e-3f) / Math.sqrt(s[0] + 1e-3f) * g;
            s[1] = b * s[1] + (1 - b) * d * d;
            return p - RATE * d;
        }));
        for (float decay : new float[] {0f, 0.1f}) {
            for (boolean amsgrad : new boolean[] {false, true}) {
                cases.add(new Case(Optimizer.Adam.DEFAULT.withBetas(0.9f, 0.99f).withEpsilon(1e-3f)
                        .withDecoupledDecay(decay).withAmsgrad(amsgrad), (p, g, s, t) -> {
                    double b2 = 0.99f;
                    s[0] = b * s[0] + (1 - b) * g;
                    s[1] = b2 * s[1] + (1 - b2) * g * g;
                    s[2] = Math.max(s[2], s[1]);
                    double mHat = s[0] / (1 - Math.pow(b, t));
                    double vHat = (amsgrad ? s[2] : s[1]) / (1 - Math.pow(b2, t));
                    return p - RATE * decay * p - RATE * mHat / (Math.sqrt(vHat) + 1e-3f);
                }));
            }
        }
        return cases;
    }

    /// Gradients shrink over time, so that AMSGrad's largest v differs from v.
    @ParameterizedTest
    @MethodSource("cases")
    void followsThePublishedFormula(Case published) {
        int n = 40;
        Random random = new Random(91);
        Matrix parameters = Matrix.zeros(1, n);
        double[] expected = new double[n];
        double[][] states = new double[n][3];
        for (int i = 0; i < n; i++) {
            parameters.set(0, i, (float) random.nextGaussian());
            expected[i] = parameters.get(0, i);
        }
        Matrix state = Matrix.zeros(published.optimizer.stateCount(), n);
        Matrix gradients = Matrix.zeros(1, n);
        for (int t = 1; t <= 60; t++) {
            for (int i = 0; i < n; i++) {
                gradients.set(0, i, (float) (random.nextGaussian() / t));
                expected[i] = published.formula.next(expected[i], gradients.get(0, i), states[i], t);
            }
            REFERENCE.step(published.optimizer, t, (float) RATE, 1f, GradientRule.NONE, parameters, gradients, state);
        }
        assertClose(expected, parameters, 2e-6, published + " after 60 steps");
    }

    @Test
    void aRuleScalesThenClipsThenAddsPenalties() {
        float[] p = {2f, -3f, 0f, -0f, 0.5f, 1f};
        float[] g = {1f, -8f, 8f, -8f, 0f, -2f};
        Matrix parameters = Matrix.row(p.clone());
        GradientRule rule = GradientRule.NONE.withClip(1.5f).withL1(0.25f).withL2(0.5f).withRefuseNonFinite(true);
        REFERENCE.step(new Optimizer.Sgd(), 1, 1f, 0.5f, rule, parameters, Matrix.row(g), Matrix.zeros(0, 6));
        double[] used = {0.5 + 0.25 + 1, -1.5 - 0.25 - 1.5, 1.5, -1.5, 0.25 + 0.25, -1 + 0.25 + 0.5};
        for (int i = 0; i < p.length; i++) {
            assertEquals(p[i] - used[i], parameters.get(0, i), "parameter " + i);
        }
    }

    @Test
    void penaltiesAreTheGradientsOfTheirTerms() {
        float[] p = {1.25f, -0.75f, 3f};
        double l1 = 0.5;
        double l2 = 0.25;
        double h = 1e-6;
        Matrix parameters = Matrix.row(p.clone());
        GradientRule rule = GradientRule.NONE.withL1((float) l1).withL2((float) l2).withRefuseNonFinite(true);
        REFERENCE.step(new Optimizer.Sgd(), 1, 1f, 1f, rule, parameters, Matrix.zeros(1, 3), Matrix.zeros(0, 3));
        for (int i = 0; i < p.length; i++) {
            double above = l1 * Math.abs(p[i] + h) + l2 / 2 * (p[i] + h) * (p[i] + h);
            double below = l1 * Math.abs(p[i] - h) + l2 / 2 * (p[i] - h) * (p[i] - h);
            assertEquals((above - below) / (2 * h), p[i] - parameters.get(0, i), 1e-6, "penalty at " + p[i]);
        }
    }

    @Test
    void aGradientThatIsNotFinitePassesWithoutTheRequest() {
        Matrix parameters = Matrix.row(1f, 1f);
        REFERENCE.step(new Optimizer.Sgd(), 1, 1f, 1f, GradientRule.NONE, parameters,
                Matrix.row(Float.NaN, Float.POSITIVE_INFINITY), Matrix.zeros(0, 2));
        assertTrue(Float.isNaN(parameters.get(0, 0)), "a NaN gradient makes the parameter NaN");
        assertEquals(Float.NEGATIVE_INFINITY, parameters.get(0, 1));
    }

    @Test
    void decayFarBelowAFloatsResolutionOfOneIsNotLost() {
        Optimizer adamW = Optimizer.Adam.DEFAULT.withDecoupledDecay(0.01f);
        Matrix parameters = Matrix.zeros(1, 1000);
        double before = 0;
        for (int i = 0; i < 1000; i++) {
            parameters.set(0, i, 1f + i / 1000f);
            before += parameters.get(0, i);
        }
        Matrix state = Matrix.zeros(2, 1000);
        for (int step = 1; step <= 100; step++) {
            REFERENCE.step(adamW, step, 1e-4f, 1f, GradientRule.NONE, parameters, Matrix.zeros(1, 1000), state);
        }
        double after = 0;
        for (int i = 0; i < 1000; i++) {
            after += parameters.get(0, i);
        }
        assertEquals(1e-4, (before - after) / before, 2e-6, "share lost in 100 steps of η·λ = 1e-6");
    }

    @Test
    void theNormIsClippedToItsBoundAndSmallerNormsAreLeft() {
        assertEquals(0.5f, GradientRule.clippingNorm(16f, 2f));
        assertEquals(1f, GradientRule.clippingNorm(4f, 2f));
        assertEquals(1f, GradientRule.clippingNorm(0f, 2f));
        assertEquals(5e-20f, GradientRule.clippingNorm(4e38, 1f));
        assertEquals(0f, GradientRule.clippingNorm(Double.POSITIVE_INFINITY, 2f));
        assertEquals(1f, GradientRule.clippingNorm(Float.NaN, 2f));
        assertEquals("gradient rule: bound is 0.0; it must be positive", assertThrows(IllegalArgumentException.class,
                () -> GradientRule.clippingNorm(1f, 0f)).getMessage());
    }

    /// Without the refusal v becomes infinite and the parameter never moves again.
    @Test
    void aGradientThatWouldFreezeItsParameterIsRefusedAndNothingIsWritten() {
        GradientRule strict = GradientRule.NONE.withRefuseNonFinite(true);
        GradientRule clipped = GradientRule.NONE.withClip(1f).withRefuseNonFinite(true);
        for (Optimizer optimizer : List.of(Optimizer.Adam.DEFAULT, Optimizer.Adam.DEFAULT.withAmsgrad(true),
                new Optimizer.RmsProp(0.9f, 1e-8f), new Optimizer.Adagrad(1e-8f),
                new Optimizer.Adadelta(0.9f, 1e-6f))) {
            Matrix parameters = Matrix.zeros(1, 1500);
            Matrix gradients = Matrix.zeros(1, 1500);
            Matrix state = Matrix.zeros(optimizer.stateCount(), 1500);
            gradients.set(0, 1400, -1e22f);
            gradients.set(0, 1401, 1e22f);
            String message = assertThrows(ArithmeticException.class,
                    () -> REFERENCE.step(optimizer, 1, 0.1f, 1f, strict, parameters, gradients, state)).getMessage();
            assertEquals("optimizer step: gradient 1400 is -1.0E22, scaled by 1.0; the parameter or its state would "
                    + "not stay finite; nothing was written", message);
            // The scale counts, too, in both directions.
            gradients.set(0, 1400, -1f);
            gradients.set(0, 1401, 1f);
            assertThrows(ArithmeticException.class,
                    () -> REFERENCE.step(optimizer, 1, 0.1f, 1e22f, strict, parameters, gradients, state));
            for (int i = 0; i < 1500; i++) {
                assertEquals(0f, parameters.get(0, i));
                assertEquals(0f, state.get(0, i));
            }
            gradients.set(0, 1400, -1e22f);
            REFERENCE.step(optimizer, 1, 0.1f, 1e-22f, strict, parameters, gradients, state);
            REFERENCE.step(optimizer, 2, 0.1f, 1f, clipped, parameters, gradients, state);
            float moved = parameters.get(0, 1400);
            assertTrue(moved > 0f && moved < 1f, optimizer + " moved by " + moved);
        }
        Matrix large = Matrix.row(1e22f);
        REFERENCE.step(new Optimizer.Sgd(), 1, 0.1f, 1f, strict, Matrix.zeros(1, 1), large, Matrix.zeros(0, 1));
        assertThrows(ArithmeticException.class, () -> REFERENCE.step(new Optimizer.Sgd(), 1, 1e20f, 1f, strict,
                Matrix.zeros(1, 1), large, Matrix.zeros(0, 1)));
    }

    @Test
    void constantsOutOfRangeAreRefused() {
        List<Runnable> bad = List.of(() -> new Optimizer.Momentum(1f), () -> new Optimizer.AveragingMomentum(-0.1f),
                () -> new Optimizer.Nesterov(Float.NaN), () -> new Optimizer.RmsProp(0.9f, 0f),
                () -> new Optimizer.Adagrad(Float.POSITIVE_INFINITY), () -> new Optimizer.Adadelta(1f, 1e-6f),
                () -> Optimizer.Adam.DEFAULT.withBetas(1f, 0.9f),
                () -> Optimizer.Adam.DEFAULT.withBetas(0.9f, 1f),
                () -> Optimizer.Adam.DEFAULT.withBetas(0.9f, 0.9f).withEpsilon(-1f),
                () -> Optimizer.Adam.DEFAULT.withBetas(0.9f, 0.9f).withDecoupledDecay(-0.1f), () -> GradientRule.NONE
                        .withClip(0f),
                () -> GradientRule.NONE.withClip(Float.NaN), () -> GradientRule.NONE.withClip(1f).withL1(-1f),
                () -> GradientRule.NONE.withClip(1f).withL2(Float.POSITIVE_INFINITY));
        for (int i = 0; i < bad.size(); i++) {
            int number = i;
            String message = assertThrows(IllegalArgumentException.class, () -> bad.get(number).run(),
                    "bad constants " + i).getMessage();
            assertTrue(message.contains("; it must be "), message);
        }
    }
}
