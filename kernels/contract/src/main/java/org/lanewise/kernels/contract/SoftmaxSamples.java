// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import java.util.Random;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.contract.Samples.Layout;

/// Inputs of [SoftmaxContract].
final class SoftmaxSamples {

    private SoftmaxSamples() {
    }

    /// Logits in changing layouts: ordinary ones, some with denormal exponentials, some with −∞ (masked classes), and
    /// some with every special value.
    static Matrix logits(Random random, int rows, int columns, int turn) {
        Layout layout = Layout.values()[turn % 3];
        if (turn % 4 == 3) {
            return Samples.special(random, rows, columns, layout);
        }
        Matrix z = Samples.normal(random, rows, columns, layout, turn % 4 == 2 ? 40f : 3f);
        if (turn % 4 == 1) {
            for (int i = 0; i < rows; i++) {
                z.set(i, random.nextInt(columns), Float.NEGATIVE_INFINITY);
            }
        }
        return z;
    }

    static int[] labels(Random random, int count, int classes) {
        return random.ints(count, 0, classes).toArray();
    }

    /// Probabilities, a third of them 0.
    static Matrix targets(Random random, int rows, int columns) {
        Matrix targets = Samples.blank(rows, columns, Layout.STRIDED);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                targets.set(i, j, random.nextInt(3) == 0 ? 0f : random.nextFloat());
            }
        }
        return targets;
    }
}
