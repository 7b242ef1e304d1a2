// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Gemm;

/// What tiered kernels pack to: the reference's copy, and from the switch on the twin's panels in its place.
final class TieredPackedMatrix implements PackedColumns {

    /// A packed matrix with the implementation that packed it: one field, so that no product combines an old matrix
    /// with the new implementation.
    record Form(Gemm gemm, PackedColumns matrix) {

        /// B, packed by one of the twins.
        static Form of(Gemm gemm, Matrix b) {
            return new Form(gemm, (PackedColumns) gemm.pack(b));
        }
    }

    private final int rows;
    private final int columns;
    private volatile Form form;

    TieredPackedMatrix(Form form) {
        this.rows = form.matrix().rows();
        this.columns = form.matrix().columns();
        this.form = form;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    /// The columns in their present form, which a later switch does not change.
    @Override
    public TieredPackedMatrix columns(int from, int to) {
        Form now = form;
        return new TieredPackedMatrix(new Form(now.gemm(), now.matrix().columns(from, to)));
    }

    Form form() {
        return form;
    }

    /// Packs anew in the present form.
    synchronized void pack(Matrix b) {
        form.gemm().pack(b, form.matrix());
    }

    /// Replaces the reference's copy. Products that have begun with the copy end with it.
    synchronized void turnInto(Gemm twin) {
        if (form.matrix() instanceof ScalarPackedMatrix(Matrix copy)) {
            form = Form.of(twin, copy);
        }
    }
}
