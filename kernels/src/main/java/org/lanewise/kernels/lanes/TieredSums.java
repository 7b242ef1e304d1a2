// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.lanes;

import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Exercise;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.Tier;

/// Sums on the reference until their SIMD twins are compiled.
public final class TieredSums extends Tier<Sums> implements Sums {

    private static final int ROWS = 40;

    /// @param reference does the calls before the switch
    /// @param background runs the warm-up
    public TieredSums(Sums reference, Executor background) {
        super("sums", reference, background);
    }

    @Override
    protected Sums twin() {
        return new VectorSums();
    }

    @Override
    protected List<Exercise<Sums>> exercises() {
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

    @Override
    public float sum(Matrix x) {
        return now().sum(x);
    }

    @Override
    public double sumOfSquares(Matrix x) {
        return now().sumOfSquares(x);
    }

    @Override
    public void columnSums(Matrix x, Matrix sums) {
        now().columnSums(x, sums);
    }
}
