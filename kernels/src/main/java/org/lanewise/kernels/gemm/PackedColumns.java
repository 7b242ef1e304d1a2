// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

/// A packed matrix of which some columns can be multiplied by themselves, by the implementation that packed it.
interface PackedColumns extends PackedMatrix {

    /// A view of the columns from `from`, a multiple of [ParallelGemm#COLUMN_UNIT], up to, not including, `to`.
    PackedColumns columns(int from, int to);
}
