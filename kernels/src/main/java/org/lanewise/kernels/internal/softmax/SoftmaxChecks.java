// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.softmax;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.check.Checks;
import org.lanewise.kernels.softmax.CrossEntropy;
import org.lanewise.kernels.softmax.MaskedRows;

/// The checks that both twins of [org.lanewise.kernels.softmax.Softmax] make before they write anything.
final class SoftmaxChecks {

    private static final String CROSS_ENTROPY = "cross-entropy";

    private SoftmaxChecks() {
    }

    static void softmax(Matrix z, MaskedRows masked, Matrix y) {
        forward("softmax", z, y);
        Checks.notNull("softmax", "masked rows", masked);
    }

    static void forward(String operation, Matrix z, Matrix y) {
        Checks.plain(operation, "z", z);
        Checks.shape(operation, "y", y, z.rows(), z.columns());
        if (z.columns() == 0) {
            throw new IllegalArgumentException(operation + ": z is " + z.shape() + "; it must have a column");
        }
        Checks.sameOrDisjoint(operation, "y", y, "z", z);
    }

    static void backward(String operation, Matrix y, Matrix dy, Matrix dz) {
        Checks.plain(operation, "y", y);
        Checks.shape(operation, "dy", dy, y.rows(), y.columns());
        Checks.shape(operation, "dz", dz, y.rows(), y.columns());
        Checks.disjoint(operation, "dz", dz, "y", y);
        Checks.sameOrDisjoint(operation, "dz", dz, "dy", dy);
    }

    static void crossEntropy(Matrix z, int[] labels, int labelsOffset, CrossEntropy options, Matrix dz) {
        logits(z);
        Checks.notNull(CROSS_ENTROPY, "labels", labels);
        optionsAndGradient(z, options, dz);
        if (labelsOffset < 0 || labelsOffset > labels.length - z.rows()) {
            throw new IllegalArgumentException(CROSS_ENTROPY + ": labels from " + labelsOffset + " for " + z.rows()
                    + " rows end at " + ((long) labelsOffset + z.rows()) + "; the array has " + labels.length
                    + " elements");
        }
        for (int i = 0; i < z.rows(); i++) {
            int label = labels[labelsOffset + i];
            if (label < 0 || label >= z.columns()) {
                throw new IllegalArgumentException(CROSS_ENTROPY + ": the label of row " + i + " is " + label
                        + "; it must be from 0 to " + (z.columns() - 1));
            }
        }
    }

    static void crossEntropy(Matrix z, Matrix targets, CrossEntropy options, Matrix dz) {
        logits(z);
        Checks.shape(CROSS_ENTROPY, "targets", targets, z.rows(), z.columns());
        optionsAndGradient(z, options, dz);
        if (dz != null) {
            Checks.disjoint(CROSS_ENTROPY, "dz", dz, "targets", targets);
        }
    }

    private static void logits(Matrix z) {
        Checks.plain(CROSS_ENTROPY, "z", z);
        if (z.size() == 0) {
            throw new IllegalArgumentException(
                    CROSS_ENTROPY + ": z is " + z.shape() + "; it must have a row and a column");
        }
    }

    private static void optionsAndGradient(Matrix z, CrossEntropy options, Matrix dz) {
        Checks.notNull(CROSS_ENTROPY, "options", options);
        Matrix weights = options.classWeights();
        if (weights != null) {
            Checks.shape(CROSS_ENTROPY, "class weights", weights, 1, z.columns());
        }
        if (dz != null) {
            Checks.shape(CROSS_ENTROPY, "dz", dz, z.rows(), z.columns());
            Checks.sameOrDisjoint(CROSS_ENTROPY, "dz", dz, "z", z);
            if (weights != null) {
                Checks.disjoint(CROSS_ENTROPY, "dz", dz, "class weights", weights);
            }
        }
    }
}
