// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.optimizer;

import java.util.List;
import org.lanewise.kernels.optimizer.Optimizer;

/// The optimizers that warm-ups and tests walk: each one there is, Adam with and without decay and the largest v.
public final class OptimizerCatalogue {

    /// Every way through the optimizer steps.
    public static final List<Optimizer> ALL = List.of(new Optimizer.Sgd(), new Optimizer.Momentum(0.9f),
            new Optimizer.AveragingMomentum(0.9f), new Optimizer.Nesterov(0.9f), new Optimizer.RmsProp(0.9f, 1e-8f),
            new Optimizer.Adagrad(1e-8f), new Optimizer.Adadelta(0.9f, 1e-6f), Optimizer.Adam.DEFAULT,
            new Optimizer.Adam(0.9f, 0.999f, 1e-8f, 0.01f, false), new Optimizer.Adam(0.9f, 0.999f, 1e-8f, 0f, true),
            new Optimizer.Adam(0.9f, 0.999f, 1e-8f, 0.01f, true));

    private OptimizerCatalogue() {
    }
}
