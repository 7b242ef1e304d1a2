// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

/// Brings the sums of blocks together, in double and in one fixed tree: the sum of n blocks is that of the first m plus
/// that of the others, where m is the largest power of two below n.
///
/// So neither the number of terms nor their order in time shows in the error, and whoever has the sums of blocks m to
/// 2m − 1 may add them up elsewhere, on another thread or machine.
public final class SumTree {

    /// Level l holds the sum of 2ˡ blocks, where bit l of the count is set.
    private final double[] levels = new double[Integer.SIZE];
    private int count;

    /// A sum of nothing yet.
    public SumTree() {
    }

    /// Starts a sum: no block yet.
    public void clear() {
        count = 0;
    }

    /// Adds the next block's sum.
    public void add(double sum) {
        double node = sum;
        int level = 0;
        for (int bits = count; (bits & 1) == 1; bits >>>= 1) {
            node = levels[level] + node;
            level++;
        }
        levels[level] = node;
        count++;
    }

    /// Adds the next block's sum.
    ///
    /// @return the sum so far
    public float with(float sum) {
        add(sum);
        return (float) total();
    }

    /// The sum of all blocks; +0 of none.
    public double total() {
        double total = 0;
        int level = 0;
        for (int bits = count; bits != 0; bits >>>= 1) {
            if ((bits & 1) == 1) {
                total = levels[level] + total;
            }
            level++;
        }
        return total;
    }
}
