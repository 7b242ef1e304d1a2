// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.internal.family.ArrayActivations;

/// The state of a product: plan, scratch, and the variables of its loops. Each loop sets its own variables before it
/// calls the next loop, and reads those of the loops around it. A, B and C are passed as arguments: a call object is
/// pooled, and would keep the caller's arrays alive.
///
/// | scope | variables | set by |
/// |---|---|---|
/// | the product | `aStart`, `bStart`, `cStart` | [VectorGemm] |
/// | a block of B | `column`, `columns`, `from`, `depth`, `bAt`, `bStep`, `bDistance` | [BlocksOfB] |
/// | a row block of C | `row`, `rows` | [RowsOfC] |
/// | the steps of a tile | `step`, `steps`, `resumes` | [RowsOfC] |
/// | a group of rows of A | `aStride`, `unbiased` | [MacroKernel] |
/// | a column of tiles | `tileColumn`, `vectors`, `bTile` | [MacroKernel] |
///
/// [UpdatedRows] and [ColumnOfC] set the variables that they use.
final class GemmCall {

    final GemmPlan plan;
    final GemmScratch scratch = new GemmScratch();

    /// Runs the activations that are not fused with the bias.
    final ArrayActivations activations;

    /// Indices of element (0, 0) of A, B and C; in a batch, each product has its own.
    int aStart;
    int bStart;
    int cStart;

    /// The block of B: its first column and number of columns, which are also those of C.
    int column;
    int columns;

    /// The block of B: its first step of k and number of steps.
    int from;
    int depth;

    /// The block of B in its array: index of its first element, stride between steps of k, stride between panels.
    int bAt;
    int bStep;
    int bDistance;

    /// The row block of C: its first row and number of rows.
    int row;
    int rows;

    /// The tiles' first step of k, their number of steps, and whether their sums start from C's values rather than +0.
    int step;
    int steps;
    boolean resumes;

    /// The first columns of the block, whose bias is still to be added; edge tiles have added the bias of the others.
    int unbiased;

    /// Elements from one row of A to the next, as tiles read it; in strips, the elements that each row takes.
    int aStride;

    /// A column of tiles: its first column, counted from `column`; its width in vectors; the index of its first element
    /// of B.
    int tileColumn;
    int vectors;
    int bTile;

    GemmCall(GemmBlocks blocks, ArrayActivations activations) {
        plan = new GemmPlan(blocks);
        this.activations = activations;
    }
}
