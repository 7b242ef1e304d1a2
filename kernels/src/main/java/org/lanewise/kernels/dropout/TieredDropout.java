// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.dropout;

import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Exercise;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.Tier;

/// Dropout on the reference until its SIMD twin is compiled.
public final class TieredDropout extends Tier<Dropout> implements Dropout {

    /// @param reference does the calls before the switch
    /// @param background runs the warm-up
    public TieredDropout(Dropout reference, Executor background) {
        super("dropout", reference, background);
    }

    @Override
    protected Dropout twin() {
        return new VectorDropout();
    }

    @Override
    protected List<Exercise<Dropout>> exercises() {
        Matrix[] run = {Exercise.run(), Exercise.run()};
        Matrix[] ragged = {Exercise.ragged(), Exercise.ragged()};
        return List.of(new Exercise<>("dropout", family -> {
            family.apply(run[0], 0.3f, 1, 2, 0, run[1]);
            family.apply(ragged[0], 0.3f, 1, 2, 3, ragged[1]);
        }));
    }

    @Override
    public void apply(Matrix x, float probability, long seed, long stream, long firstIndex, Matrix y) {
        now().apply(x, probability, seed, stream, firstIndex, y);
    }
}
