// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;

/// Hands out memory while the stages of training are made, from input to output.
///
/// Stages work in place on a gradient unless they ask for a buffer of their own. Nobody reads the gradient before the
/// first stage that asks, but stages there still need a buffer to work on.
final class TrainingLayout {

    private final Buffers buffers;
    private final int rows;
    private final long seed;
    private final int layers;
    private int layer;
    private Matrix values;
    private Matrix gradient;

    /// @param seed of dropout masks
    /// @param layers how many there are
    /// @param input where the batch's features go
    TrainingLayout(Buffers buffers, int rows, long seed, int layers, Matrix input) {
        this.buffers = buffers;
        this.rows = rows;
        this.seed = seed;
        this.layers = layers;
        this.values = input;
    }

    /// Goes on to the next layer.
    void enter(int index) {
        layer = index;
    }

    /// Index of the layer that is being laid out.
    int layer() {
        return layer;
    }

    int layers() {
        return layers;
    }

    long seed() {
        return seed;
    }

    /// The result of the layers so far.
    Matrix values() {
        return values;
    }

    /// A buffer for a stage's result, which becomes the next stage's [#values()].
    Matrix nextValues(int columns) {
        values = buffers.next(rows, columns);
        return values;
    }

    /// Receives the gradient of [#values()]; null as long as nobody reads it.
    Matrix gradient() {
        return gradient;
    }

    /// A gradient buffer of the stage's own, for the [#values()] it has just produced.
    Matrix nextGradient(int columns) {
        gradient = buffers.next(rows, columns);
        return gradient;
    }

    /// The gradient buffer of a stage that overwrites the gradient of its output with that of its input.
    Matrix gradientInPlace() {
        return gradient == null ? nextGradient(values.columns()) : gradient;
    }

    /// Receives an activation's derivative; null for the identity, which needs none.
    Matrix derivative(Activation activation, int columns) {
        return Activation.IDENTITY.equals(activation) ? null : buffers.next(rows, columns);
    }
}
