// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.internal.family.Exercise;

/// Products that reach every register tile of this target, by every way. None has an activation that takes a pass of
/// its own: the activations' family exercises those. A class of its own, because it loads vector classes.
final class GemmExercises {

    private static final int LANES = Packing.LANES;

    /// Steps of k: too many for updates row by row, unless rows are few. Even, so that some tiles take two steps at a
    /// time; with one step more, all tiles take one.
    private static final int DEPTH = 40;

    private static final int GAP = 3;

    private GemmExercises() {
    }

    static List<Exercise<Gemm>> all() {
        GemmBlocks blocks = GemmTarget.HERE.blocks();
        List<Exercise<Gemm>> exercises = new ArrayList<>();
        for (int rows = 1; rows <= GemmTile.TALLEST; rows++) {
            int mostVectors = rows > GemmTile.MAX_ROWS ? 1
                    : Math.max(3, GemmBlocks.vectors(GemmTile.MAX_VECTORS, rows, false));
            for (int vectors = 1; vectors <= mostVectors; vectors++) {
                // Whole vectors, and an edge that ends within one.
                exercises.add(products(rows, DEPTH, vectors * LANES));
                exercises.add(products(rows, DEPTH + 1, vectors * LANES - 1));
            }
        }
        for (int rows = 3; rows <= blocks.wide().rows(); rows++) {
            exercises.add(wideTile(rows));
        }
        // Copied rows: tiles of two vectors and of three.
        int oddVectors = Math.max(5, Math.ceilDiv(blocks.copies().copyFromColumns(), LANES) | 1);
        for (int rows = GemmBlocks.FEWEST_ROWS; rows <= GemmTile.MAX_ROWS; rows++) {
            exercises.add(products(rows, DEPTH, oddVectors * LANES));
        }
        for (int depth = 1; depth <= 2 * RowUpdates.MOST_STEPS; depth++) {
            exercises.add(products(1, depth, 2 * LANES + 1));
        }
        exercises.add(products(GemmTile.MAX_VECTORS * LANES + 1, DEPTH, 1));
        // Wide enough for strips, and cut into several tiles.
        exercises.add(products(2 * GemmTile.MAX_ROWS + 1, DEPTH, blocks.copies().stripFromColumns() + LANES + 1));
        exercises.add(batch());
        return exercises;
    }

    /// The tile itself: products that use it are too large for an exercise.
    private static Exercise<Gemm> wideTile(int rows) {
        float[] a = new float[rows * DEPTH];
        float[] panels = new float[2 * DEPTH * Packing.PANEL];
        float[] c = new float[rows * 4 * LANES];
        return new Exercise<>("tiles of " + rows + "×4", _ -> {
            int distance = DEPTH * Packing.PANEL;
            RowTiles.start(rows, 4, a, 0, DEPTH, panels, 0, Packing.PANEL, distance, DEPTH, c, 0, 4 * LANES);
            RowTiles.resume(rows, 4, a, 0, DEPTH, panels, 0, distance, DEPTH, c, 0, 4 * LANES);
        });
    }

    private static Exercise<Gemm> products(int rows, int depth, int columns) {
        Matrix a = Exercise.matrix(rows, depth, GAP);
        Matrix aTransposed = Exercise.matrix(depth, rows, GAP).transposed();
        Matrix b = Exercise.matrix(depth, columns, GAP);
        Matrix bTransposed = Exercise.matrix(columns, depth, GAP).transposed();
        Matrix c = Exercise.matrix(rows, columns, GAP);
        Matrix bias = Exercise.matrix(1, columns, 0);
        PackedMatrix packed = new PackedPanels(depth, columns);
        Epilogue rectify = Epilogue.dense(bias, Activation.RELU);
        Epilogue add = Epilogue.dense(bias, Activation.IDENTITY);
        return new Exercise<>("products of " + c.shape() + " over " + depth + " steps", gemm -> {
            gemm.pack(b, packed);
            gemm.multiply(a, packed, c, rectify);
            gemm.multiply(a, packed, c, Epilogue.ACCUMULATE);
            gemm.multiply(a, b, c, rectify);
            gemm.multiply(a, bTransposed, c, add);
            gemm.multiply(aTransposed, b, c, Epilogue.OVERWRITE);
            gemm.multiply(aTransposed, packed, c, Epilogue.ACCUMULATE);
            gemm.multiply(a, b, c, Epilogue.ACCUMULATE);
        });
    }

    private static Exercise<Gemm> batch() {
        int count = 4;
        Matrix a = Exercise.matrix(count * LANES, DEPTH, 0).rows(0, LANES);
        Matrix b = Exercise.matrix(DEPTH, LANES, 0);
        Matrix c = Matrix.zeros(count * LANES, LANES).rows(0, LANES);
        return new Exercise<>("batch", gemm -> gemm.multiplyBatch(count, a, LANES * DEPTH, b, 0, c, LANES * LANES,
                Epilogue.OVERWRITE));
    }
}
