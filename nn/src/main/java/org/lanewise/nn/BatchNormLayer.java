// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.check.Checks;

/// Batch normalization over columns; see [org.lanewise.kernels.normalization.Normalization]. It learns
/// [Model#gamma(int)] and [Model#beta(int)] and keeps [Model#runningMean(int)] and [Model#runningVariance(int)].
public final class BatchNormLayer extends Layer {

    static final String GAMMA = "gamma";
    static final String BETA = "beta";
    static final String RUNNING_MEAN = "running mean";
    static final String RUNNING_VARIANCE = "running variance";

    static final BatchNormLayer DEFAULT = new BatchNormLayer(0.1f, 1e-5f);

    private final float momentum;
    private final float epsilon;

    private BatchNormLayer(float momentum, float epsilon) {
        Checks.parameter("batch norm layer", "momentum", momentum, momentum >= 0f && momentum <= 1f,
                "must be in [0, 1]");
        Checks.parameter("batch norm layer", "epsilon", epsilon,
                epsilon > 0f && epsilon < Float.POSITIVE_INFINITY, "must be positive and finite");
        this.momentum = momentum;
        this.epsilon = epsilon;
    }

    /// Share of the batch's statistics in the new running ones, in \[0, 1]; 0.1 by default.
    public float momentum() {
        return momentum;
    }

    /// Added to the variance, positive; 1e-5 by default.
    public float epsilon() {
        return epsilon;
    }

    /// The same with another momentum.
    ///
    /// @throws IllegalArgumentException if it is not in \[0, 1]
    public BatchNormLayer withMomentum(float share) {
        return new BatchNormLayer(share, epsilon);
    }

    /// The same with another ε.
    ///
    /// @throws IllegalArgumentException if it is not positive and finite
    public BatchNormLayer withEpsilon(float constant) {
        return new BatchNormLayer(momentum, constant);
    }

    @Override
    Shape output(Shape input) {
        return input;
    }

    @Override
    List<Part> parameters(Shape input) {
        return List.of(Part.row(GAMMA, input.size()), Part.row(BETA, input.size()));
    }

    @Override
    List<Part> statistics(Shape input) {
        return List.of(Part.row(RUNNING_MEAN, input.size()), Part.row(RUNNING_VARIANCE, input.size()));
    }

    @Override
    void initialize(LayerValues values, long seed, long stream) {
        fillWithOnes(values.parameter(GAMMA));
        fillWithOnes(values.statistic(RUNNING_VARIANCE));
    }

    private static void fillWithOnes(Matrix row) {
        Arrays.fill(row.data(), row.offset(), row.offset() + row.columns(), 1f);
    }

    @Override
    boolean fusesActivation() {
        return true;
    }

    @Override
    TrainingStage training(TrainingLayout layout, LayerValues values, LayerValues gradients, Activation fused) {
        return new Training(layout, values, gradients, fused);
    }

    @Override
    PredictionStage prediction(LayerValues values, Activation fused, Kernels kernels) {
        return new Prediction(values, fused);
    }

    @Override
    boolean isFoldableInto(Layer before) {
        return before.isAffine();
    }

    @Override
    void foldInto(LayerValues before, LayerValues values, LayerValues folded, Kernels kernels) {
        kernels.normalization().foldBatchNorm(before.parameter(DenseLayer.WEIGHTS), before.parameter(DenseLayer.BIAS),
                values.parameter(GAMMA), values.parameter(BETA), epsilon, values.statistic(RUNNING_MEAN),
                values.statistic(RUNNING_VARIANCE), folded.parameter(DenseLayer.WEIGHTS),
                folded.parameter(DenseLayer.BIAS));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BatchNormLayer same && Float.compare(momentum, same.momentum) == 0
                && Float.compare(epsilon, same.epsilon) == 0;
    }

    @Override
    public int hashCode() {
        return Objects.hash(momentum, epsilon);
    }

    @Override
    public String toString() {
        return "BatchNorm[momentum=" + momentum + ", epsilon=" + epsilon + "]";
    }

    /// The batch's statistics, then the activation, with σ' saved. The gradient of x overwrites that of y.
    private final class Training implements TrainingStage {

        private final Matrix x;
        private final Matrix gamma;
        private final Matrix beta;
        private final Matrix runningMean;
        private final Matrix runningVariance;
        private final Matrix mean;
        private final Matrix inverseDeviation;
        private final Activation activation;
        private final Matrix y;
        private final Matrix derivative;
        private final Matrix dy;
        private final Matrix dGamma;
        private final Matrix dBeta;

        Training(TrainingLayout layout, LayerValues values, LayerValues gradients, Activation fused) {
            x = layout.values();
            gamma = values.parameter(GAMMA);
            beta = values.parameter(BETA);
            runningMean = values.statistic(RUNNING_MEAN);
            runningVariance = values.statistic(RUNNING_VARIANCE);
            mean = Matrix.zeros(2, x.columns());
            inverseDeviation = Matrix.zeros(1, x.columns());
            activation = fused;
            y = layout.nextValues(x.columns());
            dy = layout.gradientInPlace();
            derivative = layout.derivative(fused, x.columns());
            dGamma = gradients.parameter(GAMMA);
            dBeta = gradients.parameter(BETA);
        }

        @Override
        public void forward(Kernels kernels, long step) {
            kernels.normalization().batchNormTraining(x, gamma, beta, epsilon, momentum, runningMean, runningVariance,
                    mean, inverseDeviation, activation, y, derivative);
        }

        @Override
        public void backward(Kernels kernels, long step) {
            kernels.normalization().batchNormBackward(x, gamma, mean, inverseDeviation, derivative, dy, dy, dGamma,
                    dBeta);
        }
    }

    /// The running statistics and the activation after them.
    private final class Prediction implements PredictionStage {

        private final Matrix gamma;
        private final Matrix beta;
        private final Matrix runningMean;
        private final Matrix runningVariance;
        private final Activation activation;

        Prediction(LayerValues values, Activation fused) {
            gamma = values.parameter(GAMMA);
            beta = values.parameter(BETA);
            runningMean = values.statistic(RUNNING_MEAN);
            runningVariance = values.statistic(RUNNING_VARIANCE);
            activation = fused;
        }

        @Override
        public int columns() {
            return gamma.columns();
        }

        @Override
        public void run(Kernels kernels, Matrix x, Matrix y) {
            kernels.normalization().batchNormInference(x, gamma, beta, epsilon, runningMean, runningVariance,
                    activation, y);
        }
    }
}
