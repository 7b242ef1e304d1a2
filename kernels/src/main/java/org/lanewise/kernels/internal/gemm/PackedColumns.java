// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.gemm.PackedMatrix;

/// A packed matrix that can be split by columns: a range of them is a packed matrix, too, for the implementation that
/// packed the whole.
public sealed interface PackedColumns extends PackedMatrix
        permits PackedPanels, ScalarPackedMatrix, TieredPackedMatrix {

    /// A view of the columns from `from`, a multiple of [ParallelGemm#COLUMN_UNIT], up to, not including, `to`.
    PackedColumns columns(int from, int to);
}
