// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.sums;

import org.lanewise.kernels.Matrix;

/// Sums over arrays, in an order that no vector width can change and whose error does not grow with the array.
///
/// The elements of a matrix, row by row, are summed in blocks of 256: element j of a block goes to lane j mod 16 of 16
/// virtual lanes, each a chain, j ascending from +0; the lanes meet in one tree: lane l with l + 8, then with l + 4,
/// l + 2, l + 1. Blocks meet in one tree, too, in double: the first m of n blocks with the others, m being the largest
/// power of two below n. A block whose sum overflows is summed in double from the start. So the sum of a matrix does
/// not depend on its shape or stride.
///
/// Columns are summed in panels of 16 rows, each a chain from +0, rows ascending; the panels meet in the same tree, in
/// float.
///
/// Where all terms have one sign the relative error is below 10⁻⁶, for any number of terms.
public interface Sums {

    /// Σ x over all elements.
    ///
    /// @throws NullPointerException if `x` is null
    /// @throws IllegalArgumentException if `x` is transposed
    float sum(Matrix x);

    /// Σ x² over all elements, each step of a lane an fma. In double, since the squares of large floats overflow a
    /// float and those of small ones vanish: a block whose sum is not from 2⁻¹⁰⁰ to the largest float is summed in
    /// double from the start.
    ///
    /// @return finite if all elements are
    /// @throws NullPointerException if `x` is null
    /// @throws IllegalArgumentException if `x` is transposed
    double sumOfSquares(Matrix x);

    /// sums\[j] ← Σ over i of x\[i]\[j]: the gradient of a bias.
    ///
    /// @param x rows×columns
    /// @param sums 1×columns, overwritten
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, a view is transposed, or the views overlap
    void columnSums(Matrix x, Matrix sums);
}
