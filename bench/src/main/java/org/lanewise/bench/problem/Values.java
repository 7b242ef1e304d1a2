// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import java.util.Arrays;
import java.util.Random;

/// Inputs: the same for every implementation and every run.
public final class Values {

    private static final int BLOCK = 1 << 16;

    private Values() {
    }

    /// Normal deviates. Repeats after 65,536, so that large arrays are quickly filled.
    public static float[] normal(long count, float deviation, long seed) {
        float[] values = new float[Math.toIntExact(count)];
        Random random = new Random(seed);
        int fresh = Math.min(values.length, BLOCK);
        for (int i = 0; i < fresh; i++) {
            values[i] = (float) random.nextGaussian() * deviation;
        }
        for (int i = fresh; i < values.length; i += fresh) {
            System.arraycopy(values, 0, values, i, Math.min(fresh, values.length - i));
        }
        return values;
    }

    /// Positive values, away from 0.
    public static float[] positive(long count, long seed) {
        float[] values = normal(count, 1f, seed);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]) + 0.01f;
        }
        return values;
    }

    /// Class labels from 0 to `classes` − 1.
    public static int[] labels(int count, int classes, long seed) {
        return new Random(seed).ints(count, 0, classes).toArray();
    }

    /// An array of one repeated value.
    public static float[] constant(int count, float value) {
        float[] values = new float[count];
        Arrays.fill(values, value);
        return values;
    }
}
