// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.loss;

import org.lanewise.kernels.Matrix;

/// Losses with their gradients, in one pass.
public interface Losses {

    /// The loss of a prediction and, where wanted, its gradient.
    ///
    /// @param loss the loss
    /// @param reduction mean or sum, over all elements or, for a loss of whole rows, over the rows
    /// @param prediction rows×columns
    /// @param target rows×columns
    /// @param gradient receives the derivative of the reduced loss by each prediction; may be the very view
    ///     `prediction`; null where it is not wanted
    /// @return the reduced loss; element losses are summed as [org.lanewise.kernels.sums.Sums] does, and a mean is
    ///     finite wherever it fits a float, even if the sum does not
    /// @throws NullPointerException if an argument but `gradient` is null
    /// @throws IllegalArgumentException if shapes differ, there is no element, a view is transposed, or `gradient`
    ///     overlaps `target`, or `prediction` in part
    float loss(Loss loss, Reduction reduction, Matrix prediction, Matrix target, Matrix gradient);
}
