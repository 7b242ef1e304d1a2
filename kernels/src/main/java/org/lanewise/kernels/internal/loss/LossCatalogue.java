// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.loss;

import java.util.List;
import org.lanewise.kernels.loss.Loss;

/// The losses that warm-ups and tests walk: every loss, with the values of its parameters that select other code.
public final class LossCatalogue {

    /// Every path through the loss passes.
    public static final List<Loss> ALL = List.of(new Loss.SquaredError(), new Loss.HalfSquaredError(),
            new Loss.AbsoluteError(), new Loss.Huber(0.7f), new Loss.Huber(1e-3f), new Loss.BinaryCrossEntropy(),
            new Loss.BinaryCrossEntropyWithLogits(), new Loss.CategoricalCrossEntropy(),
            new Loss.BinaryFocalWithLogits(0.25f, 2f), new Loss.BinaryFocalWithLogits(1f, 0f),
            new Loss.BinaryFocalWithLogits(0f, 0.5f));

    private LossCatalogue() {
    }
}
