// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

import org.lanewise.kernels.Matrix;

/// The 16 virtual lanes of a sum across an array, as plain arrays of 16 floats. Element j of a block is added to lane j
/// mod 16, j ascending; [#total(float\[\])] adds the lanes in one fixed order.
///
/// A block has [#BLOCK] elements, so each lane is a chain of at most 16 additions, however long the array; [SumTree]
/// adds the blocks. Where all terms have one sign, the relative error of a sum is below 10⁻⁶.
public final class Lanes {

    /// Number of virtual lanes, whatever the hardware has.
    public static final int COUNT = 16;

    /// Elements of a block; the last of a sum may have fewer. Part of the definition: another number gives other bits.
    public static final int BLOCK = 256;

    /// Columns of a block where softmax or layer norm sums along a row. It is longer than [#BLOCK] because rows have
    /// hundreds of elements, not millions, and adding up the lanes of a block costs as much as a few of its vectors.
    public static final int ROW_BLOCK = 1024;

    /// Rows of a panel: a column sum adds this many in one chain. Part of the definition, likewise.
    public static final int PANEL_ROWS = 16;

    private Lanes() {
    }

    /// The lane that takes element `index` of a sum.
    public static int of(int index) {
        return index & COUNT - 1;
    }

    /// Sets all lanes to +0.
    public static void clear(float[] lanes) {
        for (int lane = 0; lane < COUNT; lane++) {
            lanes[lane] = 0f;
        }
    }

    /// The lanes' sum in its one order: lane l with l + 8, then with l + 4, l + 2, l + 1.
    public static float total(float[] lanes) {
        return quarter(lanes, 0) + quarter(lanes, 2) + (quarter(lanes, 1) + quarter(lanes, 3));
    }

    private static float quarter(float[] lanes, int lane) {
        return lanes[lane] + lanes[lane + 8] + (lanes[lane + 4] + lanes[lane + 12]);
    }

    /// The sum of a block. A sum that is not finite in lanes is taken once more by [#sumInDouble].
    ///
    /// @param n at most [#BLOCK]
    /// @param lanes scratch
    public static double sum(float[] x, int at, int n, float[] lanes) {
        clear(lanes);
        for (int j = 0; j < n; j++) {
            lanes[of(j)] += x[at + j];
        }
        return finished(total(lanes), x, at, n);
    }

    /// The sum of a block whose lanes have been added: that sum if it is finite, else [#sumInDouble].
    public static double finished(float sum, float[] x, int at, int n) {
        return Float.isFinite(sum) ? sum : sumInDouble(x, at, n);
    }

    /// The sum of floats in double, in one chain. No sum of finite floats overflows a double.
    public static double sumInDouble(float[] x, int at, int n) {
        double sum = 0;
        for (int j = 0; j < n; j++) {
            sum += x[at + j];
        }
        return sum;
    }

    /// Copies a block of a plain view: its elements from `first` on, counted row by row.
    ///
    /// @param most how many to copy at most
    /// @return how many there were
    public static int copyBlock(Matrix from, long first, float[] block, int most) {
        int n = (int) Math.min(most, from.size() - first);
        int column = (int) (first % from.columns());
        int row = (int) (first / from.columns());
        int count;
        for (int j = 0; j < n; j += count) {
            count = Math.min(from.columns() - column, n - j);
            copy(from.data(), from.index(row, column), block, j, count);
            column = 0;
            row++;
        }
        return n;
    }

    /// Copies a block back to the elements that [#copyBlock] reads.
    public static void copyBlockTo(float[] block, int n, Matrix to, long first) {
        int column = (int) (first % to.columns());
        int row = (int) (first / to.columns());
        int count;
        for (int j = 0; j < n; j += count) {
            count = Math.min(to.columns() - column, n - j);
            copy(block, j, to.data(), to.index(row, column), count);
            column = 0;
            row++;
        }
    }

    /// For few elements, calling `arraycopy` costs more than a loop.
    private static void copy(float[] from, int fromAt, float[] to, int toAt, int n) {
        if (n >= COUNT) {
            System.arraycopy(from, fromAt, to, toAt, n);
        } else {
            for (int j = 0; j < n; j++) {
                to[toAt + j] = from[fromAt + j];
            }
        }
    }
}
