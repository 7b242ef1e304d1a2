// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.normalization;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.lanes.PanelTree;
import org.lanewise.kernels.internal.lanes.ScratchPool;

/// Mean and sum of squared deviations of columns. A node's fields are the mean as the sum of two floats, `mean` and
/// `rest`, and the sum of squares around it. A leaf has [#LEAF_ROWS] rows, taken in panels of
/// [Lanes#PANEL_ROWS] rows; sums over a panel are chains, its rows ascending, from +0.
///
/// A leaf's first panel, of r rows, with the anchor its first row and d = x − mean:
/// ```
/// mean = anchor + Σ (x − anchor) · (1/r)
/// rest = Σ d · (1/r)
/// squares = fma(−r·rest, rest, Σ fma(d, d, ·))
/// ```
/// Each later one by Welford's method, n being the leaf's rows with it and d = (x − mean) − rest, where ⊕ is a sum
/// whose rounding error is kept (Knuth's TwoSum):
/// ```
/// s = Σ d, shift = s · (1/n)
/// mean + rest ← mean ⊕ (rest + shift)
/// squares ← squares + fma(−s, shift, Σ fma(d, d, ·))
/// ```
/// Two nodes a and b of n and m rows are joined as Chan, Golub and LeVeque do it (1979), with share = m/(n + m):
/// ```
/// delta = (b.mean − a.mean) + (b.rest − a.rest)
/// mean + rest = a.mean ⊕ fma(delta, share, a.rest)
/// squares = fma(delta·(n·share), delta, a.squares + b.squares)
/// ```
/// Neither a large mean nor an outlier costs accuracy, and memory is read once: only a leaf's first panel is walked
/// twice. (With every panel walked twice, 4096×1024 took 1.5 times as long: its rows, a power of two apart, share few
/// cache sets.)
final class ScalarStatistics extends PanelTree {

    static final int MEAN = 0;
    static final int REST = 1;
    static final int SQUARES = 2;
    static final int FIELDS = 3;

    /// Part of the definition: another number gives other bits.
    static final int LEAF_ROWS = 8 * Lanes.PANEL_ROWS;

    private static final ScratchPool<ScalarStatistics> POOL = new ScratchPool<>(ScalarStatistics::new);

    private ScalarStatistics() {
    }

    /// A tree that is the caller's until it is given back.
    static ScalarStatistics take(int columns, int rows) {
        ScalarStatistics tree = POOL.take();
        tree.start(FIELDS, columns, rows, LEAF_ROWS);
        return tree;
    }

    void give() {
        POOL.give(this);
    }

    /// Adds the leaf of `count` rows from `first` on.
    void addLeaf(Matrix x, int first, int count) {
        for (int j = 0; j < x.columns(); j++) {
            firstPanel(x, j, first, Math.min(count, Lanes.PANEL_ROWS));
            for (int from = Lanes.PANEL_ROWS; from < count; from += Lanes.PANEL_ROWS) {
                nextPanel(x, j, first, from, Math.min(count, from + Lanes.PANEL_ROWS));
            }
        }
        add(count);
    }

    private void firstPanel(Matrix x, int j, int first, int count) {
        float perRow = 1f / count;
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
        nodes()[leaf() + field(MEAN) + j] = mean;
        nodes()[leaf() + field(REST) + j] = rest;
        nodes()[leaf() + field(SQUARES) + j] = Math.fma(-count * rest, rest, squares);
    }

    /// Rows `from` to `end` of the leaf that begins at row `first`.
    private void nextPanel(Matrix x, int j, int first, int from, int end) {
        float mean = nodes()[leaf() + field(MEAN) + j];
        float rest = nodes()[leaf() + field(REST) + j];
        float s = 0f;
        float q = 0f;
        for (int i = first + from; i < first + end; i++) {
            float d = (x.data()[x.index(i, j)] - mean) - rest;
            s += d;
            q = Math.fma(d, d, q);
        }
        float shift = s * (1f / end);
        float step = rest + shift;
        float moved = mean + step;
        nodes()[leaf() + field(MEAN) + j] = moved;
        nodes()[leaf() + field(REST) + j] = error(mean, step, moved);
        nodes()[leaf() + field(SQUARES) + j] += Math.fma(-s, shift, q);
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

    /// The exact rounding error of `sum`, which is a + b rounded.
    private static float error(float a, float b, float sum) {
        float ofB = sum - a;
        return (a - (sum - ofB)) + (b - ofB);
    }
}
