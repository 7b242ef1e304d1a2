// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import java.util.concurrent.Executor;
import java.util.function.Function;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.internal.family.Family;
import org.lanewise.kernels.internal.team.Team;

/// The decorators of all families that split calls over a team of threads.
///
/// Elementwise losses have none, as cross-entropies are not split: their one result sums the rows' losses in 16 lanes,
/// chains over all rows that no part can continue, and their gradient comes along in the same pass.
public final class ParallelKernels {

    private ParallelKernels() {
    }

    public static Kernels of(Kernels kernels, Executor pool, int threads) {
        return of(kernels, new Team(pool, threads));
    }

    public static Kernels of(Kernels kernels, Team team) {
        int threads = team.threads();
        return KernelSet.of(() -> kernels.describe() + ", " + threads + (threads == 1 ? " thread" : " threads"),
                new KernelSet.Source() {
                    @Override
                    public <F> F of(Family<F> family, Function<Kernels, F> member) {
                        return family.split(member.apply(kernels), team);
                    }
                });
    }
}
