// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;

/// Hands out memory while the layers of a network in training are walked from input to output.
///
/// Stages work in place on gradients, unless they ask for one of their own. Before the first that does, nobody reads a
/// gradient, but stages that work in place still need one.
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

    /// Goes on to another layer.
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

    /// What the layers so far have put out.
    Matrix values() {
        return values;
    }

    /// Where a stage puts its result, which becomes the next one's [#values()].
    Matrix nextValues(int columns) {
        values = buffers.next(rows, columns);
        return values;
    }

    /// Where the gradient of [#values()] goes; null as long as nobody reads one.
    Matrix gradient() {
        return gradient;
    }

    /// A gradient buffer of the stage's own for the [#values()] that it has just put out.
    Matrix nextGradient(int columns) {
        gradient = buffers.next(rows, columns);
        return gradient;
    }

    /// The gradient of a stage that replaces the one of its output by the one of its input.
    Matrix gradientInPlace() {
        return gradient == null ? nextGradient(values.columns()) : gradient;
    }

    /// Where an activation's derivative is saved; null for the identity, which needs none.
    Matrix derivative(Activation activation, int columns) {
        return Activation.IDENTITY.equals(activation) ? null : buffers.next(rows, columns);
    }
}
