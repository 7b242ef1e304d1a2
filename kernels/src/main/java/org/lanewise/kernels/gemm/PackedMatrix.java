// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import java.util.Objects;
import org.lanewise.kernels.internal.check.Checks;
import org.lanewise.kernels.internal.gemm.PackedColumns;

/// A matrix in the layout that a [Gemm]'s inner loop reads: made once for weights that are multiplied many times.
///
/// The layout belongs to the implementation that packed the matrix; others refuse it. A [Gemm] of the caller's own
/// packs to an [Own].
public sealed interface PackedMatrix permits PackedColumns, PackedMatrix.Own {

    /// Rows of the matrix that was packed (k).
    int rows();

    /// Columns of the matrix that was packed (n).
    int columns();

    /// What a [Gemm] of the caller's own packs to; Lanewise's kernels refuse it.
    ///
    /// @param rows rows of the matrix that was packed
    /// @param columns columns of the matrix that was packed
    /// @param layout whatever its products need
    record Own(int rows, int columns, Object layout) implements PackedMatrix {

        /// @throws NullPointerException if `layout` is null
        /// @throws IllegalArgumentException if a size is negative
        public Own {
            Checks.parameter("packed matrix", "rows", rows, rows >= 0, "must not be negative");
            Checks.parameter("packed matrix", "columns", columns, columns >= 0, "must not be negative");
            Objects.requireNonNull(layout, "packed matrix: layout is null");
        }
    }
}
