// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.gemm.PackedMatrix;

/// A packed matrix of which some columns can be multiplied by themselves, by the implementation that packed it.
public sealed interface PackedColumns extends PackedMatrix
        permits PackedPanels, ScalarPackedMatrix, TieredPackedMatrix {

    /// A view of the columns from `from`, a multiple of [ParallelGemm#COLUMN_UNIT], up to, not including, `to`.
    PackedColumns columns(int from, int to);
}
