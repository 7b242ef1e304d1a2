// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.family.Exercise;
import org.lanewise.kernels.internal.family.Family;
import org.lanewise.kernels.internal.team.Team;

/// Products: what the family decides by itself.
public final class GemmFamily implements Family<Gemm> {

    @Override
    public String name() {
        return "gemm";
    }

    @Override
    public Gemm reference() {
        return new ScalarGemm();
    }

    @Override
    public Gemm twin(ArrayActivations activations) {
        return new VectorGemm(activations);
    }

    @Override
    public Gemm tiered(Executor background, ArrayActivations activations) {
        return new TieredGemm(background, activations);
    }

    @Override
    public Gemm split(Gemm kernels, Team team) {
        return new ParallelGemm(kernels, team);
    }

    @Override
    public List<Exercise<Gemm>> exercises() {
        return GemmExercises.all();
    }
}
