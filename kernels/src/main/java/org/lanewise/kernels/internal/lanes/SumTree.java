// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

/// Adds the sums of blocks, in double and in one fixed tree: the sum of n blocks is the sum of the first m plus the sum
/// of the others, m being the largest power of two below n.
///
/// The error therefore hardly grows with the number of terms, and the sum of blocks m to 2m − 1 may be taken elsewhere,
/// on another thread or machine.
public final class SumTree {

    /// Level l holds the sum of 2ˡ blocks, where bit l of the count is set.
    private final double[] levels = new double[Integer.SIZE];
    private int count;

    /// An empty sum.
    public SumTree() {
    }

    /// Starts an empty sum.
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
