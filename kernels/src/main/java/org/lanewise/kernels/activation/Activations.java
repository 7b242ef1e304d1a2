// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.activation;

import org.lanewise.kernels.Matrix;

/// Elementwise activation passes. All matrices of a call are plain views of one shape, but for the slopes of parametric
/// ReLU and their gradient, which are 1×columns; an output may be the very view of an input (in place), but must not
/// overlap it in part. Outputs must not overlap each other.
///
/// A backward pass selects: where the derivative is 0, so is the result, even for an infinite or NaN gradient.
public interface Activations {

    /// y ← σ(z).
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes differ, a view is transposed, or views overlap in part
    void value(Activation activation, Matrix z, Matrix y);

    /// y ← σ(z) and derivative ← σ'(z) in one pass: the same bits as two.
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes differ, a view is transposed, or views overlap in part
    void valueAndDerivative(Activation activation, Matrix z, Matrix y, Matrix derivative);

    /// dz ← dy · σ'(z): the backward pass from the saved input.
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes differ, a view is transposed, or views overlap in part
    void backward(Activation activation, Matrix z, Matrix dy, Matrix dz);

    /// dz ← dy · derivative: the backward pass from a saved derivative.
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes differ, a view is transposed, or views overlap in part
    void backward(Matrix derivative, Matrix dy, Matrix dz);

    /// y ← z for z > 0, else alpha\[column]·z: ReLU with a learned slope for each column.
    ///
    /// @param alpha 1×columns
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, a view is transposed, or views overlap in part
    void parametricRelu(Matrix z, Matrix alpha, Matrix y);

    /// The backward pass of [#parametricRelu]: dz ← dy·(z > 0 ? 1 : alpha) and, for each column, dAlpha ← Σ dy·z over
    /// the rows with z < 0, each step an fma, in the order of [org.lanewise.kernels.sums.Sums#columnSums].
    ///
    /// @param alpha 1×columns
    /// @param dAlpha 1×columns, overwritten
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, a view is transposed, or views overlap in part
    void parametricReluBackward(Matrix z, Matrix alpha, Matrix dy, Matrix dz, Matrix dAlpha);
}
