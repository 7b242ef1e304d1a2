// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.Kernels;

/// A layer of a network in training, with the activation that it took over, bound to the memory of one batch size:
/// running it makes only kernel calls.
interface TrainingStage {

    /// Computes the stage's output from its input.
    ///
    /// @param step number of the training step, from 1
    void forward(Kernels kernels, long step);

    /// Computes the parameters' gradients and the input's from the output's.
    void backward(Kernels kernels, long step);
}
