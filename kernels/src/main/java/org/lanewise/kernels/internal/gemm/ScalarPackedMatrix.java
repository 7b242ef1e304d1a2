// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.Matrix;

/// What the reference packs to: a plain copy.
record ScalarPackedMatrix(Matrix matrix) implements PackedColumns {

    @Override
    public int rows() {
        return matrix.rows();
    }

    @Override
    public int columns() {
        return matrix.columns();
    }

    @Override
    public ScalarPackedMatrix columns(int from, int to) {
        return new ScalarPackedMatrix(matrix.columns(from, to - from));
    }

    void copy(Matrix b) {
        for (int i = 0; i < b.rows(); i++) {
            for (int j = 0; j < b.columns(); j++) {
                matrix.data()[matrix.index(i, j)] = b.data()[b.index(i, j)];
            }
        }
    }
}
