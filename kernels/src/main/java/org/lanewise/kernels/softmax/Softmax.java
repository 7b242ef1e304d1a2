// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.softmax;

import org.lanewise.kernels.Matrix;

/// Softmax over rows, its logarithm, and both fused with cross-entropy.
///
/// All passes are stable: the row's maximum is subtracted first, and where one class is nearly certain, its
/// log-probability, the loss and their gradients are computed from the other classes' terms, so that they keep their
/// digits however small they are. Sums along a row are taken as [org.lanewise.kernels.sums.Sums#sum] does, in blocks of
/// 1024 columns. A class may be masked by −∞: its probability is 0. A row of −∞ alone, or one holding NaN or +∞, gives
/// NaN.
public interface Softmax {

    /// y\[i]\[j] ← e^(z\[i]\[j] − max) / Σ e^(z\[i] − max), each row by itself; y may be the very view z.
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes differ, there is no column, a view is transposed, or views overlap
    ///     in part
    default void softmax(Matrix z, Matrix y) {
        softmax(z, MaskedRows.NAN, y);
    }

    /// As [#softmax(Matrix, Matrix)], with a choice for rows of −∞ alone.
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes differ, there is no column, a view is transposed, or views overlap
    ///     in part
    void softmax(Matrix z, MaskedRows masked, Matrix y);

    /// y\[i]\[j] ← (z\[i]\[j] − max) − log Σ e^(z\[i] − max), each row by itself; y may be the very view z.
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes differ, there is no column, a view is transposed, or views overlap
    ///     in part
    void logSoftmax(Matrix z, Matrix y);

    /// dz ← y·(dy − Σ_j y·dy): the backward pass from softmax's output; dz may be the very view dy.
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes differ, a view is transposed, or dz overlaps y, or dy in part
    void softmaxBackward(Matrix y, Matrix dy, Matrix dz);

    /// dz ← dy − e^y·Σ_j dy: the backward pass from log-softmax's output; dz may be the very view dy.
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes differ, a view is transposed, or dz overlaps y, or dy in part
    void logSoftmaxBackward(Matrix y, Matrix dy, Matrix dz);

    /// Softmax and cross-entropy from integer labels, loss and gradient in one pass.
    ///
    /// With s the smoothing, w the class weights (1 where there are none) and C classes, row i has the target
    /// t = (1 − s)·onehot(label) + s/C and the loss −Σ_c w_c·t_c·log softmax(z)_c. The mean divides by the sum over the
    /// rows of w at the label, as PyTorch does; where that sum is 0, as where the labels of a batch all have weight 0,
    /// loss and gradient are 0.
    ///
    /// @param z rows×classes, the logits
    /// @param labels the class of row i at index `labelsOffset + i`, from 0 to classes − 1
    /// @param labelsOffset index of the first row's label
    /// @param options reduction, smoothing, weights
    /// @param dz receives the gradient of the loss by z; may be the very view z; null where it is not wanted
    /// @return the loss
    /// @throws NullPointerException if an argument but `dz` is null
    /// @throws IllegalArgumentException if shapes do not match, a label is out of range, the labels leave their array,
    ///     there is no row or column, a view is transposed, or dz overlaps the class weights, or z in part; before
    ///     anything is written
    float crossEntropy(Matrix z, int[] labels, int labelsOffset, CrossEntropy options, Matrix dz);

    /// Softmax and cross-entropy from rows of target probabilities, loss and gradient in one pass.
    ///
    /// Row i has the loss −Σ_c w_c·t_c·log softmax(z)_c with t = (1 − s)·target + s/C. The mean divides by the number
    /// of rows.
    ///
    /// @param z rows×classes, the logits
    /// @param targets rows×classes; rows need not sum to 1
    /// @param options reduction, smoothing, weights
    /// @param dz receives the gradient of the loss by z; may be the very view z; null where it is not wanted
    /// @return the loss
    /// @throws NullPointerException if an argument but `dz` is null
    /// @throws IllegalArgumentException if shapes do not match, there is no row or column, a view is transposed, or dz
    ///     overlaps `targets` or the class weights, or z in part
    float crossEntropy(Matrix z, Matrix targets, CrossEntropy options, Matrix dz);
}
