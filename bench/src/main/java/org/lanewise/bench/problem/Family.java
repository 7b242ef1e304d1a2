// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// The kernel families, as the command line and the result files name them.
public enum Family {
    /// Matrix products.
    GEMM(Unit.GFLOPS, "Matrix products"),
    /// Dense layers: product, bias and ReLU, weights packed before.
    DENSE(Unit.GFLOPS, "Dense layers with bias and ReLU"),
    /// Activations and elementary functions.
    ELEMENTWISE(Unit.NANOSECONDS_PER_ELEMENT, "Activations and elementary functions"),
    /// Softmax, cross-entropy and losses.
    SOFTMAX(Unit.NANOSECONDS_PER_ELEMENT, "Softmax and losses"),
    /// Batch and layer norm.
    NORMALIZATION(Unit.NANOSECONDS_PER_ELEMENT, "Normalization"),
    /// Optimizer steps.
    OPTIMIZERS(Unit.NANOSECONDS_PER_ELEMENT, "Optimizers"),
    /// Dropout.
    DROPOUT(Unit.NANOSECONDS_PER_ELEMENT, "Dropout"),
    /// One training step of a network.
    TRAINING(Unit.MICROSECONDS, "Training steps"),
    /// A prediction of a network.
    PREDICTION(Unit.MICROSECONDS, "Predictions");

    private final Unit unit;
    private final String title;

    Family(Unit unit, String title) {
        this.unit = unit;
        this.title = title;
    }

    /// The unit of its results.
    public Unit unit() {
        return unit;
    }

    /// A heading.
    public String title() {
        return title;
    }

    /// The name in commands and files.
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The family with this name.
    ///
    /// @throws IllegalArgumentException if there is none; the message lists all
    public static Family of(String id) {
        for (Family family : values()) {
            if (family.id().equals(id)) {
                return family;
            }
        }
        throw new IllegalArgumentException("family: \"" + id + "\" is none of "
                + Arrays.stream(values()).map(Family::id).collect(Collectors.joining(", ")));
    }
}
