// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.kernels.contract.Samples.assertSameBits;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.internal.team.Team;

/// Batches of products at the edges of what an `int` counts, on every implementation.
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GemmBatchTest {

    private static final ExecutorService POOL = Executors.newFixedThreadPool(2);

    private static Map<String, Gemm> implementations() {
        Kernels waiting = Kernels.tiered(_ -> { });
        Map<String, Gemm> all = new LinkedHashMap<>();
        all.put("reference", Kernels.reference().gemm());
        all.put("vector", Kernels.vector().gemm());
        all.put("tiered", waiting.gemm());
        all.put("parallel reference", Kernels.reference().parallel(POOL, 3).gemm());
        all.put("parallel vector", Kernels.vector().parallel(POOL, 3).gemm());
        all.put("parallel tiered", waiting.parallel(POOL, 3).gemm());
        all.put("parallel vector, split everywhere",
                new ParallelGemm(Kernels.vector().gemm(), new Team(POOL, 3, 1)));
        return all;
    }

    @AfterAll
    static void close() {
        POOL.close();
    }

    /// A and B are empty, and their steps lead nowhere.
    @Test
    void manyProductsOfNoStepsAreZeros() {
        int count = 2_000_000;
        Matrix bias = Matrix.row(3f);
        for (int step : new int[] {0, 1, 5000, Integer.MAX_VALUE}) {
            implementations().forEach((name, gemm) -> {
                float[] c = new float[count];
                Arrays.fill(c, 7f);
                gemm.multiplyBatch(count, Matrix.zeros(1, 0), step, Matrix.zeros(0, 1), step, Matrix.of(c, 1, 1), 1,
                        Epilogue.OVERWRITE);
                assertAll(0f, c, name);
                gemm.multiplyBatch(count, Matrix.zeros(0, 1).transposed(), step, Matrix.zeros(1, 0).transposed(), step,
                        Matrix.of(c, 1, 1), 1, Epilogue.ACCUMULATE.withBias(bias).withActivation(Activation.RELU));
                assertAll(3f, c, name);
            });
        }
    }

    private static void assertAll(float expected, float[] actual, String what) {
        for (int i = 0; i < actual.length; i++) {
            if (actual[i] != expected) {
                assertEquals(expected, actual[i], what + ", element " + i);
            }
        }
    }

    /// C is empty, its step is large, and A or B may be empty, too.
    @Test
    void productsOfNoRowsOrColumnsDoNothing() {
        for (int count : new int[] {3, 2_000_000, Integer.MAX_VALUE}) {
            for (int step : new int[] {0, 1, 1 << 30, Integer.MAX_VALUE}) {
                implementations().forEach((name, gemm) -> {
                    Matrix b = Samples.normal(new Random(1), 40, 50, Layout.OFFSET, 1f);
                    Matrix untouched = Samples.blank(3, 50, Layout.OFFSET);
                    gemm.multiplyBatch(count, Matrix.zeros(0, 40), step, b, 0, untouched.rows(2, 0), step,
                            Epilogue.OVERWRITE);
                    gemm.multiplyBatch(count, b.transposed(), 0, Matrix.zeros(40, 0), step, Matrix.zeros(50, 0), step,
                            Epilogue.ACCUMULATE);
                    Samples.assertBlank(untouched, name);
                });
            }
        }
    }

    /// Side by side and one behind the other, shared and moved, each matrix plain and transposed.
    @Test
    void splitBatchesHaveTheReferencesBits() {
        Random random = new Random(2);
        for (int turn = 0; turn < 200; turn++) {
            int count = 1 + random.nextInt(9);
            int m = random.nextInt(7);
            int n = random.nextInt(20);
            int k = random.nextInt(9);
            int aStep = random.nextBoolean() ? 0 : m * k + random.nextInt(4);
            int bStep = random.nextBoolean() ? 0 : k * n + random.nextInt(4);
            Matrix a = view(random, count, m, k, aStep);
            Matrix b = view(random, count, k, n, bStep);
            int cStep = m * n + random.nextInt(4);
            Matrix before = Samples.normal(random, 1, Math.max(1, m * n + (count - 1) * cStep), Layout.DENSE, 1f);
            Epilogue epilogue = random.nextBoolean() ? Epilogue.OVERWRITE : Epilogue.ACCUMULATE;
            Matrix expected = Samples.copy(before);
            Kernels.reference().gemm().multiplyBatch(count, a, aStep, b, bStep, Matrix.of(expected.data(), m, n), cStep,
                    epilogue);
            String what = count + " products of " + a + ", step " + aStep + ", and " + b + ", step " + bStep;
            implementations().forEach((name, gemm) -> {
                Matrix actual = Samples.copy(before);
                gemm.multiplyBatch(count, a, aStep, b, bStep, Matrix.of(actual.data(), m, n), cStep, epilogue);
                assertSameBits(expected, actual, name + ": " + what);
            });
        }
    }

    private static Matrix view(Random random, int count, int rows, int columns, int step) {
        float[] data = Samples.normal(random, 1, Math.max(1, rows * columns + (count - 1) * step), Layout.DENSE, 1f)
                .data();
        return random.nextBoolean() ? Matrix.of(data, rows, columns) : Matrix.of(data, columns, rows).transposed();
    }
}
