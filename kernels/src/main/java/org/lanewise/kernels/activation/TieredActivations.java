// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.activation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Exercise;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.Tier;

/// Activation passes on the reference until their SIMD twins are compiled.
public final class TieredActivations extends Tier<Activations> implements Activations {

    /// @param reference does the calls before the switch
    /// @param background runs the warm-up
    public TieredActivations(Activations reference, Executor background) {
        super("activations", reference, background);
    }

    @Override
    protected Activations twin() {
        return new VectorActivations();
    }

    @Override
    protected List<Exercise<Activations>> exercises() {
        Matrix[] run = {Exercise.run(), Exercise.run(), Exercise.run(), Exercise.run()};
        Matrix[] ragged = {Exercise.ragged(), Exercise.ragged(), Exercise.ragged(), Exercise.ragged()};
        Matrix slopes = Exercise.raggedRow();
        Matrix slopeGradients = Exercise.raggedRow();
        List<Exercise<Activations>> exercises = new ArrayList<>();
        for (Activation activation : ActivationCatalogue.ALL) {
            exercises.add(new Exercise<>(activation + " value", family -> {
                family.value(activation, run[0], run[1]);
                family.value(activation, ragged[0], ragged[1]);
            }));
            exercises.add(new Exercise<>(activation + " value and derivative", family -> {
                family.valueAndDerivative(activation, run[0], run[1], run[2]);
                family.valueAndDerivative(activation, ragged[0], ragged[1], ragged[2]);
            }));
            exercises.add(new Exercise<>(activation + " backward", family -> {
                family.backward(activation, run[0], run[3], run[2]);
                family.backward(activation, ragged[0], ragged[3], ragged[2]);
            }));
        }
        exercises.add(new Exercise<>("product with a derivative", family -> {
            family.backward(run[0], run[3], run[2]);
            family.backward(ragged[0], ragged[3], ragged[2]);
        }));
        exercises.add(new Exercise<>("parametric ReLU", family -> {
            family.parametricRelu(run[0], run[3], run[1]);
            family.parametricRelu(ragged[0], slopes, ragged[1]);
        }));
        exercises.add(new Exercise<>("parametric ReLU backward", family -> {
            family.parametricReluBackward(run[0], run[3], run[3], run[2], run[1]);
            family.parametricReluBackward(ragged[0], slopes, ragged[3], ragged[2], slopeGradients);
        }));
        return exercises;
    }

    @Override
    public void value(Activation activation, Matrix z, Matrix y) {
        now().value(activation, z, y);
    }

    @Override
    public void value(Activation activation, float[] z, int offset, int stride, int rows, int columns) {
        now().value(activation, z, offset, stride, rows, columns);
    }

    @Override
    public void valueAndDerivative(Activation activation, Matrix z, Matrix y, Matrix derivative) {
        now().valueAndDerivative(activation, z, y, derivative);
    }

    @Override
    public void valueAndDerivative(Activation activation, float[] z, int offset, int stride, float[] derivative,
            int derivativeOffset, int derivativeStride, int rows, int columns) {
        now().valueAndDerivative(activation, z, offset, stride, derivative, derivativeOffset, derivativeStride, rows,
                columns);
    }

    @Override
    public void backward(Activation activation, Matrix z, Matrix dy, Matrix dz) {
        now().backward(activation, z, dy, dz);
    }

    @Override
    public void backward(Matrix derivative, Matrix dy, Matrix dz) {
        now().backward(derivative, dy, dz);
    }

    @Override
    public void parametricRelu(Matrix z, Matrix alpha, Matrix y) {
        now().parametricRelu(z, alpha, y);
    }

    @Override
    public void parametricReluBackward(Matrix z, Matrix alpha, Matrix dy, Matrix dz, Matrix dAlpha) {
        now().parametricReluBackward(z, alpha, dy, dz, dAlpha);
    }
}
