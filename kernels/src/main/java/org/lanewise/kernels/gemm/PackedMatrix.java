// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

/// A matrix in the layout that a [Gemm]'s inner loop reads: made once for weights that are multiplied many times.
///
/// The layout belongs to the implementation that packed it; another refuses it.
public interface PackedMatrix {

    /// Rows of the matrix that was packed (k).
    int rows();

    /// Columns of the matrix that was packed (n).
    int columns();
}
