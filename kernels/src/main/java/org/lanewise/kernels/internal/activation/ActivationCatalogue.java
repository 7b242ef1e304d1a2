// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import java.util.List;
import org.lanewise.kernels.activation.Activation;

/// The activations that warm-ups, tests and benchmarks walk: every activation with its usual parameters first, then
/// with other parameters where those select other code or the sign of a slope.
public final class ActivationCatalogue {

    /// Every path through the activation passes.
    public static final List<Activation> ALL = List.of(Activation.IDENTITY, new Activation.Threshold(),
            new Activation.Sign(), Activation.SIGMOID, new Activation.Sigmoid(1.7f, 0.6f), Activation.TANH,
            Activation.RELU, new Activation.LeakyRelu(0.01f), new Activation.LeakyRelu(-2f), Activation.SILU,
            new Activation.Silu(1.7f, 0.6f), new Activation.Elu(1f), new Activation.Elu(0.5f),
            new Activation.Softplus(1f, 1f), new Activation.Softplus(1.7f, 0.6f), new Activation.Mish(1f),
            new Activation.Mish(1.7f), new Activation.Squareplus(4f), new Activation.Squareplus(0f), Activation.GELU,
            new Activation.GeluTanh(), new Activation.HardSigmoid(), new Activation.HardSwish());

    private ActivationCatalogue() {
    }
}
