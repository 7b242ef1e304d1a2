// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import java.util.Objects;

/// A view of a `float[]` as a row-major matrix: the one shape in which every kernel takes its arrays.
///
/// Element (i, j) of a plain view is `data[offset + i * stride + j]`. A [#transposed()] view has rows and columns
/// exchanged and shares the data. A vector is a matrix of one row. Views are immutable; the array behind them is not.
/// A view is checked against its array when it is made, so that a kernel never has to check an index again.
public final class Matrix {

    private final float[] data;
    private final int offset;
    private final int rows;
    private final int columns;
    private final int stride;
    private final boolean transposed;

    private Matrix(float[] data, int offset, int rows, int columns, int stride, boolean transposed) {
        this.data = data;
        this.offset = offset;
        this.rows = rows;
        this.columns = columns;
        this.stride = stride;
        this.transposed = transposed;
    }

    /// A new matrix of zeros.
    ///
    /// @throws IllegalArgumentException if a size is negative or no array holds so many elements
    public static Matrix zeros(int rows, int columns) {
        checkSizes(rows, columns);
        long size = (long) rows * columns;
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("matrix: " + rows + "×" + columns + " has " + size
                    + " elements; an array holds at most " + (Integer.MAX_VALUE - 8));
        }
        return new Matrix(new float[(int) size], 0, rows, columns, columns, false);
    }

    /// A view of `rows × columns` elements from the start of `data`, rows without gaps.
    ///
    /// @throws NullPointerException if `data` is null
    /// @throws IllegalArgumentException if a size is negative or the view leaves `data`
    public static Matrix of(float[] data, int rows, int columns) {
        return of(data, 0, rows, columns, columns);
    }

    /// A view of part of an array.
    ///
    /// @param data the array
    /// @param offset index of element (0, 0)
    /// @param rows number of rows, may be 0
    /// @param columns number of columns, may be 0
    /// @param stride distance between the starts of neighbouring rows, at least `columns`
    /// @throws NullPointerException if `data` is null
    /// @throws IllegalArgumentException if an argument is negative, the stride is too small, or the view leaves `data`
    public static Matrix of(float[] data, int offset, int rows, int columns, int stride) {
        Objects.requireNonNull(data, "matrix: data is null");
        checkSizes(rows, columns);
        if (offset < 0) {
            throw new IllegalArgumentException("matrix: offset is " + offset + "; it must not be negative");
        }
        if (stride < columns) {
            throw new IllegalArgumentException(
                    "matrix: stride is " + stride + "; it must be at least the number of columns (" + columns + ")");
        }
        long end = rows == 0 || columns == 0 ? offset : offset + (rows - 1L) * stride + columns;
        if (end > data.length) {
            throw new IllegalArgumentException("matrix: " + rows + "×" + columns + " with offset " + offset
                    + " and stride " + stride + " ends at " + end + "; the array has " + data.length + " elements");
        }
        return new Matrix(data, offset, rows, columns, stride, false);
    }

    /// A matrix of one row over a whole array.
    ///
    /// @throws NullPointerException if `data` is null
    public static Matrix row(float... data) {
        Objects.requireNonNull(data, "matrix: data is null");
        return of(data, 0, 1, data.length, data.length);
    }

    /// A matrix of one row over part of an array.
    ///
    /// @throws NullPointerException if `data` is null
    /// @throws IllegalArgumentException if an argument is negative or the range leaves `data`
    public static Matrix row(float[] data, int offset, int length) {
        return of(data, offset, 1, length, length);
    }

    private static void checkSizes(int rows, int columns) {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException(
                    "matrix: size is " + rows + "×" + columns + "; rows and columns must not be negative");
        }
    }

    /// The array behind this view, shared.
    public float[] data() {
        return data;
    }

    /// Index in [#data()] of element (0, 0).
    public int offset() {
        return offset;
    }

    /// Number of rows of this view.
    public int rows() {
        return rows;
    }

    /// Number of columns of this view.
    public int columns() {
        return columns;
    }

    /// Distance in the array between the starts of neighbouring stored rows (the columns, if [#isTransposed()]).
    public int stride() {
        return stride;
    }

    /// Whether the rows of this view are the columns of the stored matrix.
    public boolean isTransposed() {
        return transposed;
    }

    /// Number of elements; the product may exceed an `int`, hence `long`, though no array does.
    public long size() {
        return (long) rows * columns;
    }

    /// Whether all elements lie side by side in row-major order, so that a pass may take them as one run.
    public boolean isContiguous() {
        return !transposed && (stride == columns || rows <= 1);
    }

    /// The transpose as a view of the same data.
    public Matrix transposed() {
        return new Matrix(data, offset, columns, rows, stride, !transposed);
    }

    /// A view of `count` rows from row `from`; this view itself where that is all of them.
    ///
    /// @throws IndexOutOfBoundsException if the range leaves this view
    public Matrix rows(int from, int count) {
        Objects.checkFromIndexSize(from, count, rows);
        if (count == rows) {
            return this;
        }
        int start = count == 0 || columns == 0 ? offset : offset + from * (transposed ? 1 : stride);
        return new Matrix(data, start, count, columns, stride, transposed);
    }

    /// A view of `count` columns from column `from`; this view itself where that is all of them.
    ///
    /// @throws IndexOutOfBoundsException if the range leaves this view
    public Matrix columns(int from, int count) {
        Objects.checkFromIndexSize(from, count, columns);
        if (count == columns) {
            return this;
        }
        int start = count == 0 || rows == 0 ? offset : offset + from * (transposed ? stride : 1);
        return new Matrix(data, start, rows, count, stride, transposed);
    }

    /// A view of `count` rows from row `row` and `width` columns from column `column`.
    ///
    /// @throws IndexOutOfBoundsException if a range leaves this view
    public Matrix block(int row, int count, int column, int width) {
        return rows(row, count).columns(column, width);
    }

    /// Index in [#data()] of element (`row`, `column`), not checked: for an element of this view it fits an `int`,
    /// whatever the stride; for any other it may overflow.
    public int index(int row, int column) {
        return transposed ? offset + column * stride + row : offset + row * stride + column;
    }

    /// The element at (`row`, `column`).
    ///
    /// @throws IndexOutOfBoundsException if there is no such element
    public float get(int row, int column) {
        Objects.checkIndex(row, rows);
        Objects.checkIndex(column, columns);
        return data[index(row, column)];
    }

    /// Sets the element at (`row`, `column`).
    ///
    /// @throws IndexOutOfBoundsException if there is no such element
    public void set(int row, int column, float value) {
        Objects.checkIndex(row, rows);
        Objects.checkIndex(column, columns);
        data[index(row, column)] = value;
    }

    /// Whether this view and `other` start at the same element of the same array with the same layout and shape: the
    /// only way in which an output of an elementwise pass may share memory with its input.
    ///
    /// @throws NullPointerException if `other` is null
    public boolean isSameAs(Matrix other) {
        Objects.requireNonNull(other, "matrix isSameAs: other is null");
        return data == other.data && offset == other.offset && rows == other.rows && columns == other.columns
                && transposed == other.transposed && (stride == other.stride || (transposed ? columns : rows) <= 1);
    }

    /// Whether this view and `other` have an element in common. Exact for views of one stride; for views of different
    /// strides over one array, true as soon as their ranges meet.
    ///
    /// @throws NullPointerException if `other` is null
    public boolean overlaps(Matrix other) {
        Objects.requireNonNull(other, "matrix overlaps: other is null");
        if (data != other.data || size() == 0 || other.size() == 0) {
            return false;
        }
        if (end() <= other.offset || other.end() <= offset) {
            return false;
        }
        if (stride != other.stride || stride == 0) {
            return true;
        }
        // Side by side in one parent matrix: the ranges meet, but each stored row holds them in disjoint columns.
        int width = storedColumns();
        long otherWidth = other.storedColumns();
        int shift = Math.floorMod(other.offset - offset, stride);
        return shift < width || shift + otherWidth > stride;
    }

    private int storedColumns() {
        return transposed ? rows : columns;
    }

    private long end() {
        int storedRows = transposed ? columns : rows;
        return offset + (storedRows - 1L) * stride + storedColumns();
    }

    /// The shape, as error messages show it: `3×4`.
    public String shape() {
        return rows + "×" + columns;
    }

    @Override
    public String toString() {
        return "Matrix[" + shape() + ", offset " + offset + ", stride " + stride + (transposed ? ", transposed]" : "]");
    }
}
