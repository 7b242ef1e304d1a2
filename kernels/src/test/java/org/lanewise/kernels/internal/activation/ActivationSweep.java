// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.internal.ClaimedErrors;

/// Walks the floats, all of them or every so many, through an activation's passes.
final class ActivationSweep {

    /// What the Javadoc of [Activation] claims: the largest error of value and derivative in units in the last place
    /// of the exact result, and that of the derivative near its root in units of the last place of 1/16.
    record Bound(Activation activation, double value, double derivative, double nearRoot) {

        void assertHolds(Worst worst) {
            assertTrue(worst.value() <= value + ROUNDING && worst.derivative() <= derivative + ROUNDING
                    && worst.nearRoot() <= nearRoot + ROUNDING,
                    activation + ": " + worst + "; claimed are " + value + ", " + derivative + " and " + nearRoot);
        }

        /// Of a walk over all floats: the claims are what was found.
        void assertIsFound(Worst worst) {
            assertHolds(worst);
            assertTrue(worst.value() >= value - ROUNDING && worst.derivative() >= derivative - ROUNDING
                    && worst.nearRoot() >= nearRoot - ROUNDING,
                    activation + ": " + worst + "; claimed are " + value + ", " + derivative + " and " + nearRoot);
        }

        @Override
        public String toString() {
            return activation.toString();
        }
    }

    /// The Javadoc gives two decimals.
    private static final double ROUNDING = 0.005000001;

    /// The names of the Javadoc's table.
    private static final Map<String, Activation> NAMES = Map.ofEntries(
            Map.entry("identity", Activation.IDENTITY),
            Map.entry("threshold", new Activation.Threshold()),
            Map.entry("sign", new Activation.Sign()),
            Map.entry("ReLU", Activation.RELU),
            Map.entry("leaky ReLU (α = 0.01)", new Activation.LeakyRelu(0.01f)),
            Map.entry("sigmoid", Activation.SIGMOID),
            Map.entry("sigmoid (β = 1.7, γ = 0.6)", new Activation.Sigmoid(1.7f, 0.6f)),
            Map.entry("tanh", Activation.TANH),
            Map.entry("SiLU", Activation.SILU),
            Map.entry("SiLU (β = 1.7, γ = 0.6)", new Activation.Silu(1.7f, 0.6f)),
            Map.entry("ELU", new Activation.Elu(1f)),
            Map.entry("ELU (α = 0.5)", new Activation.Elu(0.5f)),
            Map.entry("softplus", new Activation.Softplus(1f, 1f)),
            Map.entry("softplus (β = 1.7, γ = 0.6)", new Activation.Softplus(1.7f, 0.6f)),
            Map.entry("Mish", new Activation.Mish(1f)),
            Map.entry("Mish (β = 1.7)", new Activation.Mish(1.7f)),
            Map.entry("squareplus (β = 0)", new Activation.Squareplus(0f)),
            Map.entry("squareplus (β = 4)", new Activation.Squareplus(4f)),
            Map.entry("GELU", Activation.GELU),
            Map.entry("GELU, tanh form", new Activation.GeluTanh()),
            Map.entry("hard sigmoid", new Activation.HardSigmoid()),
            Map.entry("hard swish", new Activation.HardSwish()));

    static final List<Bound> BOUNDS = bounds();

    private static List<Bound> bounds() {
        Map<String, double[]> claims = ClaimedErrors.ofActivations();
        assertEquals(NAMES.keySet(), claims.keySet(), "the activations in the table of Activation's Javadoc");
        return claims.entrySet().stream().map(claim -> new Bound(NAMES.get(claim.getKey()), claim.getValue()[0],
                claim.getValue()[1], claim.getValue()[2])).toList();
    }

    private static final int CHUNK = 1 << 16;

    private ActivationSweep() {
    }

    /// The largest error found, and where.
    record Worst(double value, float valueAt, double derivative, float derivativeAt, double nearRoot,
            float nearRootAt) {

        static final Worst NONE = new Worst(0, 0, 0, 0, 0, 0);

        Worst or(Worst other) {
            return new Worst(Math.max(value, other.value), other.value > value ? other.valueAt : valueAt,
                    Math.max(derivative, other.derivative),
                    other.derivative > derivative ? other.derivativeAt : derivativeAt,
                    Math.max(nearRoot, other.nearRoot), other.nearRoot > nearRoot ? other.nearRootAt : nearRootAt);
        }

        @Override
        public String toString() {
            String text = "value %.4f ULP at %a, derivative %.4f ULP at %a".formatted(value, valueAt, derivative,
                    derivativeAt);
            return nearRoot == 0 ? text : text + ", near its root %.4f at %a".formatted(nearRoot, nearRootAt);
        }
    }

    /// Asserts that two implementations return the same bits for every `stride`th float, value and derivative.
    static void assertSameBits(Activation activation, Activations expected, Activations actual, int stride) {
        chunks(stride).forEach(chunk -> {
            Matrix z = Matrix.row(floats(chunk, stride));
            Matrix y = Matrix.zeros(1, CHUNK);
            Matrix derivative = Matrix.zeros(1, CHUNK);
            expected.valueAndDerivative(activation, z, y, derivative);
            Matrix otherY = Matrix.zeros(1, CHUNK);
            Matrix otherDerivative = Matrix.zeros(1, CHUNK);
            actual.valueAndDerivative(activation, z, otherY, otherDerivative);
            compare(activation + ", value beside derivative", z, y, otherY);
            compare(activation + ", derivative", z, derivative, otherDerivative);
            actual.value(activation, z, otherY);
            compare(activation + ", value", z, y, otherY);
            // The gradient alternates between a finite one and an infinite one, which a derivative of 0 stops.
            Matrix dy = Matrix.zeros(1, CHUNK);
            for (int i = 0; i < CHUNK; i++) {
                dy.data()[i] = i % 3 == 0 ? Float.POSITIVE_INFINITY : -1.5f;
            }
            expected.backward(derivative, dy, y);
            actual.backward(activation, z, dy, otherY);
            compare(activation + ", backward", z, y, otherY);
        });
    }

    private static void compare(String what, Matrix z, Matrix expected, Matrix actual) {
        // Equal raw bits are the rule; element by element, any NaN equals any other.
        if (Arrays.mismatch(expected.data(), actual.data()) >= 0) {
            for (int i = 0; i < CHUNK; i++) {
                Samples.assertSameBits(expected.get(0, i), actual.get(0, i), what + " at " + z.get(0, i));
            }
        }
    }

    /// The largest errors of an implementation over every `stride`th float.
    static Worst worst(Activation activation, Activations activations, int stride) {
        return chunks(stride).mapToObj(chunk -> {
            Matrix z = Matrix.row(floats(chunk, stride));
            Matrix y = Matrix.zeros(1, CHUNK);
            Matrix derivative = Matrix.zeros(1, CHUNK);
            activations.valueAndDerivative(activation, z, y, derivative);
            return worst(activation, z.data(), y.data(), derivative.data());
        }).reduce(Worst.NONE, Worst::or);
    }

    static Worst worst(Activation activation, float[] z, float[] y, float[] derivative) {
        double root = ActivationOracle.root(activation);
        boolean saturates = !(activation instanceof Activation.Squareplus);
        Parabola[] parabolas = {Parabola.near(0x1p-60, activation), Parabola.near(-0x1p-60, activation),
            Parabola.beyond(512, activation), Parabola.beyond(-512, activation)};
        Worst worst = Worst.NONE;
        for (int i = 0; i < CHUNK; i++) {
            float x = z[i];
            float magnitude = Math.abs(x);
            int side = x < 0 ? 1 : 0;
            boolean far = saturates && magnitude > 256 && magnitude <= Float.MAX_VALUE;
            boolean near = magnitude < 0x1p-26f && magnitude > 0;
            double exact;
            double exactSlope;
            if (near || far) {
                Parabola parabola = parabolas[near ? side : 2 + side];
                exact = parabola.value(x);
                exactSlope = parabola.slope(x);
            } else {
                exact = ActivationOracle.value(activation, x);
                exactSlope = ActivationOracle.derivative(activation, x);
            }
            double value = error(y[i], exact, 0);
            boolean nearRoot = x < 0.3 * root && x > 2.5 * root;
            double slope = error(derivative[i], exactSlope, nearRoot ? 0x1p-4 : 0);
            if (value > worst.value || slope > (nearRoot ? worst.nearRoot : worst.derivative)) {
                worst = worst.or(nearRoot ? new Worst(value, x, 0, 0, slope, x) : new Worst(value, x, slope, x, 0, 0));
            }
        }
        return worst;
    }

    /// What the oracle is to within 2⁻⁴² of itself near 0 and, but for squareplus, far from it: nine floats of ten are
    /// there, and a walk over all would spend its time on their exponentials.
    private record Parabola(double constant, double linear, double quadratic) {

        static Parabola near(double x, Activation activation) {
            double slope = ActivationOracle.derivative(activation, x);
            double step = Math.copySign(0x1p-16, x);
            return new Parabola(ActivationOracle.value(activation, x) - slope * x, slope,
                    (ActivationOracle.derivative(activation, step) - slope) / (2 * step));
        }

        static Parabola beyond(double x, Activation activation) {
            double slope = ActivationOracle.derivative(activation, x);
            slope = Math.abs(slope) < 0x1p-200 ? 0 : slope;
            return new Parabola(ActivationOracle.value(activation, x) - slope * x, slope, 0);
        }

        double value(double x) {
            return constant + x * (linear + x * quadratic);
        }

        double slope(double x) {
            return linear + 2 * x * quadratic;
        }
    }

    /// The error in units in the last place of the exact result, or of `least` if that is larger. Infinite where one
    /// is NaN and the other is not, or where an exact result that is a float's infinity or not is the other.
    private static double error(float actual, double exact, double least) {
        if (actual == exact) {
            return 0;
        }
        if (Double.isNaN(exact) || Float.isNaN(actual)) {
            return Double.isNaN(exact) && Float.isNaN(actual) ? 0 : Double.POSITIVE_INFINITY;
        }
        if (Float.isInfinite(actual) || Double.isInfinite(exact)) {
            return actual == (float) exact ? 0 : Double.POSITIVE_INFINITY;
        }
        int exponent = Math.clamp(Math.getExponent(Math.max(Math.abs(exact), least)), Float.MIN_EXPONENT,
                Float.MAX_EXPONENT);
        // 2^(23 − exponent); Math.scalb would take most of a walk's time.
        return Math.abs(actual - exact) * Double.longBitsToDouble((1023L + 23 - exponent) << 52);
    }

    private static IntStream chunks(int stride) {
        if (Integer.bitCount(stride) != 1 && stride % 2 == 0) {
            fail("the stride " + stride + " must be odd or a power of two, to reach all exponents and fractions");
        }
        return IntStream.range(0, (int) ((1L << 32) / CHUNK / stride)).parallel();
    }

    private static float[] floats(int chunk, int stride) {
        float[] floats = new float[CHUNK];
        for (int i = 0; i < CHUNK; i++) {
            floats[i] = Float.intBitsToFloat((int) (((long) chunk * CHUNK + i) * stride));
        }
        return floats;
    }
}
