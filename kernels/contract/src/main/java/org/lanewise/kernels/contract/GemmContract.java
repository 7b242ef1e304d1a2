// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lanewise.kernels.contract.Refusals.assertRefused;
import static org.lanewise.kernels.contract.Samples.assertBlank;
import static org.lanewise.kernels.contract.Samples.assertSameBits;
import static org.lanewise.kernels.contract.Samples.blank;
import static org.lanewise.kernels.contract.Samples.copy;
import static org.lanewise.kernels.contract.Samples.normal;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.gemm.PackedMatrix;

/// The contract of [Gemm]: the reference's bits for any shape, layout and epilogue; a product with an epilogue is the
/// product, then the bias, then the activation; a row is the same in any batch; packing changes nothing.
public interface GemmContract extends FamilyContract {

    @Test
    default void productsHaveTheReferencesBits() {
        Random random = new Random(71);
        for (int turn = 0; turn < 400; turn++) {
            GemmSamples.assertSameBitsAsReference(kernels().gemm(), GemmSamples.random(random, 70));
        }
    }

    @Test
    default void productsOfSpecialValuesHaveTheReferencesBits() {
        Random random = new Random(72);
        for (int turn = 0; turn < 60; turn++) {
            GemmSamples.assertSameBitsAsReference(kernels().gemm(), GemmSamples.special(random, 40));
        }
    }

    @Test
    default void productsAroundBlockSizesHaveTheReferencesBits() {
        Random random = new Random(73);
        int[][] shapes = {{96, 96, 96}, {97, 101, 103}, {127, 64, 65}, {1, 300, 70}, {300, 1, 70}, {70, 300, 1},
            {129, 33, 257}, {12, 1030, 20}, {100, 20, 530}, {200, 97, 515}, {1, 1, 1100}, {5, 1100, 3}, {60, 64, 64},
            {150, 1, 300}, {9, 1030, 300}};
        for (int[] shape : shapes) {
            GemmSamples.assertSameBitsAsReference(kernels().gemm(),
                    GemmSamples.of(random, shape[0], shape[1], shape[2]));
        }
    }

    @Test
    default void productsOfNoStepsGiveTheEpilogueOfZero() {
        Gemm gemm = kernels().gemm();
        Matrix bias = Matrix.row(1f, -2f, 3f);
        Matrix c = blank(2, 3, Layout.STRIDED);
        gemm.multiply(Matrix.zeros(2, 0), Matrix.zeros(0, 3), c, Epilogue.dense(bias, Activation.RELU));
        for (int i = 0; i < 2; i++) {
            assertEquals(1f, c.get(i, 0));
            assertEquals(0f, c.get(i, 1));
            assertEquals(3f, c.get(i, 2));
        }
        Matrix kept = copy(c);
        gemm.multiply(Matrix.zeros(2, 0), gemm.pack(Matrix.zeros(0, 3)), c, Epilogue.ACCUMULATE);
        assertSameBits(kept, c, "accumulated nothing");
    }

    @Test
    default void emptyProductsDoNothing() {
        Gemm gemm = kernels().gemm();
        Matrix untouched = blank(3, 4, Layout.OFFSET);
        gemm.multiply(Matrix.zeros(0, 5), Matrix.zeros(5, 4), untouched.rows(0, 0), Epilogue.OVERWRITE);
        gemm.multiply(Matrix.zeros(3, 5), Matrix.zeros(5, 0), untouched.columns(0, 0), Epilogue.OVERWRITE);
        gemm.multiplyBatch(0, Matrix.zeros(3, 2), 0, Matrix.zeros(2, 4), 0, untouched, 12, Epilogue.OVERWRITE);
        Matrix square = untouched.columns(0, 3);
        gemm.multiplyBatch(0, square, 0, square, 0, square, 0, Epilogue.OVERWRITE);
        gemm.multiplyBatch(2, Matrix.zeros(0, 3), 0, square, 0, Matrix.of(untouched.data(), 8, 0, 3, 3), 0,
                Epilogue.OVERWRITE);
        assertBlank(untouched, "empty products");
        Matrix c = Matrix.row(1f, 1f, 1f, 1f);
        gemm.multiplyBatch(1, Matrix.of(c.data(), 1, 1, 0, 0), 0, Matrix.zeros(0, 4), 0, c, 0, Epilogue.OVERWRITE);
        assertSameBits(Matrix.zeros(1, 4), c, "a product of an empty A within C");
    }

    @Test
    default void aProductsEpilogueIsItsPartsInTurn() {
        Random random = new Random(74);
        Kernels kernels = kernels();
        for (Activation activation : GemmSamples.ACTIVATIONS) {
            for (int columns : new int[] {1, 10, 16, 33, 64, 100}) {
                int rows = 1 + random.nextInt(40);
                int depth = 1 + random.nextInt(60);
                Matrix a = normal(random, rows, depth, Layout.STRIDED, 1f);
                Matrix b = normal(random, depth, columns, Layout.OFFSET, 1f);
                Matrix bias = normal(random, 1, columns, Layout.OFFSET, 1f);
                Matrix fused = blank(rows, columns, Layout.STRIDED);
                Matrix fusedDerivative = blank(rows, columns, Layout.OFFSET);
                kernels.gemm().multiply(a, b, fused, Epilogue.dense(bias, activation, fusedDerivative));
                Matrix valueOnly = blank(rows, columns, Layout.STRIDED);
                kernels.gemm().multiply(a, b, valueOnly, Epilogue.dense(bias, activation));

                Matrix z = blank(rows, columns, Layout.STRIDED);
                kernels.gemm().multiply(a, b, z, Epilogue.OVERWRITE);
                for (int i = 0; i < rows; i++) {
                    for (int j = 0; j < columns; j++) {
                        z.set(i, j, z.get(i, j) + bias.get(0, j));
                    }
                }
                Matrix derivative = blank(rows, columns, Layout.OFFSET);
                kernels.activations().valueAndDerivative(activation, z, z, derivative);
                assertSameBits(z, fused, "fused " + activation);
                assertSameBits(z, valueOnly, "fused value of " + activation);
                assertSameBits(derivative, fusedDerivative, "fused derivative of " + activation);
            }
        }
    }

    @Test
    default void aRowOfAProductIsTheSameInAnyBatch() {
        Random random = new Random(75);
        Gemm gemm = kernels().gemm();
        for (int columns : new int[] {10, 64, 97}) {
            Matrix a = normal(random, 64, 130, Layout.OFFSET, 1f);
            Matrix b = normal(random, 130, columns, Layout.DENSE, 1f);
            Epilogue epilogue = Epilogue.dense(normal(random, 1, columns, Layout.DENSE, 1f), Activation.TANH);
            PackedMatrix packed = gemm.pack(b);
            Matrix whole = blank(64, columns, Layout.STRIDED);
            gemm.multiply(a, b, whole, epilogue);
            for (int size : new int[] {1, 2, 7, 16}) {
                Matrix parts = blank(64, columns, Layout.STRIDED);
                for (int row = 0; row < 64; row += size) {
                    int count = Math.min(size, 64 - row);
                    gemm.multiply(a.rows(row, count), packed, parts.rows(row, count), epilogue);
                }
                assertSameBits(whole, parts, "64 rows in batches of " + size);
            }
        }
    }

    @Test
    default void aRepackedMatrixIsTheNewOne() {
        Random random = new Random(76);
        Gemm gemm = kernels().gemm();
        Matrix a = normal(random, 9, 21, Layout.DENSE, 1f);
        PackedMatrix packed = gemm.pack(normal(random, 21, 35, Layout.DENSE, 1f));
        assertEquals(21, packed.rows());
        assertEquals(35, packed.columns());
        Matrix b = normal(random, 35, 21, Layout.STRIDED, 1f).transposed();
        gemm.pack(b, packed);
        Matrix expected = blank(9, 35, Layout.DENSE);
        gemm.multiply(a, b, expected, Epilogue.OVERWRITE);
        Matrix actual = blank(9, 35, Layout.DENSE);
        gemm.multiply(a, packed, actual, Epilogue.OVERWRITE);
        assertSameBits(expected, actual, "repacked");
    }

    @Test
    default void batchesOfProductsHaveTheReferencesBits() {
        Random random = new Random(77);
        for (int turn = 0; turn < 60; turn++) {
            GemmSamples.assertBatchSameBitsAsReference(kernels().gemm(), random);
        }
    }

    @Test
    default void productsOfBadShapesAreRefused() {
        Gemm gemm = kernels().gemm();
        Matrix c = blank(3, 2, Layout.STRIDED);
        Matrix a = Matrix.zeros(3, 4);
        Matrix b = Matrix.zeros(4, 2);
        refused("gemm: A is 3×4 and B is 5×2; A's columns (4) must equal B's rows (5)", c,
                () -> gemm.multiply(a, Matrix.zeros(5, 2), c, Epilogue.OVERWRITE));
        refused("gemm: A is 3×4 and B is 5×2; A's columns (4) must equal B's rows (5)", c,
                () -> gemm.multiply(a, gemm.pack(Matrix.zeros(5, 2)), c, Epilogue.OVERWRITE));
        refused("gemm: C is 3×2; it must be 3×7", c,
                () -> gemm.multiply(a, Matrix.zeros(4, 7), c, Epilogue.OVERWRITE));
        refused("gemm: bias is 1×3; it must be 1×2", c,
                () -> gemm.multiply(a, b, c, Epilogue.dense(Matrix.zeros(1, 3), Activation.IDENTITY)));
        refused("gemm: derivative is 2×2; it must be 3×2", c,
                () -> gemm.multiply(a, b, c, Epilogue.OVERWRITE.withActivation(Activation.TANH)
                        .withDerivative(Matrix.zeros(2, 2))));
        refused("gemm: C is a transposed view of 3×2; only products take transposed views", c,
                () -> gemm.multiply(a, b, Matrix.zeros(2, 3).transposed(), Epilogue.OVERWRITE));
        refused("gemm pack: B is 4×2 and the packed matrix is 2×4; the shapes must be equal", c,
                () -> gemm.pack(b, gemm.pack(Matrix.zeros(2, 4))));
    }

    @Test
    default void overlappingProductsAreRefused() {
        Gemm gemm = kernels().gemm();
        Matrix shared = blank(8, 4, Layout.DENSE);
        Matrix c = shared.rows(0, 4);
        Matrix free = Matrix.zeros(4, 4);
        assertThrows(IllegalArgumentException.class, () -> gemm.multiply(c, free, c, Epilogue.OVERWRITE));
        assertThrows(IllegalArgumentException.class,
                () -> gemm.multiply(free, shared.rows(3, 4), c, Epilogue.OVERWRITE));
        assertThrows(IllegalArgumentException.class,
                () -> gemm.multiply(free, free, c, Epilogue.dense(shared.rows(2, 1), Activation.RELU)));
        assertThrows(IllegalArgumentException.class,
                () -> gemm.multiply(free, free, c, Epilogue.OVERWRITE.withActivation(Activation.RELU)
                        .withDerivative(shared.rows(1, 4))));
        assertThrows(IllegalArgumentException.class, () -> gemm.multiplyBatch(2, free, 0, free, 0, c, 12,
                Epilogue.OVERWRITE));
        assertThrows(IllegalArgumentException.class, () -> gemm.multiplyBatch(2, shared.rows(4, 4), 0, free, 0, c, 16,
                Epilogue.OVERWRITE));
        assertBlank(shared, "refused overlaps");
    }

    @Test
    default void badBatchesOfProductsAreRefused() {
        Gemm gemm = kernels().gemm();
        Matrix c = blank(2, 2, Layout.DENSE);
        Matrix a = Matrix.zeros(2, 2);
        refused("gemm batch: count is -1; it must not be negative", c,
                () -> gemm.multiplyBatch(-1, a, 0, a, 0, c, 0, Epilogue.OVERWRITE));
        refused("gemm batch: the step of A is -4; it must not be negative", c,
                () -> gemm.multiplyBatch(1, a, -4, a, 0, c, 0, Epilogue.OVERWRITE));
        refused("gemm batch: 3 times B (Matrix[2×2, offset 0, stride 2]) with step 4 ends at 12; the array has 4 "
                + "elements", c, () -> gemm.multiplyBatch(3, a, 0, a, 4, c, 0, Epilogue.OVERWRITE));
        refused("gemm batch: the epilogue has a derivative; a batch stores none", c,
                () -> gemm.multiplyBatch(1, a, 0, a, 0, c, 0,
                        Epilogue.OVERWRITE.withActivation(Activation.RELU).withDerivative(Matrix.zeros(2, 2))));
    }

    /// Where the operands of a batch touch and where its Cs interlock, none shares an element.
    @Test
    default void batchesWhoseRangesTouchAreTheirProductsInTurn() {
        float[] data = normal(new Random(79), 1, 50, Layout.DENSE, 1f).data();
        Matrix a = Matrix.of(data, 0, 2, 3, 3);
        Matrix c = Matrix.of(data, 18, 2, 2, 2);
        Matrix b = Matrix.of(data, 30, 3, 2, 2);
        assertIsProductsInTurn(3, a, 6, b, 6, c, 4, null);
        assertIsProductsInTurn(3, Matrix.of(data.clone(), 2, 3), 6, b, 6, c, 4, Matrix.row(data, 16, 2));
        float[] interlocked = blank(1, 20, Layout.DENSE).data();
        assertIsProductsInTurn(3, a, 6, b, 6, Matrix.of(interlocked, 0, 2, 2, 6), 2, null);
        assertIsProductsInTurn(4, a, 3, b, 0, Matrix.of(interlocked, 0, 2, 2, 6), 4, null);
        Matrix scalars = Matrix.of(data, 4, 1, 1, 1);
        assertIsProductsInTurn(5, scalars, 1, scalars, 2, Matrix.of(interlocked, 1, 1, 1, 1), 3, null);
    }

    private void assertIsProductsInTurn(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep,
            Matrix bias) {
        Epilogue epilogue = Epilogue.dense(bias, Activation.IDENTITY);
        float[] before = c.data().clone();
        for (int s = 0; s < count; s++) {
            kernels().gemm().multiply(moved(a, s * aStep), moved(b, s * bStep), moved(c, s * cStep), epilogue);
        }
        float[] expected = c.data().clone();
        System.arraycopy(before, 0, c.data(), 0, before.length);
        kernels().gemm().multiplyBatch(count, a, aStep, b, bStep, c, cStep, epilogue);
        assertSameBits(Matrix.row(expected), Matrix.row(c.data()), count + " products, " + c + ", step " + cStep);
    }

    private static Matrix moved(Matrix matrix, int by) {
        return Matrix.of(matrix.data(), matrix.offset() + by, matrix.rows(), matrix.columns(), matrix.stride());
    }

    @Test
    default void batchesThatMeetInOneElementAreRefused() {
        Gemm gemm = kernels().gemm();
        Matrix free = Matrix.zeros(2, 2);
        Matrix scalar = Matrix.zeros(1, 1);
        Matrix all = blank(1, 20, Layout.DENSE);
        Matrix c = Matrix.of(all.data(), 8, 2, 2, 2);
        for (int offset : new int[] {1, 15}) {
            Matrix other = Matrix.of(all.data(), offset, 2, 2, 2);
            refused(all, () -> gemm.multiplyBatch(2, other, offset == 1 ? 4 : 0, free, 0, c, 4, Epilogue.OVERWRITE));
            refused(all, () -> gemm.multiplyBatch(2, free, 0, other, offset == 1 ? 4 : 0, c, 4, Epilogue.OVERWRITE));
        }
        refused(all, () -> gemm.multiplyBatch(2, free, 0, free, 0, c, 4,
                Epilogue.dense(Matrix.row(all.data(), 15, 2), Activation.IDENTITY)));
        Matrix one = Matrix.row(all.data(), 3, 1);
        refused(all, () -> gemm.multiplyBatch(1, one, 0, scalar, 0, one, 0, Epilogue.OVERWRITE));
        refused(all, () -> gemm.multiplyBatch(2, scalar, 0, scalar, 0, one, 0, Epilogue.OVERWRITE));
        refused(all, () -> gemm.multiplyBatch(2, scalar, 1, scalar, 0, one, 1, Epilogue.OVERWRITE));
        refused(all, () -> gemm.multiplyBatch(2, scalar, 0, scalar, 0, one, 17, Epilogue.OVERWRITE));
        refused(all, () -> gemm.multiplyBatch(3, free, 0, free, 0, Matrix.of(all.data(), 0, 2, 2, 5), 2,
                Epilogue.OVERWRITE));
        refused(all, () -> gemm.multiplyBatch(2, free, 0, free, 0, Matrix.of(all.data(), 0, 2, 2, 5), 1,
                Epilogue.OVERWRITE));
    }

    private static void refused(Matrix output, Executable call) {
        assertThrows(IllegalArgumentException.class, call);
        assertBlank(output, "a refused batch");
    }

    @Test
    default void productsOfNullsAndForeignPackingsAreRefused() {
        Gemm gemm = kernels().gemm();
        Matrix c = blank(2, 2, Layout.DENSE);
        Matrix a = Matrix.zeros(2, 2);
        assertRefused(this, NullPointerException.class, "gemm: A is null",
                () -> gemm.multiply(null, a, c, Epilogue.OVERWRITE));
        assertRefused(this, NullPointerException.class, "gemm: B is null",
                () -> gemm.multiply(a, (PackedMatrix) null, c, Epilogue.OVERWRITE));
        assertRefused(this, NullPointerException.class, "gemm: C is null",
                () -> gemm.multiply(a, a, null, Epilogue.OVERWRITE));
        assertRefused(this, NullPointerException.class, "gemm: epilogue is null", () -> gemm.multiply(a, a, c, null));
        assertRefused(this, NullPointerException.class, "gemm pack: B is null", () -> gemm.pack(null));
        PackedMatrix packed = gemm.pack(a);
        refused("gemm pack: B is 3×2 and the packed matrix is 2×2; the shapes must be equal", c,
                () -> gemm.pack(Matrix.zeros(3, 2), packed));
        refused("gemm pack: B is 2×1 and the packed matrix is 2×2; the shapes must be equal", c,
                () -> gemm.pack(Matrix.zeros(2, 1), packed));
        PackedMatrix foreign = new PackedMatrix.Own(2, 2, "a layout of nobody's");
        assertThrows(IllegalArgumentException.class, () -> gemm.multiply(a, foreign, c, Epilogue.OVERWRITE));
        assertThrows(IllegalArgumentException.class, () -> gemm.pack(a, foreign));
        assertBlank(c, "refused calls");
    }

    private void refused(String message, Matrix output, Executable call) {
        assertRefused(this, IllegalArgumentException.class, message, call);
        assertBlank(output, message);
    }
}
