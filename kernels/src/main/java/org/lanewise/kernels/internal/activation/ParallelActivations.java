// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.internal.team.Team;

/// Splits activation passes into blocks of elements.
final class ParallelActivations implements Activations {

    /// Grain: fewest elements that are worth a part of their own.
    private static final long WORTHWHILE = 32_768;

    private final Activations activations;
    private final Team team;

    /// @param activations does each part
    ParallelActivations(Activations activations, Team team) {
        this.activations = activations;
        this.team = team;
    }

    @Override
    public void value(Activation activation, Matrix z, Matrix y) {
        ActivationChecks.value(activation, z, y);
        team.splitBlocks(z, WORTHWHILE, (row, rows, column, columns) -> activations.value(activation,
                z.block(row, rows, column, columns), y.block(row, rows, column, columns)));
    }

    @Override
    public void valueAndDerivative(Activation activation, Matrix z, Matrix y, Matrix derivative) {
        ActivationChecks.valueAndDerivative(activation, z, y, derivative);
        team.splitBlocks(z, WORTHWHILE, (row, rows, column, columns) -> activations.valueAndDerivative(activation,
                z.block(row, rows, column, columns), y.block(row, rows, column, columns),
                derivative.block(row, rows, column, columns)));
    }

    @Override
    public void backward(Activation activation, Matrix z, Matrix dy, Matrix dz) {
        ActivationChecks.backward(activation, z, dy, dz);
        team.splitBlocks(z, WORTHWHILE, (row, rows, column, columns) -> activations.backward(activation,
                z.block(row, rows, column, columns), dy.block(row, rows, column, columns),
                dz.block(row, rows, column, columns)));
    }

    @Override
    public void backward(Matrix derivative, Matrix dy, Matrix dz) {
        ActivationChecks.backward(derivative, dy, dz);
        team.splitBlocks(dy, WORTHWHILE, (row, rows, column, columns) -> activations.backward(
                derivative.block(row, rows, column, columns), dy.block(row, rows, column, columns),
                dz.block(row, rows, column, columns)));
    }

    @Override
    public void parametricRelu(Matrix z, Matrix alpha, Matrix y) {
        ActivationChecks.parametricRelu(z, alpha, y);
        team.splitBlocks(z, WORTHWHILE, (row, rows, column, columns) -> activations.parametricRelu(
                z.block(row, rows, column, columns), alpha.columns(column, columns),
                y.block(row, rows, column, columns)));
    }

    /// By columns alone: a slope's gradient is one chain over the rows.
    @Override
    public void parametricReluBackward(Matrix z, Matrix alpha, Matrix dy, Matrix dz, Matrix dAlpha) {
        ActivationChecks.parametricReluBackward(z, alpha, dy, dz, dAlpha);
        team.split(z.columns(), 16, Math.ceilDiv(WORTHWHILE, Math.max(1, z.rows())),
                (from, to) -> activations.parametricReluBackward(z.columns(from, to - from),
                        alpha.columns(from, to - from), dy.columns(from, to - from), dz.columns(from, to - from),
                        dAlpha.columns(from, to - from)));
    }
}
