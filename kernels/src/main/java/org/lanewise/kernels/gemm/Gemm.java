// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import org.lanewise.kernels.Matrix;

/// Matrix products with a fused epilogue.
///
/// Every element is a chain over k: `acc = fma(a[i][p], b[p][j], acc)`, p ascending, from +0 or, when accumulating,
/// from C's value. Then, as the [Epilogue] says, the bias of the column is added, the activation applied and its
/// derivative stored. The bits do not depend on blocking, tiling, packing, threads or vector width.
///
/// A and B may be transposed views; C may not. C and the derivative must not overlap each other, A, B or the bias.
public interface Gemm {

    /// C ← epilogue(A·B).
    ///
    /// @param a m×k, plain or transposed
    /// @param b k×n, plain or transposed
    /// @param c m×n, written
    /// @param epilogue what happens to each sum before it is stored
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, C is transposed, or an output overlaps an input
    void multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue);

    /// C ← epilogue(A·B) with a prepacked B; the same bits as unpacked.
    ///
    /// @param a m×k, plain or transposed
    /// @param b k×n, from this implementation's [#pack(Matrix)]
    /// @param c m×n, written
    /// @param epilogue what happens to each sum before it is stored
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, C is transposed, an output overlaps an input, or
    ///     another implementation packed `b`
    void multiply(Matrix a, PackedMatrix b, Matrix c, Epilogue epilogue);

    /// `count` products of one shape: the s-th reads and writes at s times `aStep`, `bStep` and `cStep` elements past
    /// the first A, B and C.
    ///
    /// @param count number of products, may be 0
    /// @param a the first A; the next lies `aStep` elements further on; 0 shares one A
    /// @param b the first B; the next lies `bStep` elements further on; 0 shares one B
    /// @param c the first C; the next lies `cStep` elements further on; the Cs must not overlap
    /// @param epilogue the epilogue of each product, without derivative
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, C is transposed, `count` or a step is negative, a step
    ///     leaves its array, the epilogue has a derivative, Cs overlap, or the range of all Cs meets that of an input
    ///     in one array
    void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep, Epilogue epilogue);

    /// Packs B for repeated use. The packed copy does not follow later changes of `b`.
    ///
    /// @param b k×n, plain or transposed
    /// @throws NullPointerException if `b` is null
    /// @throws IllegalArgumentException if no array holds the packed copy
    PackedMatrix pack(Matrix b);

    /// Packs B into a copy made earlier by [#pack(Matrix)] for the same shape, without allocating.
    ///
    /// @param b k×n, plain or transposed
    /// @param packed k×n, from this implementation's [#pack(Matrix)], overwritten
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if the shapes differ or another implementation made `packed`
    void pack(Matrix b, PackedMatrix packed);
}
