// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.lanewise.kernels.internal.check.Checks;
import org.lanewise.kernels.internal.family.Exercise;

/// Views: what they show and what they refuse.
class MatrixTest {

    private static Matrix counted(int rows, int columns, int offset, int stride) {
        float[] data = new float[100];
        for (int i = 0; i < data.length; i++) {
            data[i] = i;
        }
        return Matrix.of(data, offset, rows, columns, stride);
    }

    @Test
    void viewsShowTheirElements() {
        Matrix matrix = counted(3, 4, 5, 10);
        assertEquals(5f, matrix.get(0, 0));
        assertEquals(28f, matrix.get(2, 3));
        assertEquals(28f, matrix.transposed().get(3, 2));
        assertEquals("4×3", matrix.transposed().shape());
        assertEquals(17f, matrix.rows(1, 2).columns(2, 2).get(0, 0));
        assertEquals(17f, matrix.transposed().rows(2, 2).columns(1, 2).get(0, 0));
        assertEquals(0, matrix.rows(3, 0).rows());
        assertEquals(12, matrix.size());
        assertFalse(matrix.isContiguous());
        assertTrue(matrix.rows(1, 1).isContiguous());
        assertTrue(counted(3, 4, 5, 4).isContiguous());
        assertFalse(counted(3, 4, 5, 4).transposed().isContiguous());
        matrix.set(1, 1, -1f);
        assertEquals(-1f, matrix.data()[16]);
    }

    @Test
    void viewsThatDoNotFitAreRefused() {
        float[] data = new float[20];
        assertThrows(NullPointerException.class, () -> Matrix.of(null, 2, 3));
        refused("matrix: size is -1×3; rows and columns must not be negative", () -> Matrix.of(data, -1, 3));
        refused("matrix: offset is -2; it must not be negative", () -> Matrix.of(data, -2, 3, 4, 4));
        refused("matrix: stride is 3; it must be at least the number of columns (4)",
                () -> Matrix.of(data, 0, 3, 4, 3));
        refused("matrix: 3×4 with offset 0 and stride 9 ends at 22; the array has 20 elements",
                () -> Matrix.of(data, 0, 3, 4, 9));
        refused("matrix: 2×1 with offset 0 and stride 2147483647 ends at 2147483648; the array has 20 elements",
                () -> Matrix.of(data, 0, 2, 1, Integer.MAX_VALUE));
        refused("matrix: 0×0 with offset 21 and stride 0 ends at 21; the array has 20 elements",
                () -> Matrix.of(data, 21, 0, 0, 0));
        refused("matrix: 65536×65536 has 4294967296 elements; an array holds at most 2147483639",
                () -> Matrix.zeros(65536, 65536));
        assertThrows(IndexOutOfBoundsException.class, () -> Matrix.of(data, 4, 5).rows(3, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> Matrix.of(data, 4, 5).columns(-1, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> Matrix.of(data, 4, 5).get(4, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> Matrix.of(data, 4, 5).set(0, 5, 1f));
    }

    private static void refused(String message, Runnable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }

    @Test
    void overlapIsExactForViewsOfOneStride() {
        Random random = new Random(1);
        float[] data = new float[100];
        for (int trial = 0; trial < 20_000; trial++) {
            int stride = 1 + random.nextInt(9);
            Matrix first = random(random, data, stride);
            Matrix second = random(random, data, stride);
            Set<Integer> shared = new HashSet<>(indices(first));
            shared.retainAll(indices(second));
            assertEquals(!shared.isEmpty(), first.overlaps(second), first + " and " + second);
            assertEquals(!shared.isEmpty(), second.overlaps(first), second + " and " + first);
        }
        assertFalse(Matrix.of(data, 10, 10).overlaps(Matrix.of(new float[100], 10, 10)));
    }

    @Test
    void overlapIsNeverMissedForViewsOfDifferentStrides() {
        Random random = new Random(2);
        float[] data = new float[100];
        for (int trial = 0; trial < 20_000; trial++) {
            Matrix first = random(random, data, 1 + random.nextInt(9));
            Matrix second = random(random, data, 1 + random.nextInt(9));
            Set<Integer> shared = new HashSet<>(indices(first));
            shared.retainAll(indices(second));
            assertTrue(shared.isEmpty() || first.overlaps(second), first + " and " + second);
        }
    }

    /// Views of few rows may have any stride: sums of such strides do not fit an `int`.
    @Test
    void overlapIsExactForHugeStrides() {
        Random random = new Random(3);
        float[] data = new float[100];
        for (int trial = 0; trial < 20_000; trial++) {
            int stride = Integer.MAX_VALUE - random.nextInt(3);
            Matrix first = random(random, data, 1, stride);
            Matrix second = random(random, data, 1, random.nextBoolean() ? stride : 1 + random.nextInt(50));
            Set<Integer> shared = new HashSet<>(indices(first));
            shared.retainAll(indices(second));
            assertEquals(!shared.isEmpty(), first.overlaps(second), first + " and " + second);
            assertEquals(!shared.isEmpty(), second.overlaps(first), second + " and " + first);
        }
    }

    private static Matrix random(Random random, float[] data, int rows, int stride) {
        int columns = 1 + random.nextInt(Math.min(stride, 50));
        Matrix matrix = Matrix.of(data, random.nextInt(50), rows, columns, stride);
        return random.nextBoolean() ? matrix : matrix.transposed();
    }

    /// A view of nothing fits any array: what is cut out of it lies where it does.
    @Test
    void partsOfEmptyViewsLieWithinTheArray() {
        float[] data = new float[20];
        Matrix noColumns = Matrix.of(data, 5, 1 << 30, 0, 1 << 20);
        Matrix noRows = Matrix.of(data, 5, 0, 1 << 20, 1 << 30);
        for (Matrix empty : List.of(noColumns, noRows, noColumns.transposed(), noRows.transposed())) {
            Matrix rows = empty.rows(empty.rows() / 2, empty.rows() / 4);
            Matrix columns = empty.columns(empty.columns() / 2, empty.columns() / 4);
            assertEquals(5, rows.offset(), "rows of " + empty);
            assertEquals(5, columns.offset(), "columns of " + empty);
            assertEquals(0, rows.size() + columns.size());
        }
    }

    @Test
    void nullsAreNamed() {
        Matrix matrix = Matrix.zeros(1, 1);
        nameless("matrix: data is null", () -> Matrix.of(null, 0, 1, 1, 1));
        nameless("matrix: data is null", () -> Matrix.row((float[]) null));
        nameless("matrix: data is null", () -> Matrix.row(null, 0, 1));
        nameless("matrix overlaps: other is null", () -> matrix.overlaps(null));
        nameless("matrix isSameAs: other is null", () -> matrix.isSameAs(null));
        nameless("test: x is null", () -> Checks.notNull("test", "x", null));
        nameless("test: x is null", () -> Checks.plain("test", "x", null));
        nameless("test: x is null", () -> Checks.shape("test", "x", null, 1, 1));
        nameless("test: y is null", () -> Checks.disjoint("test", "y", null, "x", matrix));
        nameless("test: x is null", () -> Checks.disjoint("test", "y", matrix, "x", null));
        nameless("test: y is null", () -> Checks.sameOrDisjoint("test", "y", null, "x", matrix));
        nameless("test: x is null", () -> Checks.sameOrDisjoint("test", "y", matrix, "x", null));
        nameless("exercise: name is null", () -> new Exercise<>(null, _ -> { }));
        nameless("exercise: call is null", () -> new Exercise<>("a", null));
    }

    private static void nameless(String message, Executable call) {
        assertEquals(message, assertThrows(NullPointerException.class, call).getMessage());
    }

    private static Matrix random(Random random, float[] data, int stride) {
        Matrix matrix = Matrix.of(data, random.nextInt(40), random.nextInt(6), random.nextInt(stride + 1), stride);
        return random.nextBoolean() ? matrix : matrix.transposed();
    }

    private static Set<Integer> indices(Matrix matrix) {
        Set<Integer> indices = new HashSet<>();
        for (int i = 0; i < matrix.rows(); i++) {
            for (int j = 0; j < matrix.columns(); j++) {
                indices.add(matrix.index(i, j));
            }
        }
        return indices;
    }

    @Test
    void theSameViewIsKnown() {
        Matrix matrix = counted(3, 4, 5, 10);
        assertTrue(matrix.isSameAs(Matrix.of(matrix.data(), 5, 3, 4, 10)));
        assertTrue(matrix.rows(0, 1).isSameAs(Matrix.of(matrix.data(), 5, 1, 4, 4)), "one row has no stride");
        assertFalse(matrix.isSameAs(matrix.rows(0, 2)));
        assertFalse(matrix.isSameAs(Matrix.of(matrix.data(), 5, 3, 4, 11)));
        assertFalse(matrix.isSameAs(matrix.transposed()));
        assertFalse(matrix.isSameAs(Matrix.of(matrix.data().clone(), 5, 3, 4, 10)));
    }
}
