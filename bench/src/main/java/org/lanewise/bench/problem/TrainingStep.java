// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.nn.BatchNormLayer;
import org.lanewise.nn.DenseLayer;
import org.lanewise.nn.Model;
import org.lanewise.nn.Objective;
import org.lanewise.nn.Trainer;
import org.lanewise.nn.TrainingOptions;

/// One step of training [DigitNetwork] with batch norm before each ReLU: forward, cross-entropy, backward, Adam. The
/// learning rate is so small that a hundred thousand steps on one batch leave the work as it is.
public record TrainingStep(int batch) implements Problem {

    /// The learning rate of every case.
    public static final float LEARNING_RATE = 1e-7f;

    private static final int ADAM_BYTES = 28;

    @Override
    public Family family() {
        return Family.TRAINING;
    }

    @Override
    public String name() {
        return "batch " + batch;
    }

    @Override
    public Cost cost() {
        double first = (double) DigitNetwork.WIDTHS.get(0) * DigitNetwork.WIDTHS.get(1);
        double products = DigitNetwork.products();
        // Forward, the weights' gradients, and the inputs' gradients of all layers but the first.
        double flops = 2.0 * batch * (3 * products - first);
        return Cost.products(flops, ADAM_BYTES * products + 4 * DigitNetwork.widths() * batch, batch);
    }

    @Override
    public float tolerance() {
        return 2e-2f;
    }

    /// A peer's gradients are compared as a whole, by the length of their difference: where a ReLU's input is 0 but for
    /// rounding, one implementation lets the gradient of a row pass and another not.
    @Override
    public void check(Task task, boolean exact) {
        if (exact) {
            Problem.super.check(task, true);
            return;
        }
        task.run();
        Task expected = with(Kernels.reference());
        expected.run();
        Comparison.of(this, false).checkWhole(expected.results()[0], task.results()[0]);
    }

    /// The batch, batch×784.
    public float[] x() {
        return Values.normal((long) batch * DigitNetwork.inputs(), 1f, 1);
    }

    /// A class for each row.
    public int[] labels() {
        return Values.labels(batch, DigitNetwork.classes(), 2);
    }

    /// Names and initial values of the parameters, layer by layer: weights `w`, biases `b`, batch norm's scales `g` and
    /// shifts `e`, each with the number of its dense layer from 1.
    public List<Parameter> parameters() {
        Model model = DigitNetwork.model(true);
        List<Parameter> parameters = new ArrayList<>();
        int number = 0;
        for (int index = 0; index < model.network().layers().size(); index++) {
            switch (model.network().layers().get(index)) {
                case DenseLayer _ -> {
                    number++;
                    parameters.add(Parameter.of("w" + number, model.weights(index)));
                    parameters.add(Parameter.of("b" + number, model.bias(index)));
                }
                case BatchNormLayer _ -> {
                    parameters.add(Parameter.of("g" + number, model.gamma(index)));
                    parameters.add(Parameter.of("e" + number, model.beta(index)));
                }
                default -> { }
            }
        }
        return parameters;
    }

    /// A tensor of parameters.
    public record Parameter(String name, float[] values, int rows, int columns) {

        private static Parameter of(String name, Matrix view) {
            return new Parameter(name, DigitNetwork.copy(view), view.rows(), view.columns());
        }

        /// Whether it is a matrix of weights.
        public boolean isMatrix() {
            return rows > 1;
        }
    }

    @Override
    public Task with(Kernels kernels) {
        TrainingOptions options = TrainingOptions.of(Objective.classification()).withLearningRate(LEARNING_RATE)
                .withBatchSize(batch).withSeed(1);
        Trainer trainer = new Trainer(DigitNetwork.model(true), kernels, options);
        Matrix x = Matrix.of(x(), batch, DigitNetwork.inputs());
        int[] labels = labels();
        return Task.of(() -> trainer.step(x, labels, 0), trainer.gradients());
    }
}
