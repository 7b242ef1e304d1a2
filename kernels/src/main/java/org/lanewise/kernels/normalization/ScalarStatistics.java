// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.normalization;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.lanes.PanelTree;
import org.lanewise.kernels.lanes.ScratchPool;

/// Mean and sum of squared deviations of columns. A node's fields are the mean as the sum of two floats, `mean` and
/// `rest`, and the sum of squares around it.
///
/// Of a panel of r rows, with the anchor its first row and d = x − mean:
/// ```
/// mean = anchor + Σ (x − anchor) · (1/r)
/// rest = Σ d · (1/r)
/// squares = fma(−r·rest, rest, Σ fma(d, d, ·))
/// ```
/// The sums are chains over the panel's rows, ascending, from +0. Two nodes a and b of n and m rows are joined as Chan,
/// Golub and LeVeque do it (1979), with share = m/(n + m) and ⊕ a sum whose rounding error is kept (Knuth's TwoSum):
/// ```
/// delta = (b.mean − a.mean) + (b.rest − a.rest)
/// mean + rest = a.mean ⊕ fma(delta, share, a.rest)
/// squares = fma(delta·(n·share), delta, a.squares + b.squares)
/// ```
/// Neither a large mean nor an outlier harms, and memory is read once: a panel is walked twice while it is near.
final class ScalarStatistics extends PanelTree {

    static final int MEAN = 0;
    static final int REST = 1;
    static final int SQUARES = 2;
    static final int FIELDS = 3;

    private static final ScratchPool<ScalarStatistics> POOL = new ScratchPool<>(ScalarStatistics::new);

    private ScalarStatistics() {
    }

    /// A tree that is the caller's until it is given back.
    static ScalarStatistics take(int columns, int rows) {
        ScalarStatistics tree = POOL.take();
        tree.start(FIELDS, columns, rows);
        return tree;
    }

    void give() {
        POOL.give(this);
    }

    /// Adds the panel of `count` rows from `first` on.
    void addPanel(Matrix x, int first, int count) {
        float[] nodes = nodes();
        float perRow = 1f / count;
        for (int j = 0; j < x.columns(); j++) {
            float anchor = x.data()[x.index(first, j)];
            float sum = 0f;
            for (int i = first; i < first + count; i++) {
                sum += x.data()[x.index(i, j)] - anchor;
            }
            float mean = anchor + sum * perRow;
            float rest = 0f;
            float squares = 0f;
            for (int i = first; i < first + count; i++) {
                float d = x.data()[x.index(i, j)] - mean;
                rest += d;
                squares = Math.fma(d, d, squares);
            }
            rest *= perRow;
            nodes[leaf() + field(MEAN) + j] = mean;
            nodes[leaf() + field(REST) + j] = rest;
            nodes[leaf() + field(SQUARES) + j] = Math.fma(-count * rest, rest, squares);
        }
        add(count);
    }

    @Override
    protected void combine(int left, int leftRows, int right, int rightRows, int to) {
        float[] nodes = nodes();
        float share = (float) rightRows / (leftRows + rightRows);
        float weight = leftRows * share;
        for (int j = 0; j < padded(); j++) {
            float leftMean = nodes[left + field(MEAN) + j];
            float leftRest = nodes[left + field(REST) + j];
            float delta = (nodes[right + field(MEAN) + j] - leftMean) + (nodes[right + field(REST) + j] - leftRest);
            float step = Math.fma(delta, share, leftRest);
            float mean = leftMean + step;
            float rest = error(leftMean, step, mean);
            float squares = nodes[left + field(SQUARES) + j] + nodes[right + field(SQUARES) + j];
            nodes[to + field(MEAN) + j] = mean;
            nodes[to + field(REST) + j] = rest;
            nodes[to + field(SQUARES) + j] = Math.fma(delta * weight, delta, squares);
        }
    }

    /// What the rounding of a + b to `sum` took away, exactly.
    private static float error(float a, float b, float sum) {
        float ofB = sum - a;
        return (a - (sum - ofB)) + (b - ofB);
    }
}
