// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.List;
import java.util.Objects;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.internal.check.Checks;
import org.lanewise.kernels.internal.dropout.CounterRandom;

/// z = x·W + b, with W, inputs×outputs, as [Model#weights(int)] and b as [Model#bias(int)].
public final class DenseLayer extends Layer {

    static final String WEIGHTS = "weights";
    static final String BIAS = "bias";

    private final int outputs;
    private final Initializer initializer;

    DenseLayer(int outputs, Initializer initializer) {
        Checks.parameter("dense layer", "outputs", outputs, outputs > 0, "must be at least 1");
        this.outputs = outputs;
        this.initializer = Objects.requireNonNull(initializer, "dense layer: initializer is null");
    }

    /// Number of columns of the result.
    public int outputs() {
        return outputs;
    }

    /// How the weights start.
    public Initializer initializer() {
        return initializer;
    }

    @Override
    Shape output(Shape input) {
        return Shape.of(outputs);
    }

    @Override
    List<Part> parameters(Shape input) {
        return List.of(new Part(WEIGHTS, input.size(), outputs), Part.row(BIAS, outputs));
    }

    @Override
    void initialize(LayerValues values, long seed, long stream) {
        Matrix weights = values.parameter(WEIGHTS);
        int fan = initializer == Initializer.HE ? weights.rows() : weights.rows() + outputs;
        float limit = (float) Math.sqrt(6f / fan);
        for (int i = 0; i < weights.size(); i++) {
            float uniform = CounterRandom.uniformAt(seed, stream, i);
            weights.data()[weights.offset() + i] = (2f * uniform - 1f) * limit;
        }
    }

    @Override
    boolean fusesActivation() {
        return true;
    }

    @Override
    boolean isAffine() {
        return true;
    }

    @Override
    TrainingStage training(TrainingLayout layout, LayerValues values, LayerValues gradients, Activation fused) {
        return new Training(layout, values, gradients, fused);
    }

    @Override
    PredictionStage prediction(LayerValues values, Activation fused, Kernels kernels) {
        return new Prediction(kernels.gemm().pack(values.parameter(WEIGHTS)),
                Epilogue.dense(values.parameter(BIAS), fused));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DenseLayer same && outputs == same.outputs && initializer == same.initializer;
    }

    @Override
    public int hashCode() {
        return Objects.hash(outputs, initializer);
    }

    @Override
    public String toString() {
        return "Dense[outputs=" + outputs + ", initializer=" + initializer + "]";
    }

    /// z = x·W + b, y = σ(z), σ'(z) saved.
    ///
    /// The two products of the backward pass read the gradient of z while they write the gradient of x, so each dense
    /// layer has a gradient buffer of its own.
    private static final class Training implements TrainingStage {

        private final Matrix x;
        private final Matrix weights;
        private final Matrix y;
        private final Epilogue epilogue;
        private final Matrix dy;
        /// Null for the first stage, whose input needs no gradient.
        private final Matrix dx;
        private final Matrix dWeights;
        private final Matrix dBias;
        private final Matrix xTransposed;
        private final Matrix weightsTransposed;

        Training(TrainingLayout layout, LayerValues values, LayerValues gradients, Activation fused) {
            x = layout.values();
            weights = values.parameter(WEIGHTS);
            dx = layout.gradient();
            y = layout.nextValues(weights.columns());
            dy = layout.nextGradient(weights.columns());
            epilogue = Epilogue.dense(values.parameter(BIAS), fused, layout.derivative(fused, weights.columns()));
            dWeights = gradients.parameter(WEIGHTS);
            dBias = gradients.parameter(BIAS);
            xTransposed = x.transposed();
            weightsTransposed = weights.transposed();
        }

        @Override
        public void forward(Kernels kernels, long step) {
            kernels.gemm().multiply(x, weights, y, epilogue);
        }

        @Override
        public void backward(Kernels kernels, long step) {
            if (epilogue.derivative() != null) {
                kernels.activations().backward(epilogue.derivative(), dy, dy);
            }
            kernels.gemm().multiply(xTransposed, dy, dWeights, Epilogue.OVERWRITE);
            kernels.sums().columnSums(dy, dBias);
            if (dx != null) {
                kernels.gemm().multiply(dy, weightsTransposed, dx, Epilogue.OVERWRITE);
            }
        }
    }

    private record Prediction(PackedMatrix weights, Epilogue epilogue) implements PredictionStage {

        @Override
        public int columns() {
            return weights.columns();
        }

        @Override
        public void run(Kernels kernels, Matrix x, Matrix y) {
            kernels.gemm().multiply(x, weights, y, epilogue);
        }
    }
}
