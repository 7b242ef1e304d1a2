// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.internal.check.Checks;

/// The learning rate of each step. Runs are reproducible only if it is a pure function of the step.
@FunctionalInterface
public interface LearningRate {

    /// The rate of a step.
    ///
    /// @param step the step's number, from 1
    float at(long step);

    /// The same rate for every step.
    ///
    /// @throws IllegalArgumentException if the rate is not finite
    static LearningRate constant(float rate) {
        Checks.parameter("learning rate", "rate", rate, Float.isFinite(rate), "must be finite");
        return _ -> rate;
    }
}
