// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.dropout;

import org.lanewise.kernels.Matrix;

/// Inverted dropout (Srivastava et al., 2014, with the scaling in training) with a mask that is computed, never stored.
///
/// 16 random bits of its own decide whether an element is dropped. So p is rounded to a multiple of 2⁻¹⁶, at most
/// 1 − 2⁻¹⁶; the factor 1/(1 − p) uses the rounded p, so that the expectation of y is x.
public interface Dropout {

    /// y ← x / (1 − p) where the element is kept, +0 where it is dropped. The backward pass is the same call on the
    /// gradient: the mask is a pure function of (seed, stream, index of the element).
    ///
    /// @param x rows×columns
    /// @param probability p in [0, 1): the probability to drop an element; 0 copies
    /// @param seed any value, 0 too
    /// @param stream tells apart uses of one seed, such as layers and steps
    /// @param firstIndex index of element (0, 0) in the stream: element (i, j) has `firstIndex + i * columns + j`, so
    ///     that a part of a batch can draw what the whole would
    /// @param y rows×columns; may be the very view x
    /// @throws NullPointerException if a matrix is null
    /// @throws IllegalArgumentException if shapes differ, p is out of range, `firstIndex` is negative or too near to
    ///     `Long.MAX_VALUE` for all elements, a view is transposed, or the views overlap in part
    void apply(Matrix x, float probability, long seed, long stream, long firstIndex, Matrix y);
}
