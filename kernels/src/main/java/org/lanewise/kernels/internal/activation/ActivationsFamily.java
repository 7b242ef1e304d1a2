// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.family.Exercise;
import org.lanewise.kernels.internal.family.Family;
import org.lanewise.kernels.internal.team.Team;

/// Activation passes: what the family decides by itself.
public final class ActivationsFamily implements Family<Activations> {

    @Override
    public String name() {
        return "activations";
    }

    @Override
    public Activations reference() {
        return new ScalarActivations();
    }

    @Override
    public Activations twin(ArrayActivations activations) {
        return new VectorActivations();
    }

    @Override
    public Activations tiered(Executor background, ArrayActivations activations) {
        return activations;
    }

    @Override
    public Activations split(Activations kernels, Team team) {
        return new ParallelActivations(kernels, team);
    }

    @Override
    public List<Exercise<Activations>> exercises() {
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
}
