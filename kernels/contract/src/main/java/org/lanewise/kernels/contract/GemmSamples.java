// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.lanewise.kernels.contract.Samples.assertSameBits;
import static org.lanewise.kernels.contract.Samples.copy;

import java.util.Random;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;

/// Random products for tests: shapes, layouts, transposes and epilogues.
public final class GemmSamples {

    /// No activation, one that is fused with the bias, and one that takes a pass of its own.
    static final Activation[] ACTIVATIONS = {Activation.IDENTITY, Activation.RELU, Activation.TANH};

    private GemmSamples() {
    }

    /// One product: C, and the derivative if there is one, as they are before the call.
    public record Product(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
    }

    /// A product with sizes from 0 up to, not including, `limit`; thin shapes are drawn more often.
    public static Product random(Random random, int limit) {
        int m = random.nextInt(6) == 0 ? 1 : random.nextInt(limit);
        int n = random.nextInt(6) == 0 ? 1 + random.nextInt(17) : random.nextInt(limit);
        int k = random.nextInt(8) == 0 ? random.nextInt(3) : random.nextInt(limit);
        return of(random, m, n, k);
    }

    /// A product of the given shape, all else random.
    public static Product of(Random random, int m, int n, int k) {
        return new Product(normal(random, m, k), normal(random, k, n), Samples.normal(random, m, n, layout(random), 1f),
                start(random).withBias(random.nextBoolean() ? Samples.normal(random, 1, n, layout(random), 1f) : null)
                        .withActivation(ACTIVATIONS[random.nextInt(ACTIVATIONS.length)])
                        .withDerivative(random.nextInt(3) == 0 ? Samples.blank(m, n, layout(random)) : null));
    }

    /// A product of matrices that hold special values.
    public static Product special(Random random, int limit) {
        int m = 1 + random.nextInt(limit);
        int n = 1 + random.nextInt(limit);
        int k = random.nextInt(5);
        return new Product(Samples.special(random, m, k, layout(random)),
                Samples.special(random, n, k, layout(random)).transposed(),
                Samples.special(random, m, n, layout(random)),
                start(random).withBias(random.nextBoolean() ? Samples.special(random, 1, n, layout(random)) : null)
                        .withActivation(random.nextBoolean() ? Activation.RELU : Activation.IDENTITY));
    }

    private static Epilogue start(Random random) {
        return random.nextBoolean() ? Epilogue.ACCUMULATE : Epilogue.OVERWRITE;
    }

    /// Runs the product on the reference and on `gemm`, B unpacked and packed, and compares all outputs.
    public static void assertSameBitsAsReference(Gemm gemm, Product product) {
        Matrix expected = copy(product.c());
        Matrix expectedDerivative = copyOrNull(product.epilogue().derivative());
        Kernels.reference().gemm().multiply(product.a(), product.b(), expected,
                product.epilogue().withDerivative(expectedDerivative));
        for (boolean packed : new boolean[] {false, true}) {
            Matrix actual = copy(product.c());
            Matrix derivative = copyOrNull(product.epilogue().derivative());
            Epilogue epilogue = product.epilogue().withDerivative(derivative);
            if (packed) {
                gemm.multiply(product.a(), gemm.pack(product.b()), actual, epilogue);
            } else {
                gemm.multiply(product.a(), product.b(), actual, epilogue);
            }
            String what = (packed ? "packed " : "") + product;
            assertSameBits(expected, actual, what);
            if (derivative != null) {
                assertSameBits(expectedDerivative, derivative, "derivative of " + what);
            }
        }
    }

    /// Runs a random batch on the reference and on `gemm`, and compares.
    public static void assertBatchSameBitsAsReference(Gemm gemm, Random random) {
        int count = 1 + random.nextInt(6);
        int m = 1 + random.nextInt(20);
        int n = 1 + random.nextInt(40);
        int k = random.nextInt(20);
        int aStep = random.nextBoolean() ? 0 : m * k + random.nextInt(5);
        int bStep = random.nextBoolean() ? 0 : k * n + random.nextInt(5);
        boolean sideBySide = random.nextBoolean();
        int cStep = sideBySide ? n + random.nextInt(3) : m * n + random.nextInt(5);
        int cStride = sideBySide ? count * cStep : n;
        Matrix aData = Samples.normal(random, 1, m * k + (count - 1) * aStep, Layout.DENSE, 1f);
        Matrix bData = Samples.normal(random, 1, k * n + (count - 1) * bStep, Layout.DENSE, 1f);
        Matrix cData = Samples.normal(random, 1, m * cStride + (count - 1) * cStep, Layout.DENSE, 1f);
        Matrix a = Matrix.of(aData.data(), m, k);
        Matrix b = random.nextBoolean() ? Matrix.of(bData.data(), k, n) : Matrix.of(bData.data(), n, k).transposed();
        Epilogue epilogue = start(random)
                .withBias(random.nextBoolean() ? Samples.normal(random, 1, n, Layout.OFFSET, 1f) : null)
                .withActivation(ACTIVATIONS[random.nextInt(ACTIVATIONS.length)]);
        Matrix expected = copy(cData);
        Kernels.reference().gemm().multiplyBatch(count, a, aStep, b, bStep,
                Matrix.of(expected.data(), 0, m, n, cStride), cStep, epilogue);
        Matrix actual = copy(cData);
        gemm.multiplyBatch(count, a, aStep, b, bStep, Matrix.of(actual.data(), 0, m, n, cStride), cStep, epilogue);
        for (int at = 0; at < expected.columns(); at++) {
            assertSameBits(expected.get(0, at), actual.get(0, at), "batch of " + count + ", element " + at);
        }
    }

    private static Matrix normal(Random random, int rows, int columns) {
        return random.nextBoolean() ? Samples.normal(random, rows, columns, layout(random), 1f)
                : Samples.normal(random, columns, rows, layout(random), 1f).transposed();
    }

    private static Layout layout(Random random) {
        return Layout.values()[random.nextInt(3)];
    }

    private static Matrix copyOrNull(Matrix matrix) {
        return matrix == null ? null : copy(matrix);
    }
}
