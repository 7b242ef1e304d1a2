// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

/// One pass over the training data, finished.
///
/// @param number from 1
/// @param steps optimizer steps of this epoch
/// @param loss the objective over the epoch's examples, each taken with the parameters before its batch's step: for a
///     sum the sum of the batches' losses; for a mean the mean of the batches' means, each weighted by its divisor
///     (rows, elements, or the sum of the class weights at the labels), and 0 where all weights are 0
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
