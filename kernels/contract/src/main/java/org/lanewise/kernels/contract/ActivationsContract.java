// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.lanewise.kernels.contract.Samples.assertBlank;
import static org.lanewise.kernels.contract.Samples.assertSameBits;
import static org.lanewise.kernels.contract.Samples.blank;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.internal.activation.ActivationCatalogue;

/// The contract of [Activations]: the bits of the reference.
public interface ActivationsContract extends FamilyContract {

    /// All activations, those with parameters also with some that are not 1.
    List<Activation> ACTIVATIONS = ActivationCatalogue.ALL;

    @Test
    default void activationsHaveTheReferencesBits() {
        Random random = new Random(31);
        int turn = 0;
        for (Activation activation : ACTIVATIONS) {
            for (int columns : Samples.sizes()) {
                Layout layout = Layout.values()[turn % 3];
                int rows = 1 + turn % 4;
                Matrix z = turn % 2 == 0 ? Samples.special(random, rows, columns, layout)
                        : Samples.normal(random, rows, columns, layout, 3f);
                Matrix dy = Samples.normal(random, rows, columns, Layout.values()[(turn + 1) % 3], 1f);
                Passes expected = new Passes(rows, columns, layout);
                expected.run(Kernels.reference().activations(), activation, z, dy);
                Passes actual = new Passes(rows, columns, layout);
                actual.run(kernels().activations(), activation, z, dy);
                actual.assertSameAs(expected, activation + " of " + z);
                turn++;
            }
        }
    }

    @Test
    default void longRunsHaveTheReferencesBits() {
        Random random = new Random(36);
        for (Activation activation : ACTIVATIONS) {
            for (int columns : new int[] {4095, 4096, 5003}) {
                Matrix z = Samples.special(random, 1, columns, Layout.OFFSET);
                Matrix y = blank(1, columns, Layout.DENSE);
                Matrix derivative = blank(1, columns, Layout.OFFSET);
                Kernels.reference().activations().valueAndDerivative(activation, z, y, derivative);
                String what = activation + " of " + columns;
                Matrix actual = blank(1, columns, Layout.DENSE);
                Matrix inPlace = Samples.copy(z);
                kernels().activations().valueAndDerivative(activation, inPlace, inPlace, actual);
                assertSameBits(y, inPlace, "value in place, " + what);
                assertSameBits(derivative, actual, "derivative beside it, " + what);
                inPlace = Samples.copy(z);
                kernels().activations().valueAndDerivative(activation, inPlace, actual, inPlace);
                assertSameBits(y, actual, "value beside it, " + what);
                assertSameBits(derivative, inPlace, "derivative in place, " + what);
            }
        }
    }

    @Test
    default void activationsOfSpecialValuesHaveTheReferencesBits() {
        Matrix z = Matrix.row(Samples.specialValues());
        Matrix dy = Samples.special(new Random(32), 1, z.columns(), Layout.DENSE);
        for (Activation activation : ACTIVATIONS) {
            Passes expected = new Passes(1, z.columns(), Layout.DENSE);
            expected.run(Kernels.reference().activations(), activation, z, dy);
            Passes actual = new Passes(1, z.columns(), Layout.DENSE);
            actual.run(kernels().activations(), activation, z, dy);
            actual.assertSameAs(expected, activation + " of special values");
        }
    }

    @Test
    default void fusedActivationPassesAreTheirPartsInTurn() {
        Random random = new Random(33);
        Activations activations = kernels().activations();
        for (Activation activation : ACTIVATIONS) {
            Matrix z = Samples.special(random, 5, 77, Layout.STRIDED);
            Matrix dy = Samples.normal(random, 5, 77, Layout.OFFSET, 1f);
            Passes passes = new Passes(5, 77, Layout.STRIDED);
            passes.run(activations, activation, z, dy);
            assertSameBits(passes.value, passes.fusedValue, "value in one pass with the derivative, " + activation);
            Matrix dz = blank(5, 77, Layout.DENSE);
            activations.backward(passes.derivative, dy, dz);
            assertSameBits(passes.dz, dz, "backward from the derivative, " + activation);
            for (int row = 0; row < 5; row++) {
                for (int column = 0; column < 77; column++) {
                    float derivative = passes.derivative.get(row, column);
                    assertSameBits(derivative == 0f ? derivative : dy.get(row, column) * derivative,
                            dz.get(row, column), "dy times derivative, " + activation);
                }
            }
        }
    }

    @Test
    default void whereTheDerivativeIsZeroNoGradientPasses() {
        Random random = new Random(39);
        Activations activations = kernels().activations();
        for (Activation activation : ACTIVATIONS) {
            Matrix z = Samples.special(random, 3, 77, Layout.STRIDED);
            Matrix dy = Samples.special(random, 3, 77, Layout.OFFSET);
            Matrix y = blank(3, 77, Layout.DENSE);
            Matrix derivative = blank(3, 77, Layout.OFFSET);
            Matrix dz = blank(3, 77, Layout.STRIDED);
            Matrix fromDerivative = blank(3, 77, Layout.DENSE);
            activations.valueAndDerivative(activation, z, y, derivative);
            activations.backward(activation, z, dy, dz);
            activations.backward(derivative, dy, fromDerivative);
            assertSameBits(dz, fromDerivative, "with and without a stored derivative, " + activation);
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 77; j++) {
                    float slope = derivative.get(i, j);
                    assertSameBits(slope == 0f ? slope : dy.get(i, j) * slope, dz.get(i, j),
                            "gradient " + dy.get(i, j) + " times " + slope + ", " + activation);
                }
            }
        }
    }

    @Test
    default void parametricReluOfManyRowsHasTheReferencesBits() {
        Random random = new Random(40);
        for (int rows : new int[] {15, 16, 17, 33, 47, 80, 130}) {
            Matrix z = Samples.special(random, rows, 21, Layout.STRIDED);
            Matrix alpha = Samples.normal(random, 1, 21, Layout.OFFSET, 0.3f);
            alpha.set(0, 3, 0f);
            Matrix dy = Samples.special(random, rows, 21, Layout.OFFSET);
            ParametricPasses expected = new ParametricPasses(rows, 21, Layout.OFFSET);
            expected.run(Kernels.reference().activations(), z, alpha, dy);
            ParametricPasses actual = new ParametricPasses(rows, 21, Layout.OFFSET);
            actual.run(kernels().activations(), z, alpha, dy);
            actual.assertSameAs(expected, "parametric ReLU of " + z);
        }
    }

    @Test
    default void activationsOfAnElementDoNotDependOnItsPlace() {
        Matrix z = Samples.special(new Random(34), 1, 61, Layout.DENSE);
        for (Activation activation : ACTIVATIONS) {
            Matrix whole = blank(1, 61, Layout.DENSE);
            kernels().activations().value(activation, z, whole);
            for (int from = 0; from < 61; from += 7) {
                int count = Math.min(7, 61 - from);
                Matrix part = blank(1, count, Layout.OFFSET);
                kernels().activations().value(activation, z.columns(from, count), part);
                assertSameBits(whole.columns(from, count), part, activation + " from column " + from);
            }
        }
    }

    @Test
    default void activationsWorkInPlace() {
        Random random = new Random(35);
        Activations activations = kernels().activations();
        for (Activation activation : ACTIVATIONS) {
            for (int columns : new int[] {3, 16, 35, 130}) {
                Matrix z = Samples.special(random, 3, columns, Layout.STRIDED);
                Matrix dy = Samples.normal(random, 3, columns, Layout.STRIDED, 1f);
                Passes expected = new Passes(3, columns, Layout.DENSE);
                expected.run(Kernels.reference().activations(), activation, z, dy);
                String what = ", in place, 3×" + columns + ", " + activation;
                Matrix y = Samples.copy(z);
                activations.value(activation, y, y);
                assertSameBits(expected.value, y, "value" + what);
                Matrix derivative = blank(3, columns, Layout.DENSE);
                y = Samples.copy(z);
                activations.valueAndDerivative(activation, y, y, derivative);
                assertSameBits(expected.value, y, "value over z" + what);
                assertSameBits(expected.derivative, derivative, "derivative beside a value over z" + what);
                derivative = Samples.copy(z);
                y = blank(3, columns, Layout.DENSE);
                activations.valueAndDerivative(activation, derivative, y, derivative);
                assertSameBits(expected.value, y, "value beside a derivative over z" + what);
                assertSameBits(expected.derivative, derivative, "derivative over z" + what);
                Matrix dz = Samples.copy(z);
                activations.backward(activation, dz, dy, dz);
                assertSameBits(expected.dz, dz, "dz over z" + what);
                dz = Samples.copy(dy);
                activations.backward(activation, z, dz, dz);
                assertSameBits(expected.dz, dz, "dz over dy" + what);
                dz = Samples.copy(dy);
                activations.backward(expected.derivative, dz, dz);
                assertSameBits(expected.dz, dz, "dz over dy from the derivative" + what);
            }
        }
    }

    @Test
    default void parametricReluHasTheReferencesBits() {
        Random random = new Random(36);
        int turn = 0;
        for (int columns : Samples.sizes()) {
            Layout layout = Layout.values()[turn % 3];
            int rows = 1 + turn % 6;
            boolean special = turn % 2 == 0;
            Matrix z = special ? Samples.special(random, rows, columns, layout)
                    : Samples.normal(random, rows, columns, layout, 1f);
            Matrix alpha = Samples.normal(random, 1, columns, layout, 0.3f);
            Matrix dy = Samples.normal(random, rows, columns, layout, 1f);
            ParametricPasses expected = new ParametricPasses(rows, columns, layout);
            expected.run(Kernels.reference().activations(), z, alpha, dy);
            ParametricPasses actual = new ParametricPasses(rows, columns, layout);
            actual.run(kernels().activations(), z, alpha, dy);
            actual.assertSameAs(expected, "parametric ReLU of " + z);
            Matrix y = Samples.copy(z);
            kernels().activations().parametricRelu(y, alpha, y);
            assertSameBits(expected.y, y, "parametric ReLU in place, " + z);
            Matrix dz = Samples.copy(z);
            kernels().activations().parametricReluBackward(dz, alpha, dy, dz, actual.dAlpha);
            assertSameBits(expected.dz, dz, "parametric ReLU backward, dz over z, " + z);
            assertSameBits(expected.dAlpha, actual.dAlpha, "parametric ReLU backward, dAlpha, dz over z, " + z);
            dz = Samples.copy(dy);
            kernels().activations().parametricReluBackward(z, alpha, dz, dz, actual.dAlpha);
            assertSameBits(expected.dz, dz, "parametric ReLU backward, dz over dy, " + z);
            assertSameBits(expected.dAlpha, actual.dAlpha, "parametric ReLU backward, dAlpha, dz over dy, " + z);
            turn++;
        }
    }

    @Test
    default void parametricReluOfEqualSlopesIsLeakyRelu() {
        Matrix z = Samples.normal(new Random(37), 9, 50, Layout.STRIDED, 1f);
        Matrix alpha = blank(1, 50, Layout.DENSE);
        for (int column = 0; column < 50; column++) {
            alpha.set(0, column, 0.3f);
        }
        Matrix leaky = blank(9, 50, Layout.DENSE);
        Matrix parametric = blank(9, 50, Layout.DENSE);
        kernels().activations().value(new Activation.LeakyRelu(0.3f), z, leaky);
        kernels().activations().parametricRelu(z, alpha, parametric);
        assertSameBits(leaky, parametric, "parametric ReLU of slopes 0.3");
    }

    @Test
    default void activationsOfNothingDoNothing() {
        for (Matrix empty : List.of(Matrix.zeros(0, 5), Matrix.zeros(5, 0))) {
            Matrix row = Matrix.zeros(1, empty.columns());
            Matrix gradient = Samples.normal(new Random(38), 1, empty.columns(), Layout.OFFSET, 1f);
            Activations activations = kernels().activations();
            activations.value(Activation.SILU, empty, Matrix.zeros(empty.rows(), empty.columns()));
            activations.parametricReluBackward(empty, row, empty, empty, gradient);
            assertSameBits(row, gradient, "dAlpha of no rows");
        }
    }

    @Test
    default void activationsRefuseBadInput() {
        Activations activations = kernels().activations();
        Matrix z = Samples.normal(new Random(39), 3, 4, Layout.DENSE, 1f);
        Matrix y = blank(3, 4, Layout.OFFSET);
        Matrix other = blank(3, 4, Layout.OFFSET);
        Matrix wrong = blank(4, 3, Layout.OFFSET);
        Matrix shifted = Matrix.of(new float[20], 1, 3, 4, 4);
        Matrix overlapping = Matrix.of(shifted.data(), 2, 3, 4, 4);
        Activation relu = Activation.RELU;
        assertRefused(NullPointerException.class, "activation value: activation is null",
                () -> activations.value(null, z, y));
        assertRefused(NullPointerException.class, "activation value: z is null",
                () -> activations.value(relu, null, y));
        assertRefused(NullPointerException.class, "activation value: y is null",
                () -> activations.value(relu, z, null));
        assertRefused(IllegalArgumentException.class, "activation value: y is 4×3; it must be 3×4",
                () -> activations.value(relu, z, wrong));
        assertRefused(IllegalArgumentException.class, "activation value: y is a transposed view of 3×4; only products "
                + "take transposed views", () -> activations.value(relu, z, wrong.transposed()));
        assertRefused(IllegalArgumentException.class, "activation value: y (" + overlapping + ") overlaps z (" + shifted
                + "); they must not share elements", () -> activations.value(relu, shifted, overlapping));
        assertRefused(IllegalArgumentException.class, "activation value and derivative: derivative (" + y
                + ") overlaps y (" + y + "); they must not share elements",
                () -> activations.valueAndDerivative(relu, z, y, y));
        assertRefused(IllegalArgumentException.class, "activation value and derivative: derivative is 4×3; it must be "
                + "3×4", () -> activations.valueAndDerivative(relu, z, y, wrong));
        assertRefused(IllegalArgumentException.class, "activation backward: dy is 4×3; it must be 3×4",
                () -> activations.backward(relu, z, wrong, y));
        assertRefused(NullPointerException.class, "activation backward: derivative is null",
                () -> activations.backward(null, z, y));
        assertRefused(IllegalArgumentException.class, "activation backward: dz is 4×3; it must be 3×4",
                () -> activations.backward(z, other, wrong));
        assertRefused(IllegalArgumentException.class, "parametric ReLU: alpha is 1×3; it must be 1×4",
                () -> activations.parametricRelu(z, Matrix.zeros(1, 3), y));
        assertRefused(IllegalArgumentException.class, "parametric ReLU backward: dAlpha is 1×3; it must be 1×4",
                () -> activations.parametricReluBackward(z, Matrix.zeros(1, 4), other, y, Matrix.zeros(1, 3)));
        Matrix alpha = Matrix.zeros(1, 4);
        assertRefused(IllegalArgumentException.class, "parametric ReLU backward: dAlpha (" + alpha
                + ") overlaps alpha (" + alpha + "); they must not share elements",
                () -> activations.parametricReluBackward(z, alpha, other, y, alpha));
        assertBlank(y, "refused activation passes");
        assertBlank(other, "refused activation passes");
        assertBlank(wrong, "refused activation passes");
    }

    private void assertRefused(Class<? extends Exception> type, String message, Executable call) {
        Refusals.assertRefused(this, type, message, call);
    }

    /// The outputs of all passes of one activation.
    final class Passes {

        private final Matrix value;
        private final Matrix fusedValue;
        private final Matrix derivative;
        private final Matrix dz;

        private Passes(int rows, int columns, Layout layout) {
            value = blank(rows, columns, layout);
            fusedValue = blank(rows, columns, layout);
            derivative = blank(rows, columns, layout);
            dz = blank(rows, columns, layout);
        }

        private void run(Activations activations, Activation activation, Matrix z, Matrix dy) {
            activations.value(activation, z, value);
            activations.valueAndDerivative(activation, z, fusedValue, derivative);
            activations.backward(activation, z, dy, dz);
        }

        private void assertSameAs(Passes expected, String what) {
            assertSameBits(expected.value, value, "value, " + what);
            assertSameBits(expected.fusedValue, fusedValue, "value with derivative, " + what);
            assertSameBits(expected.derivative, derivative, "derivative, " + what);
            assertSameBits(expected.dz, dz, "backward, " + what);
        }
    }

    /// The outputs of the passes of parametric ReLU.
    final class ParametricPasses {

        private final Matrix y;
        private final Matrix dz;
        private final Matrix dAlpha;

        private ParametricPasses(int rows, int columns, Layout layout) {
            y = blank(rows, columns, layout);
            dz = blank(rows, columns, layout);
            dAlpha = blank(1, columns, layout);
        }

        private void run(Activations activations, Matrix z, Matrix alpha, Matrix dy) {
            activations.parametricRelu(z, alpha, y);
            activations.parametricReluBackward(z, alpha, dy, dz, dAlpha);
        }

        private void assertSameAs(ParametricPasses expected, String what) {
            assertSameBits(expected.y, y, "value, " + what);
            assertSameBits(expected.dz, dz, "dz, " + what);
            assertSameBits(expected.dAlpha, dAlpha, "dAlpha, " + what);
        }
    }
}
