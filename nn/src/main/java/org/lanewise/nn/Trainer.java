// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.check.Checks;
import org.lanewise.kernels.internal.dropout.CounterRandom;
import org.lanewise.kernels.optimizer.GradientRule;

/// Trains a model, in place. The result is a pure function of model, options and data: the same bits on any kernels,
/// processor and number of threads.
///
/// A step happens as a whole or not at all: if it is refused or fails, parameters, running statistics, optimizer state
/// and counters are as they were. The optimizer's pass is the last part of a step and refuses before it writes. Only
/// [#gradients()] keep what was computed before the failure. Kernels of the caller's own that fail in the middle of an
/// optimizer's pass may leave part of it done.
///
/// Not thread-safe. Memory is allocated for the largest batch seen, not for the largest allowed. After the first step
/// of a batch size, steps allocate nothing.
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
    /// The running statistics before the step in progress.
    private final float[] statisticsBefore;
    private Buffers buffers;
    /// Indexed by number of rows.
    private TrainingPass[] passes = {};
    private int[] batchLabels = {};
    private Matrix batchTargets;
    private long steps;
    private int epochs;

    /// A trainer that has done no step yet.
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if the objective does not fit the network: a classification needs at least two
    ///     outputs, and its class weights, if any, must be 1×outputs
    public Trainer(Model model, Kernels kernels, TrainingOptions options) {
        this.model = Objects.requireNonNull(model, "trainer: model is null");
        this.kernels = Objects.requireNonNull(kernels, "trainer: kernels is null");
        this.options = Objects.requireNonNull(options, "trainer: options is null");
        this.inputs = model.network().inputs();
        this.outputs = model.network().outputs();
        if (options.objective() instanceof Objective.Classification objective) {
            checkClassification(objective, outputs);
        }
        int count = model.network().parameterCount();
        this.gradients = new float[count];
        this.flatParameters = Matrix.row(model.parameters());
        this.flatGradients = Matrix.row(gradients);
        this.state = Matrix.zeros(options.optimizer().stateCount(), count);
        this.statisticsBefore = new float[model.statistics().length];
    }

    private static void checkClassification(Objective.Classification objective, int outputs) {
        if (outputs == 1) {
            throw new IllegalArgumentException("trainer: the network has one output; a classification needs one for "
                    + "each class, at least two");
        }
        if (objective.options().classWeights() != null) {
            Checks.shape("trainer", "class weights", objective.options().classWeights(), 1, outputs);
        }
    }

    /// A trainer that resumes from a checkpoint. The network, the objective, the optimizer and the version of the
    /// arithmetic must be those of the checkpoint. If the other options are the same too, the bits are those of a run
    /// that never stopped.
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if the checkpoint is of another network, objective, optimizer or version of the
    ///     arithmetic; the message says what differs
    public static Trainer resume(Network network, Kernels kernels, TrainingOptions options, Checkpoint checkpoint) {
        Objects.requireNonNull(network, "trainer: network is null");
        Objects.requireNonNull(options, "trainer: options is null");
        Objects.requireNonNull(checkpoint, "trainer: checkpoint is null");
        Origin.checkSame(checkpoint.origin(), Origin.of(network, options.objective(), options.optimizer()));
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

    /// A copy of everything that training depends on from here on.
    public Checkpoint checkpoint() {
        return new Checkpoint(steps, epochs,
                Origin.of(model.network(), options.objective(), options.optimizer()), model.parameters().clone(),
                model.statistics().clone(), state.data().clone());
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

    /// One step on a batch with class labels. Where it throws, no step was done.
    ///
    /// @param x at most `batchSize` rows of features
    /// @param labels the class of row i at index `labelsOffset + i`
    /// @return the batch's loss before the step
    /// @throws NullPointerException if an array is null
    /// @throws IllegalArgumentException if shapes do not match, there is no row, or one row under batch norm, a label
    ///     is out of range, the objective is a regression, or the learning rate of this step is not finite
    /// @throws ArithmeticException if the gradient rule refuses what is not finite and the optimizer's pass meets it
    ///     ([org.lanewise.kernels.optimizer.Optimizers#step])
    public float step(Matrix x, int[] labels, int labelsOffset) {
        if (!(options.objective() instanceof Objective.Classification)) {
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
        return step(pass, labels, labelsOffset, null);
    }

    /// One step on a batch with target values. Where it throws, no step was done.
    ///
    /// @param x at most `batchSize` rows of features
    /// @param targets as many rows of target values
    /// @return the batch's loss before the step
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, there is no row, or one row under batch norm, the
    ///     objective is a classification, or the learning rate of this step is not finite
    /// @throws ArithmeticException if the gradient rule refuses what is not finite and the optimizer's pass meets it
    ///     ([org.lanewise.kernels.optimizer.Optimizers#step])
    public float step(Matrix x, Matrix targets) {
        if (!(options.objective() instanceof Objective.Regression)) {
            throw new IllegalArgumentException("training step: the objective is a classification; it needs labels");
        }
        TrainingPass pass = passFor(x);
        Checks.shape("training step", "targets", targets, x.rows(), outputs);
        copyRows(x, pass.input());
        return step(pass, null, 0, targets);
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
        if (rows >= passes.length) {
            buffers = new Buffers(rows);
            passes = new TrainingPass[rows + 1];
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

    /// @param labels of a classification, else null
    /// @param targets of a regression, else null
    private float step(TrainingPass pass, int[] labels, int offset, Matrix targets) {
        long step = steps + 1;
        float rate = options.learningRate().at(step);
        if (!Float.isFinite(rate)) {
            throw new IllegalArgumentException("training step: the learning rate of step " + step + " is " + rate
                    + "; it must be finite");
        }
        System.arraycopy(model.statistics(), 0, statisticsBefore, 0, statisticsBefore.length);
        try {
            pass.forward(kernels, step);
            float loss = switch (options.objective()) {
                case Objective.Classification objective -> kernels.softmax().crossEntropy(pass.output(), labels,
                        offset, objective.options(), pass.outputGradient());
                case Objective.Regression objective -> kernels.losses().loss(objective.loss(), objective.reduction(),
                        pass.output(), targets, pass.outputGradient());
            };
            pass.backward(kernels, step);
            float scale = options.maximumNorm() == Float.POSITIVE_INFINITY ? 1f
                    : GradientRule.clippingNorm(kernels.sums().sumOfSquares(flatGradients), options.maximumNorm());
            kernels.optimizers().step(options.optimizer(), step, rate, scale, options.rule(), flatParameters,
                    flatGradients, state);
            steps = step;
            return loss;
        } catch (Throwable failure) {
            System.arraycopy(statisticsBefore, 0, model.statistics(), 0, statisticsBefore.length);
            throw failure;
        }
    }

    /// Trains for some more epochs.
    ///
    /// Each epoch takes the examples in a new order, drawn from the seed. A last batch of a single row is left out
    /// where the network has batch norm. A batch size above the number of examples is reduced to it. If a step throws,
    /// the steps before it remain done, and the epoch does not count.
    ///
    /// @param training what to learn
    /// @param validation evaluated after each epoch; null for none
    /// @param epochCount how many epochs
    /// @param listener told after each epoch
    /// @return the epochs done
    /// @throws NullPointerException if a required argument is null
    /// @throws IllegalArgumentException if the data do not fit the network or the objective, or batches of a single row
    ///     leave batch norm nothing to take statistics of; before the first step
    public List<Epoch> fit(Dataset training, Dataset validation, int epochCount, Epoch.Listener listener) {
        Objects.requireNonNull(listener, "fit: listener is null");
        checkFits("fit", "training data", training);
        if (validation != null) {
            checkFits("fit", "validation data", validation);
        }
        int batchSize = Math.min(options.batchSize(), training.size());
        if (batchSize == 1 && hasBatchNorm()) {
            throw new IllegalArgumentException("fit: batches have one row (the batch size is " + options.batchSize()
                    + ", training data have " + training.size()
                    + " rows); batch norm needs at least two to take statistics");
        }
        Checks.parameter("fit", "epochs", epochCount, epochCount >= 0, "must not be negative");
        int[] order = new int[training.size()];
        List<Epoch> history = new ArrayList<>();
        boolean goOn = true;
        for (int done = 0; done < epochCount && goOn; done++) {
            Epoch epoch = epoch(training, validation, order, batchSize);
            history.add(epoch);
            goOn = listener.finished(epoch);
        }
        return history;
    }

    private void checkFits(String operation, String name, Dataset data) {
        Checks.notNull(operation, name, data);
        if (data.size() == 0 || data.features().columns() != inputs) {
            throw new IllegalArgumentException(operation + ": " + name + " is " + data.features().shape()
                    + "; it must have at least one row and " + inputs + " columns");
        }
        boolean classification = options.objective() instanceof Objective.Classification;
        if (classification != data.hasLabels()) {
            throw new IllegalArgumentException(operation + ": " + name + " has "
                    + (data.hasLabels() ? "labels" : "targets") + "; the objective is " + options.objective());
        }
        int given = data.hasLabels() ? data.classes() : data.targets().columns();
        if (given != outputs) {
            throw new IllegalArgumentException(operation + ": " + name + " has " + given
                    + (data.hasLabels() ? " classes" : " target columns") + "; the network has "
                    + outputs + " outputs");
        }
    }

    private Epoch epoch(Dataset training, Dataset validation, int[] order, int batchSize) {
        Arrays.setAll(order, i -> i);
        // Shuffles take the negative streams of the seed, dropout masks the positive ones.
        CounterRandom.shuffle(order, options.seed(), -1L - epochs);
        ObjectiveSum loss = new ObjectiveSum(options.objective());
        int batches = 0;
        int rows;
        for (int from = 0; from < order.length; from += rows) {
            rows = Math.min(batchSize, order.length - from);
            if (rows == 1 && hasBatchNorm()) {
                break;
            }
            batch(training, order, from, rows, loss);
            batches++;
        }
        epochs++;
        Evaluation evaluation = validation == null ? null : evaluate(validation);
        return new Epoch(epochs, batches, loss.value(), evaluation);
    }

    private void batch(Dataset training, int[] order, int from, int rows, ObjectiveSum loss) {
        TrainingPass pass = pass(rows);
        for (int i = 0; i < rows; i++) {
            Dataset.copyRow(training.features(), order[from + i], pass.input(), i);
        }
        if (training.hasLabels()) {
            if (batchLabels.length < rows) {
                batchLabels = new int[rows];
            }
            for (int i = 0; i < rows; i++) {
                batchLabels[i] = training.labels()[order[from + i]];
            }
            loss.add(step(pass, batchLabels, 0, null), batchLabels, 0, rows);
        } else {
            if (batchTargets == null || batchTargets.rows() < rows) {
                batchTargets = Matrix.zeros(rows, outputs);
            }
            for (int i = 0; i < rows; i++) {
                Dataset.copyRow(training.targets(), order[from + i], batchTargets, i);
            }
            loss.add(step(pass, null, 0, batchTargets.rows(0, rows)), rows);
        }
    }

    /// Evaluates the model as it is, with running statistics in batch norm and without dropout: the objective and, for
    /// a classification, accuracy and confusion.
    ///
    /// @throws NullPointerException if `data` is null
    /// @throws IllegalArgumentException if the data do not fit the network or the objective
    public Evaluation evaluate(Dataset data) {
        checkFits("evaluate", "data", data);
        return Evaluations.of(new Predictor(model, kernels), kernels, options.objective(), data);
    }
}
