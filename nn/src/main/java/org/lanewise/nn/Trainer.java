// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.lanewise.kernels.Checks;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.dropout.CounterRandom;
import org.lanewise.kernels.optimizer.GradientRule;

/// Trains a model, in place. The result is a pure function of model, options and data: the same bits on any kernels,
/// processor and number of threads.
///
/// Not thread-safe. After the first step of a batch size, steps allocate nothing.
public final class Trainer {

    private final Model model;
    private final Kernels kernels;
    private final TrainingOptions options;
    private final int inputs;
    private final int outputs;
    private final float[] gradients;
    private final Matrix flatParameters;
    private final Matrix flatGradients;
    private final Matrix state;
    private final Buffers buffers;
    private final int[] batchLabels;
    private final TrainingPass[] passes;
    private Matrix batchTargets;
    private long steps;
    private int epochs;

    /// A trainer that has done no step yet.
    ///
    /// @throws NullPointerException if an argument is null
    public Trainer(Model model, Kernels kernels, TrainingOptions options) {
        this.model = Objects.requireNonNull(model, "trainer: model is null");
        this.kernels = Objects.requireNonNull(kernels, "trainer: kernels is null");
        this.options = Objects.requireNonNull(options, "trainer: options is null");
        this.inputs = model.network().inputs();
        this.outputs = model.network().outputs();
        int count = model.network().parameterCount();
        this.gradients = new float[count];
        this.flatParameters = Matrix.row(model.parameters());
        this.flatGradients = Matrix.row(gradients);
        this.state = Matrix.zeros(options.optimizer().stateCount(), count);
        this.buffers = new Buffers(options.batchSize());
        this.batchLabels = new int[options.batchSize()];
        this.passes = new TrainingPass[options.batchSize() + 1];
    }

    /// A trainer that goes on where a checkpoint was taken, as if it had never stopped.
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if the checkpoint is not of this network and optimizer
    public static Trainer resume(Network network, Kernels kernels, TrainingOptions options, Checkpoint checkpoint) {
        Objects.requireNonNull(checkpoint, "trainer: checkpoint is null");
        Trainer trainer = new Trainer(Model.of(network, checkpoint.parameters(), checkpoint.statistics()), kernels,
                options);
        float[] saved = checkpoint.optimizerState();
        if (saved.length != trainer.state.data().length) {
            throw new IllegalArgumentException("trainer: the checkpoint holds " + saved.length
                    + " state values; " + options.optimizer() + " needs " + trainer.state.data().length);
        }
        System.arraycopy(saved, 0, trainer.state.data(), 0, saved.length);
        trainer.steps = checkpoint.steps();
        trainer.epochs = checkpoint.epochs();
        return trainer;
    }

    /// All that training depends on from here on, copied.
    public Checkpoint checkpoint() {
        return new Checkpoint(steps, epochs, model.parameters().clone(), model.statistics().clone(),
                state.data().clone());
    }

    /// The model in training.
    public Model model() {
        return model;
    }

    /// Number of steps done.
    public long steps() {
        return steps;
    }

    /// Number of epochs done.
    public int epochs() {
        return epochs;
    }

    /// The gradients of the last step, laid out as the parameters are; shared.
    public float[] gradients() {
        return gradients;
    }

    /// One step on a batch with class labels.
    ///
    /// @param x at most `batchSize` rows of features
    /// @param labels the class of row i at index `labelsOffset + i`
    /// @return the batch's loss before the step
    /// @throws NullPointerException if an array is null
    /// @throws IllegalArgumentException if shapes do not match, there is no row, a label is out of range, or the
    ///     objective is a regression; the model is untouched
    public float step(Matrix x, int[] labels, int labelsOffset) {
        if (!(options.objective() instanceof Objective.Classification objective)) {
            throw new IllegalArgumentException("training step: the objective is a regression; it needs target values");
        }
        Objects.requireNonNull(labels, "training step: labels is null");
        TrainingPass pass = passFor(x);
        if (labelsOffset < 0 || labelsOffset > labels.length - x.rows()) {
            throw new IllegalArgumentException("training step: " + x.rows() + " labels from index " + labelsOffset
                    + " leave the array of " + labels.length);
        }
        checkLabels(labels, labelsOffset, x.rows());
        copyRows(x, pass.input());
        return classificationStep(pass, objective, labels, labelsOffset);
    }

    /// One step on a batch with target values.
    ///
    /// @param x at most `batchSize` rows of features
    /// @param targets as many rows of target values
    /// @return the batch's loss before the step
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, there is no row, or the objective is a classification;
    ///     the model is untouched
    public float step(Matrix x, Matrix targets) {
        if (!(options.objective() instanceof Objective.Regression objective)) {
            throw new IllegalArgumentException("training step: the objective is a classification; it needs labels");
        }
        TrainingPass pass = passFor(x);
        Checks.shape("training step", "targets", targets, x.rows(), outputs);
        copyRows(x, pass.input());
        return regressionStep(pass, objective, targets);
    }

    private TrainingPass passFor(Matrix x) {
        Checks.plain("training step", "x", x);
        if (x.rows() < 1 || x.rows() > options.batchSize() || x.columns() != inputs) {
            throw new IllegalArgumentException("training step: x is " + x.shape() + "; it must be 1…"
                    + options.batchSize() + "×" + inputs);
        }
        return pass(x.rows());
    }

    private TrainingPass pass(int rows) {
        if (rows == 1 && hasBatchNorm()) {
            throw new IllegalArgumentException(
                    "training step: there is one row; batch norm needs at least two to take statistics");
        }
        if (passes[rows] == null) {
            passes[rows] = new TrainingPass(model, gradients, rows, options.seed(), buffers);
        }
        return passes[rows];
    }

    private boolean hasBatchNorm() {
        return model.statistics().length > 0;
    }

    private void checkLabels(int[] labels, int offset, int count) {
        for (int i = 0; i < count; i++) {
            int label = labels[offset + i];
            if (label < 0 || label >= outputs) {
                throw new IllegalArgumentException("training step: label " + i + " is " + label
                        + "; it must be from 0 to " + (outputs - 1));
            }
        }
    }

    private static void copyRows(Matrix from, Matrix to) {
        for (int i = 0; i < from.rows(); i++) {
            Dataset.copyRow(from, i, to, i);
        }
    }

    private float classificationStep(TrainingPass pass, Objective.Classification objective, int[] labels, int offset) {
        long step = steps + 1;
        pass.forward(kernels, step);
        float loss = kernels.softmax().crossEntropy(pass.output(), labels, offset, objective.options(),
                pass.outputGradient());
        update(pass, step);
        return loss;
    }

    private float regressionStep(TrainingPass pass, Objective.Regression objective, Matrix targets) {
        long step = steps + 1;
        pass.forward(kernels, step);
        float loss = kernels.losses().loss(objective.loss(), objective.reduction(), pass.output(), targets,
                pass.outputGradient());
        update(pass, step);
        return loss;
    }

    private void update(TrainingPass pass, long step) {
        pass.backward(kernels, step);
        float scale = options.maximumNorm() == Float.POSITIVE_INFINITY ? 1f
                : GradientRule.clippingNorm(kernels.sums().sumOfSquares(flatGradients), options.maximumNorm());
        kernels.optimizers().step(options.optimizer(), step, options.learningRate().at(step), scale, options.rule(),
                flatParameters, flatGradients, state);
        steps = step;
    }

    /// Trains for a number of epochs more.
    ///
    /// Each epoch takes the examples in an order of its own, drawn from the seed. A last batch of a single row is left
    /// out where the network has batch norm.
    ///
    /// @param training what to learn
    /// @param validation evaluated after each epoch; null for none
    /// @param epochCount how many epochs
    /// @param listener told after each epoch
    /// @return the epochs done
    /// @throws NullPointerException if a required argument is null
    /// @throws IllegalArgumentException if the data do not fit the network or the objective
    public List<Epoch> fit(Dataset training, Dataset validation, int epochCount, Epoch.Listener listener) {
        Objects.requireNonNull(listener, "fit: listener is null");
        checkFits("training data", training);
        if (validation != null) {
            checkFits("validation data", validation);
        }
        Checks.parameter("fit", "epochs", epochCount, epochCount >= 0, "must not be negative");
        int[] order = new int[training.size()];
        List<Epoch> history = new ArrayList<>();
        boolean goOn = true;
        for (int done = 0; done < epochCount && goOn; done++) {
            Epoch epoch = epoch(training, validation, order);
            history.add(epoch);
            goOn = listener.finished(epoch);
        }
        return history;
    }

    private void checkFits(String name, Dataset data) {
        Objects.requireNonNull(data, "fit: " + name + " is null");
        if (data.size() == 0 || data.features().columns() != inputs) {
            throw new IllegalArgumentException("fit: " + name + " is " + data.features().shape()
                    + "; it must have at least one row and " + inputs + " columns");
        }
        boolean classification = options.objective() instanceof Objective.Classification;
        if (classification != data.hasLabels()) {
            throw new IllegalArgumentException("fit: " + name + " has " + (data.hasLabels() ? "labels" : "targets")
                    + "; the objective is " + options.objective());
        }
        int given = data.hasLabels() ? data.classes() : data.targets().columns();
        if (given != outputs) {
            throw new IllegalArgumentException("fit: " + name + " has " + given
                    + (data.hasLabels() ? " classes" : " target columns") + "; the network has "
                    + outputs + " outputs");
        }
    }

    private Epoch epoch(Dataset training, Dataset validation, int[] order) {
        Arrays.setAll(order, i -> i);
        // Shuffles take the negative streams of the seed, dropout masks the positive ones.
        CounterRandom.shuffle(order, options.seed(), -1L - epochs);
        double loss = 0;
        int examples = 0;
        int batches = 0;
        for (int from = 0; from < order.length; from += options.batchSize()) {
            int rows = Math.min(options.batchSize(), order.length - from);
            if (rows == 1 && hasBatchNorm()) {
                break;
            }
            loss += rows * (double) batch(training, order, from, rows);
            examples += rows;
            batches++;
        }
        epochs++;
        Evaluation evaluation = validation == null ? null : evaluate(validation);
        return new Epoch(epochs, batches, loss / examples, evaluation);
    }

    private float batch(Dataset training, int[] order, int from, int rows) {
        TrainingPass pass = pass(rows);
        for (int i = 0; i < rows; i++) {
            Dataset.copyRow(training.features(), order[from + i], pass.input(), i);
        }
        return switch (options.objective()) {
            case Objective.Classification objective -> {
                for (int i = 0; i < rows; i++) {
                    batchLabels[i] = training.labels()[order[from + i]];
                }
                yield classificationStep(pass, objective, batchLabels, 0);
            }
            case Objective.Regression objective -> {
                if (batchTargets == null) {
                    batchTargets = Matrix.zeros(options.batchSize(), outputs);
                }
                for (int i = 0; i < rows; i++) {
                    Dataset.copyRow(training.targets(), order[from + i], batchTargets, i);
                }
                yield regressionStep(pass, objective, batchTargets.rows(0, rows));
            }
        };
    }

    /// The objective, and for a classification accuracy and confusion, of the model as it is: batch norm by running
    /// statistics, no dropout.
    ///
    /// @throws NullPointerException if `data` is null
    /// @throws IllegalArgumentException if the data do not fit the network or the objective
    public Evaluation evaluate(Dataset data) {
        checkFits("data", data);
        return Evaluations.of(new Predictor(model, kernels), kernels, options.objective(), data);
    }
}
