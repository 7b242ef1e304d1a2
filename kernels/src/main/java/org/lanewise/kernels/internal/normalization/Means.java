// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.normalization;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.lanes.LaneScratch;
import org.lanewise.kernels.normalization.Normalization;

/// Means as the sum of two floats: row 0 of a matrix holds the mean rounded to float, row 1 the rounding error. Where
/// the caller's matrix has row 0 alone, row 1 is computed here.
final class Means {

    private Means() {
    }

    /// Where to write a batch's means: the caller's matrix, or one with room for both rows.
    static Matrix room(Matrix mean) {
        return mean.rows() == 2 ? mean : Matrix.zeros(2, mean.columns());
    }

    /// Copies row 0 to the caller's matrix, if that is another.
    static void give(Matrix pair, Matrix mean) {
        if (pair != mean) {
            System.arraycopy(pair.data(), pair.offset(), mean.data(), mean.offset(), mean.columns());
        }
    }

    /// Both rows of the means of columns. A missing row 1 is computed from the batch if row 0 is the mean of the batch;
    /// otherwise it is 0.
    static Matrix ofColumns(Normalization normalization, Matrix x, Matrix mean) {
        if (mean.rows() == 2) {
            return mean;
        }
        Matrix pair = Matrix.zeros(2, mean.columns());
        if (x.rows() >= 2) {
            normalization.batchNormStatistics(x, 1f, 0f, null, null, pair, Matrix.zeros(1, mean.columns()));
        }
        return own(pair, mean);
    }

    /// Both rows of the means of rows, likewise.
    static Matrix ofRows(Matrix x, Matrix mean) {
        if (mean.rows() == 2) {
            return mean;
        }
        Matrix pair = Matrix.zeros(2, mean.columns());
        LaneScratch scratch = LaneScratch.take();
        for (int i = 0; i < x.rows(); i++) {
            double rowMean = ScalarNormalization.rowMean(x, i, scratch);
            pair.set(0, i, (float) rowMean);
            pair.set(1, i, (float) (rowMean - (float) rowMean));
        }
        scratch.give();
        return own(pair, mean);
    }

    private static Matrix own(Matrix pair, Matrix mean) {
        for (int j = 0; j < mean.columns(); j++) {
            if (pair.get(0, j) != mean.get(0, j)) {
                pair.set(0, j, mean.get(0, j));
                pair.set(1, j, 0f);
            }
        }
        return pair;
    }
}
