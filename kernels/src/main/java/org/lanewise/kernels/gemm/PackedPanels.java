// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import org.lanewise.kernels.Matrix;

/// B in panels of one vector's columns, each a run of k rows; the last panel is filled up with zeros.
final class PackedPanels implements PackedMatrix {

    private final int rows;
    private final int columns;
    private final float[] data;

    PackedPanels(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
        long size = (long) rows * Packing.roundUp(columns) + Packing.ALIGNMENT;
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("gemm pack: B is " + rows + "×" + columns + " and takes " + size
                    + " elements packed; an array holds at most " + (Integer.MAX_VALUE - 8));
        }
        data = new float[(int) size];
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    float[] data() {
        return data;
    }

    /// Distance of the panels.
    int stride() {
        return rows * Packing.LANES;
    }

    void pack(Matrix b) {
        Packing.pack(b.data(), b.offset(), b.stride(), b.isTransposed(), rows, columns, data, Packing.ALIGNMENT,
                stride());
    }
}
