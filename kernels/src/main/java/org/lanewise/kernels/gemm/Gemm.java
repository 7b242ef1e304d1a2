// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import org.lanewise.kernels.Matrix;

/// Matrix products with a fused epilogue.
///
/// Every element is a chain over k: `acc = fma(a[i][p], b[p][j], acc)`, p ascending, from +0 or, when accumulating,
/// from C's value. Then, as the [Epilogue] says, the bias of the column is added, the activation applied and its
/// derivative stored. The bits do not depend on blocking, tiling, packing, threads or vector width.
///
/// A and B may be transposed views; C may not. C must not overlap A, B or the bias.
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

    /// C ← epilogue(A·B) with a B that the same implementation has packed; the same bits as with B unpacked.
    ///
    /// @param a m×k, plain or transposed
    /// @param b k×n, packed
    /// @param c m×n, written
    /// @param epilogue what happens to each sum before it is stored
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, C is transposed, an output overlaps an input, or
    ///     another implementation has packed B
    void multiply(Matrix a, PackedMatrix b, Matrix c, Epilogue epilogue);

    /// `count` products of one shape, the s-th with A, B and C moved by s times their step within their arrays.
    ///
    /// @param count number of products
    /// @param a the first A; `aStep` elements further on lies the next. A step of 0 shares it.
    /// @param b the first B; `bStep` elements further on lies the next. A step of 0 shares it.
    /// @param c the first C; `cStep` elements further on lies the next; the Cs must not overlap
    /// @param epilogue the epilogue of each product, without derivative
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, a step is negative or leaves its array, the epilogue
    ///     has a derivative, or outputs overlap
    void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep, Epilogue epilogue);

    /// Packs B for repeated use. Later changes of `b` do not show in the packed copy.
    ///
    /// @param b k×n, plain or transposed
    /// @throws NullPointerException if `b` is null
    /// @throws IllegalArgumentException if no array holds the packed copy
    PackedMatrix pack(Matrix b);

    /// Packs B anew into a copy that [#pack(Matrix)] made for the same shape, without allocating.
    ///
    /// @param b k×n, plain or transposed
    /// @param packed overwritten
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if the shapes differ or another implementation made the copy
    void pack(Matrix b, PackedMatrix packed);
}
