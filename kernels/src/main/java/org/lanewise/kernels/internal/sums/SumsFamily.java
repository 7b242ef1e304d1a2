// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.sums;

import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.family.Exercise;
import org.lanewise.kernels.internal.family.Family;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.team.Team;
import org.lanewise.kernels.sums.Sums;

/// Sums: what the family decides by itself.
public final class SumsFamily implements Family<Sums> {

    private static final int ROWS = 40;

    @Override
    public String name() {
        return "sums";
    }

    @Override
    public Sums reference() {
        return new ScalarSums();
    }

    @Override
    public Sums twin(ArrayActivations activations) {
        return new VectorSums();
    }

    @Override
    public Sums tiered(Executor background, ArrayActivations activations) {
        return new TieredSums(background, activations);
    }

    @Override
    public Sums split(Sums kernels, Team team) {
        return new ParallelSums(kernels, team);
    }

    @Override
    public List<Exercise<Sums>> exercises() {
        Matrix run = Exercise.run();
        Matrix ragged = Exercise.ragged();
        Matrix tall = Exercise.matrix(ROWS, 4 * Lanes.COUNT + Lanes.COUNT - 1, 3);
        Matrix sums = Exercise.matrix(1, tall.columns(), 0);
        return List.of(
                new Exercise<>("sum", family -> {
                    family.sum(run);
                    family.sum(ragged);
                }),
                new Exercise<>("sum of squares", family -> {
                    family.sumOfSquares(run);
                    family.sumOfSquares(ragged);
                }),
                new Exercise<>("column sums", family -> family.columnSums(tall, sums)));
    }
}
