// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.softmax;

import java.util.Objects;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.check.Checks;
import org.lanewise.kernels.loss.Reduction;

/// How a softmax cross-entropy is taken.
///
/// @param reduction sum or mean over the rows
/// @param labelSmoothing s in [0, 1): the share of each target that is spread evenly over all classes
/// @param classWeights 1×classes, a weight for each class; null for none
public record CrossEntropy(Reduction reduction, float labelSmoothing, Matrix classWeights) {

    /// The mean over the rows, no smoothing, no weights.
    public static final CrossEntropy MEAN = new CrossEntropy(Reduction.MEAN, 0f, null);

    /// The sum over the rows, no smoothing, no weights.
    public static final CrossEntropy SUM = new CrossEntropy(Reduction.SUM, 0f, null);

    /// @throws NullPointerException if `reduction` is null
    /// @throws IllegalArgumentException if the smoothing is not in [0, 1)
    public CrossEntropy {
        Objects.requireNonNull(reduction, "cross-entropy: reduction is null");
        Checks.parameter("cross-entropy", "label smoothing", labelSmoothing,
                labelSmoothing >= 0f && labelSmoothing < 1f, "must be in [0, 1)");
    }
}
