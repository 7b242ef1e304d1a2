// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.lanes;

import org.lanewise.kernels.Matrix;

/// Sums over arrays, in an order that no vector width can change.
///
/// A row is summed in 16 virtual lanes: element j goes to lane j mod 16, each lane a chain, j ascending from +0; the
/// lanes meet in one tree: lane l with l + 8, then with l + 4, l + 2, l + 1. A matrix is summed as its rows' sums,
/// which are summed like a row: row i goes to lane i mod 16. Column sums are chains over the rows, ascending.
public interface Sums {

    /// Σ x over all elements.
    ///
    /// @throws NullPointerException if `x` is null
    /// @throws IllegalArgumentException if `x` is transposed
    float sum(Matrix x);

    /// Σ x² over all elements, each step of a lane an fma.
    ///
    /// @throws NullPointerException if `x` is null
    /// @throws IllegalArgumentException if `x` is transposed
    float sumOfSquares(Matrix x);

    /// sums\[j] ← Σ over i of x\[i]\[j], i ascending from +0: the gradient of a bias.
    ///
    /// @param x rows×columns
    /// @param sums 1×columns, overwritten
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, a view is transposed, or the views overlap
    void columnSums(Matrix x, Matrix sums);
}
