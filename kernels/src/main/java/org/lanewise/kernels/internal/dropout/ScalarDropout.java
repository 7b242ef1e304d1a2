// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.dropout;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.dropout.Dropout;

/// The reference of [Dropout].
public final class ScalarDropout implements Dropout {

    /// The reference; it needs nothing.
    public ScalarDropout() {
    }

    @Override
    public void apply(Matrix x, float probability, long seed, long stream, long firstIndex, Matrix y) {
        DropoutMask.check(x, probability, firstIndex, y);
        int threshold = DropoutMask.threshold(probability);
        float scale = DropoutMask.scale(threshold);
        for (int row = 0; row < x.rows(); row++) {
            drop(x.data(), x.index(row, 0), y.data(), y.index(row, 0), x.columns(), threshold, scale, seed, stream,
                    firstIndex + (long) row * x.columns());
        }
    }

    private static void drop(float[] x, int xAt, float[] y, int yAt, int count, int threshold, float scale, long seed,
            long stream, long firstIndex) {
        for (int i = 0; i < count; i++) {
            boolean kept = DropoutMask.bits(seed, stream, firstIndex + i) >= threshold;
            y[yAt + i] = kept ? x[xAt + i] * scale : 0f;
        }
    }
}
