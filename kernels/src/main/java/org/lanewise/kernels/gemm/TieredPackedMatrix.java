// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import org.lanewise.kernels.Matrix;

/// What tiered kernels pack to: the reference's copy, and from the switch on the twin's panels in its place.
final class TieredPackedMatrix implements PackedMatrix {

    /// A packed matrix with the implementation that packed it: read together, or a product could mix the two.
    record Form(Gemm gemm, PackedMatrix matrix) {
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

    Form form() {
        return form;
    }

    /// Packs anew in the present form.
    synchronized void pack(Matrix b) {
        form.gemm().pack(b, form.matrix());
    }

    /// Replaces the reference's copy. Products that run on the copy meanwhile end on it.
    synchronized void turnInto(Gemm twin) {
        if (form.matrix() instanceof ScalarPackedMatrix(Matrix copy)) {
            form = new Form(twin, twin.pack(copy));
        }
    }
}
