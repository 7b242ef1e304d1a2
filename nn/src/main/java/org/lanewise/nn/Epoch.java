// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

/// One pass over the training data, finished.
///
/// @param number from 1
/// @param steps optimizer steps of this epoch
/// @param loss mean of the mini-batches' losses, each weighted by its rows, as training saw them
/// @param validation the model after this epoch on the validation data; null where there is none
public record Epoch(int number, int steps, double loss, Evaluation validation) {

    /// Told after each epoch.
    @FunctionalInterface
    public interface Listener {

        /// Does nothing.
        Listener NONE = _ -> true;

        /// Called on the training thread.
        ///
        /// @return whether training should go on
        boolean finished(Epoch epoch);
    }
}
