// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;

/// C ← A·B with A m×k and B k×n; a transposed operand is stored the other way round.
public record Product(String name, int m, int k, int n, Form form) implements Problem {

    /// Which operand is stored transposed.
    public enum Form {
        /// Neither.
        PLAIN,
        /// A: the gradient of a layer's weights, Xᵀ·dZ.
        A_TRANSPOSED,
        /// B: the gradient of a layer's input, dZ·Wᵀ.
        B_TRANSPOSED
    }

    /// A square product, both operands plain.
    public static Product square(int n) {
        return new Product("n=" + n, n, n, n, Form.PLAIN);
    }

    /// A plain product of any shape.
    public static Product of(int m, int k, int n) {
        return new Product(m + "x" + k + "x" + n, m, k, n, Form.PLAIN);
    }

    @Override
    public Family family() {
        return Family.GEMM;
    }

    @Override
    public Cost cost() {
        return Cost.products(2.0 * m * k * n, 4.0 * ((double) m * k + (double) k * n + (double) m * n), m);
    }

    /// Whether all three matrices are square and plain.
    public boolean isSquare() {
        return m == k && k == n && form == Form.PLAIN;
    }

    /// A as it is stored.
    public float[] a() {
        return Values.normal((long) m * k, 1f, 1);
    }

    /// B as it is stored.
    public float[] b() {
        return Values.normal((long) k * n, 1f, 2);
    }

    @Override
    public Task with(Kernels kernels) {
        Gemm gemm = kernels.gemm();
        Matrix a = viewOfA();
        Matrix b = viewOfB();
        Matrix c = Matrix.zeros(m, n);
        return Task.of(() -> gemm.multiply(a, b, c, Epilogue.OVERWRITE), c.data());
    }

    @Override
    public void check(Task task, boolean exact) {
        task.run();
        float[] actual = task.results()[0];
        Comparison comparison = Comparison.of(this, exact);
        Matrix a = viewOfA();
        Matrix b = viewOfB();
        Matrix row = Matrix.zeros(1, n);
        for (int i : Samples.rows(m, (long) k * n)) {
            Kernels.reference().gemm().multiply(a.rows(i, 1), b, row, Epilogue.OVERWRITE);
            comparison.check(0, row.data(), actual, i * n, n);
        }
    }

    private Matrix viewOfA() {
        return form == Form.A_TRANSPOSED ? Matrix.of(a(), k, m).transposed() : Matrix.of(a(), m, k);
    }

    private Matrix viewOfB() {
        return form == Form.B_TRANSPOSED ? Matrix.of(b(), n, k).transposed() : Matrix.of(b(), k, n);
    }
}
