// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.family.Exercise;
import org.lanewise.kernels.internal.family.Family;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Losses;
import org.lanewise.kernels.loss.Reduction;

/// Elementwise losses: what the family decides by itself.
public final class LossesFamily implements Family<Losses> {

    @Override
    public String name() {
        return "losses";
    }

    @Override
    public Losses reference() {
        return new ScalarLosses();
    }

    @Override
    public Losses twin(ArrayActivations activations) {
        return new VectorLosses();
    }

    @Override
    public Losses tiered(Executor background, ArrayActivations activations) {
        return new TieredLosses(background, activations);
    }

    @Override
    public List<Exercise<Losses>> exercises() {
        Matrix[] run = {Exercise.run(), Exercise.run(), Exercise.run()};
        Matrix[] ragged = {Exercise.ragged(), Exercise.ragged(), Exercise.ragged()};
        List<Exercise<Losses>> exercises = new ArrayList<>();
        for (Loss loss : LossCatalogue.ALL) {
            exercises.add(new Exercise<>(loss.toString(), family -> {
                family.loss(loss, Reduction.MEAN, run[0], run[1], run[2]);
                family.loss(loss, Reduction.SUM, ragged[0], ragged[1], ragged[2]);
                family.loss(loss, Reduction.SUM, ragged[0], ragged[1], null);
            }));
        }
        return exercises;
    }
}
