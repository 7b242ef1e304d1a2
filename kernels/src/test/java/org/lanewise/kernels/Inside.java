// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import java.util.concurrent.Executor;
import org.lanewise.kernels.gemm.Gemm;

/// What tests in other packages need of this one's inside.
public final class Inside {

    private Inside() {
    }

    /// A team that splits calls worth no more than `largestGrain`.
    public static Team team(Executor pool, int threads, long largestGrain) {
        return new Team(pool, threads, largestGrain);
    }

    /// Other kernels with these products.
    public static Kernels with(Gemm gemm, Kernels others) {
        return new KernelSet(() -> gemm.getClass().getSimpleName() + " beside " + others.describe(), gemm,
                others.activations(), others.functions(), others.sums(), others.softmax(), others.losses(),
                others.normalization(), others.optimizers(), others.dropout());
    }
}
