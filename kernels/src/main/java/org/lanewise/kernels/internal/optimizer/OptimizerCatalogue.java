// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.optimizer;

import java.util.List;
import org.lanewise.kernels.optimizer.Optimizer;

/// The optimizers that warm-ups and tests walk: every optimizer; Adam also with and without decay, with AMSGrad, and
/// with betas of 0.
public final class OptimizerCatalogue {

    /// Every path through the optimizer steps.
    public static final List<Optimizer> ALL = List.of(new Optimizer.Sgd(), new Optimizer.Momentum(0.9f),
            new Optimizer.AveragingMomentum(0.9f), new Optimizer.Nesterov(0.9f), new Optimizer.RmsProp(0.9f, 1e-8f),
            new Optimizer.Adagrad(1e-10f), new Optimizer.Adadelta(0.95f, 1e-6f), Optimizer.Adam.DEFAULT,
            Optimizer.Adam.DEFAULT.withDecoupledDecay(0.01f),
            Optimizer.Adam.DEFAULT.withAmsgrad(true),
            Optimizer.Adam.DEFAULT.withDecoupledDecay(0.01f).withAmsgrad(true),
            Optimizer.Adam.DEFAULT.withBetas(0f, 0f).withEpsilon(1e-6f).withDecoupledDecay(0.1f).withAmsgrad(true));

    private OptimizerCatalogue() {
    }
}
