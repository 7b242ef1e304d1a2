// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

import java.util.Arrays;
import org.lanewise.kernels.Matrix;

/// Combines per-column results of panels of rows, such as sums, in the tree of [SumTree].
///
/// A node holds some fields for each column, such as a sum, one field's columns after the other. Fields are padded to
/// whole vectors of any width; what the padding holds does not matter. The panels come in order, and each leaf is
/// written in place:
/// ```
/// for each panel:  write fields at nodes()[leaf() + field(k) + column];  add(rows)
/// result:          nodes()[root() + field(k) + column]
/// ```
public abstract class PanelTree {

    private float[] nodes = new float[0];
    private int padded;
    private int size;
    private int spare;
    private int panelRows;
    private int panels;
    private int rows;

    /// A tree that is to be started.
    protected PanelTree() {
    }

    /// Starts an empty tree.
    ///
    /// @param fields of a node
    /// @param columns of a field
    /// @param mostRows how many rows there will be at most
    /// @param panelRows rows of each panel; the last may have fewer
    /// @throws IllegalArgumentException if no array holds the scratch
    protected final void start(int fields, int columns, int mostRows, int panelRows) {
        this.panelRows = panelRows;
        padded = Math.ceilDiv(columns, Lanes.COUNT) * Lanes.COUNT;
        size = fields * padded;
        int levels = Integer.SIZE - Integer.numberOfLeadingZeros(Math.ceilDiv(mostRows, panelRows));
        long length = (levels + 1L) * size;
        if (length > nodes.length) {
            if (length > Integer.MAX_VALUE - 8) {
                throw new IllegalArgumentException("column sums: " + columns + " columns over " + mostRows
                        + " rows need " + length + " elements of scratch; an array holds at most "
                        + (Integer.MAX_VALUE - 8));
            }
            nodes = new float[(int) length];
        }
        spare = levels * size;
        panels = 0;
        rows = 0;
    }

    /// The array of all nodes.
    public final float[] nodes() {
        return nodes;
    }

    /// Offset of a field in its node.
    public final int field(int index) {
        return index * padded;
    }

    /// Elements of a node.
    protected final int size() {
        return size;
    }

    /// Stride between fields.
    protected final int padded() {
        return padded;
    }

    /// Where the next panel's node is to be written.
    public final int leaf() {
        return (panels & 1) == 0 ? 0 : spare;
    }

    /// Adds the panel that was written at [#leaf()].
    ///
    /// @param count its rows
    public final void add(int count) {
        int node = leaf();
        int nodeRows = count;
        int level = 0;
        for (int bits = panels; (bits & 1) == 1; bits >>>= 1) {
            boolean isLast = (bits & 2) == 0;
            int to = isLast ? (level + 1) * size : spare;
            combine(level * size, panelRows << level, node, nodeRows, to);
            node = to;
            nodeRows += panelRows << level;
            level++;
        }
        panels++;
        rows += count;
    }

    /// Where the node of all rows is; only where there is a row.
    public final int root() {
        int level = Integer.numberOfTrailingZeros(panels);
        int node = level * size;
        int complete = panels >>> level + 1;
        int nodeRows = rows - (complete << level + 1) * panelRows;
        for (level++; complete != 0; complete >>>= 1) {
            if ((complete & 1) == 1) {
                combine(level * size, panelRows << level, node, nodeRows, spare);
                node = spare;
                nodeRows += panelRows << level;
            }
            level++;
        }
        return node;
    }

    /// Writes the one field of all rows to a matrix of one row; zeros where there was no row.
    public final void store(Matrix field) {
        store(field, null);
    }

    /// Writes the two fields of all rows, each to a matrix of one row; zeros where there was no row.
    public final void store(Matrix first, Matrix second) {
        int root = panels == 0 ? 0 : root();
        if (panels == 0) {
            Arrays.fill(nodes, 0, size, 0f);
        }
        System.arraycopy(nodes, root, first.data(), first.offset(), first.columns());
        if (second != null) {
            System.arraycopy(nodes, root + padded, second.data(), second.offset(), second.columns());
        }
    }

    /// Writes the node of the rows of two nodes.
    ///
    /// @param left where the node of the rows before is
    /// @param leftRows how many these are
    /// @param right where the node of the rows after is
    /// @param rightRows how many these are
    /// @param to where the result goes; may be `right`
    protected abstract void combine(int left, int leftRows, int right, int rightRows, int to);
}
