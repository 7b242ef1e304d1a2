// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.Objects;

/// How well a model does on a data set.
///
/// @param loss the objective over the whole set
/// @param accuracy share of examples whose largest output is at their label; an example with a NaN among its outputs
///     counts as wrong; NaN for a regression
/// @param unclassified number of examples without a class, because an output is NaN; 0 for a regression
/// @param confusion how often examples of one class were taken for another; without classes for a regression
public record Evaluation(double loss, double accuracy, int unclassified, Confusion confusion) {

    /// @throws NullPointerException if `confusion` is null
    public Evaluation {
        Objects.requireNonNull(confusion, "evaluation: confusion is null");
    }
}
