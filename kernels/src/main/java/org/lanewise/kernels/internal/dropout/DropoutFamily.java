// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.dropout;

import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.dropout.Dropout;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.family.Exercise;
import org.lanewise.kernels.internal.family.Family;
import org.lanewise.kernels.internal.team.Team;

/// Dropout: what the family decides by itself.
public final class DropoutFamily implements Family<Dropout> {

    @Override
    public String name() {
        return "dropout";
    }

    @Override
    public Dropout reference() {
        return new ScalarDropout();
    }

    @Override
    public Dropout twin(ArrayActivations activations) {
        return new VectorDropout();
    }

    @Override
    public Dropout tiered(Executor background, ArrayActivations activations) {
        return new TieredDropout(background, activations);
    }

    @Override
    public Dropout split(Dropout kernels, Team team) {
        return new ParallelDropout(kernels, team);
    }

    @Override
    public List<Exercise<Dropout>> exercises() {
        Matrix[] run = {Exercise.run(), Exercise.run()};
        Matrix[] ragged = {Exercise.ragged(), Exercise.ragged()};
        return List.of(new Exercise<>("dropout", family -> {
            family.apply(run[0], 0.3f, 1, 2, 0, run[1]);
            family.apply(ragged[0], 0.3f, 1, 2, 3, ragged[1]);
        }));
    }
}
