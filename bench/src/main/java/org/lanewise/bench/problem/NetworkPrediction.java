// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import org.lanewise.kernels.Kernels;

/// The network 784-128-64-10 with ReLU.
public record NetworkPrediction(int batch) implements Problem {

    @Override
    public Family family() {
        return Family.PREDICTION;
    }

    @Override
    public String name() {
        return "batch " + batch;
    }

    @Override
    public Cost cost() {
        return Cost.products(2.0 * batch * (784 * 128 + 128 * 64 + 64 * 10), 4.0 * (784 * 128 + 784.0 * batch), batch);
    }

    @Override
    public Task with(Kernels kernels) {
        throw new UnsupportedOperationException("networks are not there yet");
    }
}
