// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.internal.family.ArrayActivations;

/// The state of a call: its plan, its scratch, and the position of each loop. A loop sets its own fields before it
/// calls the next and reads those of the loops around it. Operands are passed as arguments, for a pooled object that
/// held them would keep them alive after the call.
///
/// | position of | fields | set by |
/// |---|---|---|
/// | the product | `aStart`, `bStart`, `cStart` | [VectorGemm] |
/// | a block of B | `column`, `columns`, `from`, `depth`, `bAt`, `bStep`, `bDistance` | [BlocksOfB] |
/// | a block of rows of C | `row`, `rows` | [RowsOfC] |
/// | the steps of a tile | `step`, `steps`, `resumes` | [RowsOfC] |
/// | a column of tiles | `aStride`, `tileColumn`, `vectors`, `bTile`, `unbiased` | [MacroKernel] |
final class GemmCall {

    final GemmPlan plan;
    final GemmScratch scratch = new GemmScratch();

    /// Runs the activations that no pass over sums applies.
    final ArrayActivations activations;

    /// Indices of the first elements of A, B and C; each product of a batch has its own.
    int aStart;
    int bStart;
    int cStart;

    /// The block's columns of C: the first and their number.
    int column;
    int columns;

    /// The block's steps of k: the first and their number.
    int from;
    int depth;

    /// The block's first element, the distance of its steps of k, and the distance of its panels.
    int bAt;
    int bStep;
    int bDistance;

    /// The block of rows: the first and their number.
    int row;
    int rows;

    /// The steps of k of the next tiles, the first and their number; and whether their sums start from C's values.
    int step;
    int steps;
    boolean resumes;

    /// How many of the block's columns still need their bias; those at the edge may have it already.
    int unbiased;

    /// The distance of the rows of A as tiles read them.
    int aStride;

    /// A column of tiles: its first column, counted from the block's; its vectors a row; the index of its B.
    int tileColumn;
    int vectors;
    int bTile;

    GemmCall(GemmBlocks blocks, ArrayActivations activations) {
        plan = new GemmPlan(blocks);
        this.activations = activations;
    }
}
