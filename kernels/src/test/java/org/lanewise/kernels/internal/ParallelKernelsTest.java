// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lanewise.kernels.contract.Samples.assertSameBits;

import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.internal.team.Team;
import org.lanewise.kernels.math.Function;
import org.lanewise.kernels.normalization.Normalization;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;

/// SIMD kernels on several threads, held to the contract, and calls that are large enough to be split.
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ParallelKernelsTest extends OwnKernelsContract {

    private static final ExecutorService POOL = Executors.newFixedThreadPool(4);

    @Override
    public Kernels kernels() {
        return Kernels.vector().parallel(POOL, 3);
    }

    /// All that can be split is, down to single rows: each offset that a part computes is used.
    @Nested
    class InTheSmallestParts extends OwnKernelsContract {

        private final Kernels split = ParallelKernels.of(Kernels.vector(), new Team(POOL, 3, 1));

        @Override
        public Kernels kernels() {
            return split;
        }
    }

    /// More threads than most shapes of the contract have rows: what is split by either side is split by columns.
    @Nested
    class InTheSmallestPartsByColumns extends OwnKernelsContract {

        private final Kernels split = ParallelKernels.of(Kernels.vector(), new Team(POOL, 80, 1));

        @Override
        public Kernels kernels() {
            return split;
        }
    }

    @AfterAll
    static void close() {
        POOL.close();
    }

    @Test
    void splitCallsHaveTheBitsOfWholeOnes() {
        Kernels alone = Kernels.vector();
        for (int threads = 1; threads <= 8; threads++) {
            Kernels together = alone.parallel(POOL, threads);
            Random random = new Random(threads);
            products(alone, together, random);
            passes(alone, together, random);
        }
    }

    private static void products(Kernels alone, Kernels together, Random random) {
        for (int[] shape : List.of(new int[] {400, 130, 70}, new int[] {37, 900, 200}, new int[] {300, 301, 150})) {
            Matrix a = Samples.normal(random, shape[0], shape[2], Layout.STRIDED, 1f);
            Matrix b = Samples.normal(random, shape[2], shape[1], Layout.OFFSET, 1f);
            Matrix bias = Samples.normal(random, 1, shape[1], Layout.OFFSET, 1f);
            Matrix[] results = new Matrix[6];
            for (int i = 0; i < results.length; i++) {
                results[i] = Samples.blank(shape[0], shape[1], Layout.STRIDED);
            }
            alone.gemm().multiply(a, b, results[0], Epilogue.dense(bias, Activation.SILU, results[1]));
            together.gemm().multiply(a, b, results[2], Epilogue.dense(bias, Activation.SILU, results[3]));
            together.gemm().multiply(a, together.gemm().pack(b), results[4],
                    Epilogue.dense(bias, Activation.SILU, results[5]));
            assertSameBits(results[0], results[2], "product");
            assertSameBits(results[1], results[3], "derivative");
            assertSameBits(results[0], results[4], "product with a packed B");
            assertSameBits(results[1], results[5], "derivative with a packed B");
        }
    }

    /// Rows too few for parts of their own, columns enough, on kernels that each pack in another way.
    @Test
    void aPackedMatrixIsSplitByColumnsWhoeverPackedIt() {
        for (Kernels alone : List.of(Kernels.reference(), Kernels.vector(), Kernels.tiered(_ -> { }))) {
            assertSplitByColumns(alone);
        }
    }

    /// Asserts that a product of few rows with a packed B is split, and has the bits of the whole.
    static void assertSplitByColumns(Kernels alone) {
        Random random = new Random(5);
        Matrix a = Samples.normal(random, 5, 300, Layout.STRIDED, 1f);
        Matrix b = Samples.normal(random, 300, 2001, Layout.OFFSET, 1f);
        Matrix bias = Samples.normal(random, 1, 2001, Layout.OFFSET, 1f);
        Matrix expected = Samples.blank(5, 2001, Layout.STRIDED);
        Matrix expectedDerivative = Samples.blank(5, 2001, Layout.OFFSET);
        Kernels.reference().gemm().multiply(a, b, expected, Epilogue.dense(bias, Activation.SILU, expectedDerivative));
        AtomicInteger asked = new AtomicInteger();
        Gemm together = alone.parallel(task -> {
            asked.incrementAndGet();
            POOL.execute(task);
        }, 2).gemm();
        PackedMatrix packed = together.pack(b);
        Matrix actual = Samples.blank(5, 2001, Layout.STRIDED);
        Matrix derivative = Samples.blank(5, 2001, Layout.OFFSET);
        together.multiply(a, packed, actual, Epilogue.dense(bias, Activation.SILU, derivative));
        assertEquals(1, asked.get(), "tasks for a second thread, " + alone.describe());
        assertSameBits(expected, actual, "columns of " + alone.describe());
        assertSameBits(expectedDerivative, derivative, "derivative, columns of " + alone.describe());
    }

    private static void batchNorm(Kernels alone, Kernels together, Random random) {
        Matrix x = Samples.normal(random, 301, 700, Layout.STRIDED, 2f);
        Matrix dy = Samples.normal(random, 301, 700, Layout.OFFSET, 1f);
        Matrix gamma = Samples.normal(random, 1, 700, Layout.OFFSET, 1f);
        Matrix beta = Samples.normal(random, 1, 700, Layout.OFFSET, 1f);
        Matrix[][] results = new Matrix[2][];
        for (int i = 0; i < 2; i++) {
            Matrix y = Samples.blank(301, 700, Layout.STRIDED);
            Matrix derivative = Samples.blank(301, 700, Layout.DENSE);
            Matrix dx = Samples.blank(301, 700, Layout.STRIDED);
            Matrix mean = Matrix.zeros(2, 700);
            Matrix inverse = Matrix.zeros(1, 700);
            Matrix runningMean = Matrix.zeros(1, 700);
            Matrix runningVariance = Matrix.zeros(1, 700);
            Matrix dGamma = Matrix.zeros(1, 700);
            Matrix dBeta = Matrix.zeros(1, 700);
            Normalization normalization = (i == 0 ? alone : together).normalization();
            normalization.batchNormTraining(x, gamma, beta, 1e-5f, 0.1f, runningMean, runningVariance, mean, inverse,
                    Activation.TANH, y, derivative);
            normalization.batchNormBackward(x, gamma, mean, inverse, derivative, dy, dx, dGamma, dBeta);
            results[i] = new Matrix[] {mean, inverse, runningMean, runningVariance, y, derivative, dGamma, dBeta, dx};
        }
        for (int i = 0; i < results[0].length; i++) {
            assertSameBits(results[0][i], results[1][i], "batch norm, output " + i);
        }
    }

    private static void passes(Kernels alone, Kernels together, Random random) {
        for (int[] shape : List.of(new int[] {700, 301}, new int[] {1, 200_001}, new int[] {5, 60_003})) {
            Matrix x = Samples.special(random, shape[0], shape[1], Layout.STRIDED);
            Matrix expected = Samples.blank(shape[0], shape[1], Layout.STRIDED);
            Matrix actual = Samples.blank(shape[0], shape[1], Layout.STRIDED);
            alone.functions().apply(Function.EXP, x, expected);
            together.functions().apply(Function.EXP, x, actual);
            assertSameBits(expected, actual, "exp");
            alone.activations().value(Activation.GELU, x, expected);
            together.activations().value(Activation.GELU, x, actual);
            assertSameBits(expected, actual, "GELU");
            alone.softmax().softmax(x, expected);
            together.softmax().softmax(x, actual);
            assertSameBits(expected, actual, "softmax");
            alone.dropout().apply(x, 0.3f, 1, 2, 3, expected);
            together.dropout().apply(x, 0.3f, 1, 2, 3, actual);
            assertSameBits(expected, actual, "dropout");
            Matrix expectedSums = Samples.blank(1, shape[1], Layout.OFFSET);
            Matrix actualSums = Samples.blank(1, shape[1], Layout.OFFSET);
            alone.sums().columnSums(x, expectedSums);
            together.sums().columnSums(x, actualSums);
            assertSameBits(expectedSums, actualSums, "column sums");
            Matrix gamma = Samples.normal(random, 1, shape[1], Layout.OFFSET, 1f);
            Matrix beta = Samples.normal(random, 1, shape[1], Layout.OFFSET, 1f);
            Matrix mean = Samples.normal(random, 1, shape[1], Layout.OFFSET, 1f);
            Matrix variance = Samples.copy(gamma);
            alone.activations().value(Activation.SIGMOID, gamma, variance);
            alone.normalization().batchNormInference(x, gamma, beta, 1e-5f, mean, variance, Activation.RELU, expected);
            together.normalization().batchNormInference(x, gamma, beta, 1e-5f, mean, variance, Activation.RELU, actual);
            assertSameBits(expected, actual, "batch norm by running statistics");
        }
        batchNorm(alone, together, random);
        Matrix expected = Samples.normal(random, 1, 100_003, Layout.OFFSET, 1f);
        Matrix actual = Samples.copy(expected);
        Matrix gradients = Samples.normal(random, 1, 100_003, Layout.OFFSET, 1f);
        GradientRule rule = GradientRule.NONE.withClip(1f).withL1(1e-3f).withL2(1e-3f).withRefuseNonFinite(true);
        alone.optimizers().step(Optimizer.Adam.DEFAULT, 1, 0.1f, 0.5f, rule, expected, gradients,
                Matrix.zeros(2, 100_003));
        together.optimizers().step(Optimizer.Adam.DEFAULT, 1, 0.1f, 0.5f, rule, actual, gradients,
                Matrix.zeros(2, 100_003));
        assertSameBits(expected, actual, "Adam");
    }

    @Test
    void aSplitStepRefusesTheFirstNonFiniteGradientAndWritesNothing() {
        int n = 200_000;
        Matrix parameters = Matrix.zeros(1, n);
        Matrix gradients = Samples.normal(new Random(1), 1, n, Layout.OFFSET, 1f);
        gradients.set(0, 150_000, Float.NaN);
        gradients.set(0, 70_000, Float.POSITIVE_INFINITY);
        GradientRule rule = GradientRule.NONE.withClip(1f).withRefuseNonFinite(true);
        for (int turn = 0; turn < 20; turn++) {
            String message = assertThrows(ArithmeticException.class, () -> kernels().optimizers().step(
                    new Optimizer.Sgd(), 1, 0.1f, 1f, rule, parameters, gradients, Matrix.zeros(0, n))).getMessage();
            assertEquals("optimizer step: gradient 70000 is Infinity; all must be finite; nothing was written",
                    message);
        }
        assertSameBits(Matrix.zeros(1, n), parameters, "refused");
    }
}
