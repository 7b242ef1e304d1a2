// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import java.util.concurrent.Executor;
import org.lanewise.kernels.activation.ParallelActivations;
import org.lanewise.kernels.dropout.ParallelDropout;
import org.lanewise.kernels.gemm.ParallelGemm;
import org.lanewise.kernels.lanes.ParallelSums;
import org.lanewise.kernels.math.ParallelFunctions;
import org.lanewise.kernels.normalization.ParallelNormalization;
import org.lanewise.kernels.optimizer.ParallelOptimizers;
import org.lanewise.kernels.softmax.ParallelSoftmax;

/// The decorators of all families that split calls over a team of threads.
///
/// Elementwise losses have none, as cross-entropies are not split: their one result sums the rows' losses in 16 lanes,
/// chains over all rows that no part can continue, and their gradient comes along in the same pass.
final class ParallelKernels {

    private ParallelKernels() {
    }

    static Kernels of(Kernels kernels, Executor pool, int threads) {
        return of(kernels, new Team(pool, threads));
    }

    static Kernels of(Kernels kernels, Team team) {
        int threads = team.threads();
        return new KernelSet(() -> kernels.describe() + ", " + threads + (threads == 1 ? " thread" : " threads"),
                new ParallelGemm(kernels.gemm(), team), new ParallelActivations(kernels.activations(), team),
                new ParallelFunctions(kernels.functions(), team), new ParallelSums(kernels.sums(), team),
                new ParallelSoftmax(kernels.softmax(), team), kernels.losses(),
                new ParallelNormalization(kernels.normalization(), team),
                new ParallelOptimizers(kernels.optimizers(), team), new ParallelDropout(kernels.dropout(), team));
    }
}
