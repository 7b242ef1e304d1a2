// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.Matrix;

/// B in panels, each two vectors wide and all of k long; the last panel is padded with zeros.
final class PackedPanels implements PackedColumns {

    private final int rows;
    private final int columns;
    private final float[] data;
    private final int start;

    PackedPanels(int rows, int columns) {
        this(rows, columns, new float[size(rows, columns)]);
    }

    /// @param data holds the panels, at least [#size(int, int)] elements
    PackedPanels(int rows, int columns, float[] data) {
        this(rows, columns, data, Packing.ALIGNMENT);
    }

    private PackedPanels(int rows, int columns, float[] data, int start) {
        this.rows = rows;
        this.columns = columns;
        this.data = data;
        this.start = start;
    }

    /// Length of the array that a packed matrix takes.
    ///
    /// @throws IllegalArgumentException if no array is so long
    static int size(int rows, int columns) {
        long size = (long) rows * Math.ceilDiv(columns, Packing.PANEL) * Packing.PANEL + Packing.ALIGNMENT;
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("gemm pack: B is " + rows + "×" + columns + " and takes " + size
                    + " elements packed; an array holds at most " + (Integer.MAX_VALUE - 8));
        }
        return (int) size;
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

    /// Index of the first panel.
    int start() {
        return start;
    }

    @Override
    public PackedPanels columns(int from, int to) {
        return new PackedPanels(rows, to - from, data, start + from / Packing.PANEL * stride());
    }

    /// Stride between panels.
    int stride() {
        return rows * Packing.PANEL;
    }

    void pack(Matrix b) {
        packColumns(b, 0, columns);
    }

    /// Packs the columns from `from`, the first column of a panel, up to, not including, `to`.
    void packColumns(Matrix b, int from, int to) {
        int at = b.offset() + from * (b.isTransposed() ? b.stride() : 1);
        Packing.pack(b, at, b.isTransposed(), rows, to - from, data, start + from / Packing.PANEL * stride(), stride());
    }
}
