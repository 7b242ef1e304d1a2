// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernels.contract.Samples.assertClose;
import static org.lanewise.kernels.internal.Golden.doubles;
import static org.lanewise.kernels.internal.Golden.floats;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.internal.Golden;

/// The reference of [Activations] against expected values, central differences, kinks and limits.
class ActivationsTest {

    private static final String ALL = "org.lanewise.kernels.contract.ActivationsContract#ACTIVATIONS";

    private final Activations activations = new ScalarActivations();

    private float value(Activation activation, float x) {
        Matrix y = Matrix.zeros(1, 1);
        activations.value(activation, Matrix.row(x), y);
        return y.get(0, 0);
    }

    private float derivative(Activation activation, float x) {
        Matrix y = Matrix.zeros(1, 1);
        Matrix derivative = Matrix.zeros(1, 1);
        activations.valueAndDerivative(activation, Matrix.row(x), y, derivative);
        return derivative.get(0, 0);
    }

    static Stream<JsonNode> goldenCases() {
        return StreamSupport.stream(Golden.file("activations.json").get("cases").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("goldenCases")
    void activationsHaveTheGoldenValues(JsonNode golden) {
        Activation activation = activation(golden.get("activation").asText(), golden.get("params"));
        Matrix z = Matrix.row(floats(golden.get("x")));
        Matrix y = Matrix.zeros(1, z.columns());
        Matrix derivative = Matrix.zeros(1, z.columns());
        activations.valueAndDerivative(activation, z, y, derivative);
        double[] expectedY = doubles(golden.get("y"));
        double[] expectedDerivative = doubles(golden.get("dydx"));
        assertClose(expectedY, y, 1e-6, "y of " + activation);
        assertClose(expectedDerivative, derivative, 1e-6, "derivative of " + activation);
        // The largest magnitude hides the small ones. The golden values themselves are good to some 1e-16.
        for (int i = 0; i < z.columns(); i++) {
            assertEquals(expectedY[i], y.get(0, i), 1e-5 * Math.abs(expectedY[i]) + 1e-15, activation + " of "
                    + z.get(0, i));
        }
    }

    private static Activation activation(String name, JsonNode parameters) {
        float alpha = (float) parameters.path("alpha").asDouble(1);
        float beta = (float) parameters.path("beta").asDouble(1);
        float gamma = (float) parameters.path("gamma").asDouble(1);
        return switch (name) {
            case "identity" -> Activation.IDENTITY;
            case "sigmoid" -> new Activation.Sigmoid(beta, gamma);
            case "tanh" -> Activation.TANH;
            case "relu" -> Activation.RELU;
            case "leaky_relu" -> new Activation.LeakyRelu(alpha);
            case "silu" -> new Activation.Silu(beta, gamma);
            case "elu" -> new Activation.Elu(alpha);
            case "softplus" -> new Activation.Softplus(beta, gamma);
            case "mish" -> new Activation.Mish(beta);
            case "squareplus" -> new Activation.Squareplus(beta);
            case "gelu_erf" -> Activation.GELU;
            case "gelu_tanh" -> new Activation.GeluTanh();
            default -> throw new IllegalArgumentException(name);
        };
    }

    @ParameterizedTest
    @FieldSource(ALL)
    void derivativesAreCentralDifferences(Activation activation) {
        double step = 1e-5;
        for (float x = -9.03f; x < 9f; x += 0.0411f) {
            double below = ActivationOracle.value(activation, x - step);
            double above = ActivationOracle.value(activation, x + step);
            assertEquals((above - below) / (2 * step), derivative(activation, x), 1e-6,
                    "derivative of " + activation + " at " + x);
        }
    }

    @Test
    void derivativesAtKinksAreTheStatedOnes() {
        for (float zero : new float[] {0f, -0f}) {
            assertEquals(0f, derivative(Activation.RELU, zero));
            assertEquals(0.3f, derivative(new Activation.LeakyRelu(0.3f), zero));
            assertEquals(0.7f, derivative(new Activation.Elu(0.7f), zero));
            assertEquals(0f, derivative(new Activation.Threshold(), zero));
            assertEquals(0f, derivative(new Activation.Sign(), zero));
            assertEquals(0f, derivative(new Activation.Squareplus(0f), zero));
        }
        assertEquals(0f, derivative(new Activation.HardSigmoid(), -3f));
        assertEquals(0f, derivative(new Activation.HardSigmoid(), 3f));
        assertEquals(1f / 6f, derivative(new Activation.HardSigmoid(), Math.nextDown(3f)));
        assertEquals(0f, derivative(new Activation.HardSwish(), -3f));
        assertEquals(1f, derivative(new Activation.HardSwish(), 3f));
        assertEquals(1.5f, derivative(new Activation.HardSwish(), Math.nextDown(3f)), 1e-6f);
    }

    @Test
    void stepsAreAtZero() {
        assertEquals(0f, value(new Activation.Threshold(), 0f));
        assertEquals(0f, value(new Activation.Threshold(), -Float.MIN_VALUE));
        assertEquals(1f, value(new Activation.Threshold(), Float.MIN_VALUE));
        assertEquals(-1f, value(new Activation.Sign(), -Float.MIN_VALUE));
        assertEquals(1f, value(new Activation.Sign(), Float.MIN_VALUE));
        Samples.assertSameBits(-0f, value(new Activation.Sign(), -0f), "sign of −0");
        Samples.assertSameBits(0f, value(Activation.RELU, -0f), "ReLU of −0");
    }

    @ParameterizedTest
    @FieldSource(ALL)
    void infinitiesGiveLimits(Activation activation) {
        for (float infinity : new float[] {Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}) {
            assertEquals((float) ActivationOracle.value(activation, infinity), value(activation, infinity),
                    1e-6f, activation + " of " + infinity);
            assertEquals((float) ActivationOracle.derivative(activation, infinity), derivative(activation, infinity),
                    1e-6f, "derivative of " + activation + " at " + infinity);
        }
    }

    @Test
    void limitsOfZeroKeepTheSideTheyAreReachedFrom() {
        for (Activation activation : new Activation[] {Activation.SILU, new Activation.Mish(1f), Activation.GELU,
            new Activation.GeluTanh(), new Activation.HardSwish()}) {
            Samples.assertSameBits(-0f, value(activation, Float.NEGATIVE_INFINITY), activation + " of −∞");
            Samples.assertSameBits(-0f, value(activation, -0f), activation + " of −0");
            Samples.assertSameBits(0f, value(activation, 0f), activation + " of 0");
        }
    }

    @ParameterizedTest
    @FieldSource(ALL)
    void nanPropagates(Activation activation) {
        assertTrue(Float.isNaN(value(activation, Float.NaN)), activation + " of NaN");
        boolean constantSlope = switch (activation) {
            case Activation.Identity(), Activation.Threshold(), Activation.Sign() -> true;
            default -> false;
        };
        assertEquals(!constantSlope, Float.isNaN(derivative(activation, Float.NaN)),
                "derivative of " + activation + " at NaN is NaN");
    }

    @Test
    void parametricReluAndItsGradientsAreTheFormulas() {
        Matrix z = Matrix.of(new float[] {1f, -2f, 0f, -4f, 5f, -6f}, 2, 3);
        Matrix alpha = Matrix.row(0.5f, 0.25f, 2f);
        Matrix y = Matrix.zeros(2, 3);
        activations.parametricRelu(z, alpha, y);
        Samples.assertSameBits(Matrix.of(new float[] {1f, -0.5f, 0f, -2f, 5f, -12f}, 2, 3), y, "y");
        Matrix dy = Matrix.of(new float[] {1f, 2f, 3f, 4f, 5f, 6f}, 2, 3);
        Matrix dz = Matrix.zeros(2, 3);
        Matrix dAlpha = Matrix.row(7f, 7f, 7f);
        activations.parametricReluBackward(z, alpha, dy, dz, dAlpha);
        Samples.assertSameBits(Matrix.of(new float[] {1f, 0.5f, 6f, 2f, 5f, 12f}, 2, 3), dz, "dz");
        Samples.assertSameBits(Matrix.row(-16f, -4f, -36f), dAlpha, "dAlpha");
    }

    @Test
    void parametersOutOfRangeAreRefused() {
        assertRefused("sigmoid: beta is 0.0; it must be positive and finite", () -> new Activation.Sigmoid(0f, 1f));
        assertRefused("sigmoid: gamma is NaN; it must be finite", () -> new Activation.Sigmoid(1f, Float.NaN));
        assertRefused("SiLU: beta is -1.0; it must be positive and finite", () -> new Activation.Silu(-1f, 1f));
        assertRefused("SiLU: gamma is Infinity; it must be finite",
                () -> new Activation.Silu(1f, Float.POSITIVE_INFINITY));
        assertRefused("leaky ReLU: alpha is NaN; it must be finite", () -> new Activation.LeakyRelu(Float.NaN));
        assertRefused("ELU: alpha is Infinity; it must be finite", () -> new Activation.Elu(Float.POSITIVE_INFINITY));
        assertRefused("softplus: beta is 0.0; it must be positive and finite", () -> new Activation.Softplus(0f, 1f));
        assertRefused("Mish: beta is NaN; it must be positive and finite", () -> new Activation.Mish(Float.NaN));
        assertRefused("squareplus: beta is -1.0; it must be finite and not negative",
                () -> new Activation.Squareplus(-1f));
    }

    private static void assertRefused(String message, Runnable creation) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, creation::run).getMessage());
    }
}
