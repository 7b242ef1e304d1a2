// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Exercise;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.Tier;

/// Losses on the reference until their SIMD twins are compiled.
public final class TieredLosses extends Tier<Losses> implements Losses {

    /// @param reference does the calls before the switch
    /// @param background runs the warm-up
    public TieredLosses(Losses reference, Executor background) {
        super("losses", reference, background);
    }

    @Override
    protected Losses twin() {
        return new VectorLosses();
    }

    @Override
    protected List<Exercise<Losses>> exercises() {
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

    @Override
    public float loss(Loss loss, Reduction reduction, Matrix prediction, Matrix target, Matrix gradient) {
        return now().loss(loss, reduction, prediction, target, gradient);
    }
}
