// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.Objects;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Reduction;
import org.lanewise.kernels.softmax.CrossEntropy;

/// What training minimizes.
public sealed interface Objective {

    /// Softmax cross-entropy of the network's outputs, taken as logits, against class labels.
    record Classification(CrossEntropy options) implements Objective {
        public Classification {
            Objects.requireNonNull(options, "objective: options is null");
        }
    }

    /// A loss of the network's outputs against target values.
    record Regression(Loss loss, Reduction reduction) implements Objective {
        public Regression {
            Objects.requireNonNull(loss, "objective: loss is null");
            Objects.requireNonNull(reduction, "objective: reduction is null");
        }
    }

    /// The mean softmax cross-entropy.
    static Objective classification() {
        return new Classification(CrossEntropy.MEAN);
    }

    /// The mean of a loss.
    static Objective regression(Loss loss) {
        return new Regression(loss, Reduction.MEAN);
    }
}
