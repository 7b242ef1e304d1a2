// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.List;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.activation.Activation;

/// A layer of a network: what it computes, without parameters or memory. Immutable.
///
/// Each kind of layer is a class that knows all about it: the shape of its result, its parameters and their initial
/// values, its stage in training and its stage in prediction.
public abstract sealed class Layer permits ActivationLayer, BatchNormLayer, DenseLayer, DropoutLayer {

    /// How the weights of a dense layer are initialized: uniform in ±limit, biases at 0.
    public enum Initializer {
        /// limit = √(6/inputs) (He et al., 2015): for ReLU and similar activations.
        HE,
        /// limit = √(6/(inputs + outputs)) (Glorot & Bengio, 2010): for tanh, sigmoid and outputs.
        GLOROT
    }

    /// A named matrix among a layer's parameters or statistics.
    record Part(String name, int rows, int columns) {

        /// A row.
        static Part row(String name, int columns) {
            return new Part(name, 1, columns);
        }

        long size() {
            return (long) rows * columns;
        }
    }

    Layer() {
    }

    /// A dense layer with He weights.
    ///
    /// @param outputs number of columns of the result
    /// @throws IllegalArgumentException if `outputs` is below 1
    public static DenseLayer dense(int outputs) {
        return dense(outputs, Initializer.HE);
    }

    /// A dense layer.
    ///
    /// @param outputs number of columns of the result
    /// @throws NullPointerException if `initializer` is null
    /// @throws IllegalArgumentException if `outputs` is below 1
    public static DenseLayer dense(int outputs, Initializer initializer) {
        return new DenseLayer(outputs, initializer);
    }

    /// An activation layer. Right after a dense or batch norm layer it runs fused with it.
    ///
    /// @throws NullPointerException if `activation` is null
    public static ActivationLayer activate(Activation activation) {
        return new ActivationLayer(activation);
    }

    /// Batch norm with momentum 0.1 and ε = 1e-5.
    public static BatchNormLayer batchNorm() {
        return BatchNormLayer.DEFAULT;
    }

    /// A dropout layer.
    ///
    /// @param probability to drop an element
    /// @throws IllegalArgumentException if the probability is not in \[0, 1)
    public static DropoutLayer dropout(float probability) {
        return new DropoutLayer(probability);
    }

    /// The shape of the result for an input of some shape.
    ///
    /// @throws IllegalArgumentException if the layer does not take it
    abstract Shape output(Shape input);

    /// What the layer learns, in the order in which it lies in memory.
    List<Part> parameters(Shape input) {
        return List.of();
    }

    /// What the layer keeps from one training step to the next beside its parameters.
    List<Part> statistics(Shape input) {
        return List.of();
    }

    /// Gives parameters and statistics, which are zeros, their initial values.
    ///
    /// @param seed of the network
    /// @param stream of random numbers that is this layer's own
    void initialize(LayerValues values, long seed, long stream) {
    }

    /// Whether an activation right after the layer runs fused with it.
    boolean fusesActivation() {
        return false;
    }

    /// The activation of an activation layer, which the layer before may take over; null for all other layers.
    Activation activation() {
        return null;
    }

    /// The layer's stage in a training step; takes the memory it needs from the layout.
    ///
    /// @param gradients of the parameters
    /// @param fused the activation that the layer takes over, or the identity
    abstract TrainingStage training(TrainingLayout layout, LayerValues values, LayerValues gradients,
            Activation fused);

    /// The layer's stage in a prediction; asked for unless the layer [#isForTrainingOnly()].
    ///
    /// @param values copies that belong to the predictor
    /// @param fused the activation that the layer takes over, or the identity
    abstract PredictionStage prediction(LayerValues values, Activation fused, Kernels kernels);

    /// Whether the layer does nothing when predicting.
    boolean isForTrainingOnly() {
        return false;
    }

    /// Whether the layer is x·W + b, so that a fixed scale and shift of its columns can be folded into it.
    boolean isAffine() {
        return false;
    }

    /// Whether the layer can be folded into the one before it, for prediction.
    boolean isFoldableInto(Layer before) {
        return false;
    }

    /// Folds the layer into the one before it.
    ///
    /// @param before values of the layer before
    /// @param folded receives the values of both as one
    void foldInto(LayerValues before, LayerValues values, LayerValues folded, Kernels kernels) {
        throw new UnsupportedOperationException(this + " cannot be folded");
    }
}
