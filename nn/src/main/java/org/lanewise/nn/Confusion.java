// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.Arrays;
import org.lanewise.kernels.internal.check.Checks;

/// Counts how often examples of one class were taken for another. Only pairs that occur are stored, so the size grows
/// with the number of examples, not with the square of the number of classes.
public final class Confusion {

    /// For a regression, which has no classes.
    static final Confusion NONE = new Confusion(0, new long[0], new int[0]);

    private final int classes;
    /// The pairs that occur, ascending.
    private final long[] pairs;
    private final int[] counts;

    private Confusion(int classes, long[] pairs, int[] counts) {
        this.classes = classes;
        this.pairs = pairs;
        this.counts = counts;
    }

    /// Counts the predictions for some examples.
    ///
    /// @param labels the class of each example, from 0 to classes − 1
    /// @param predictions the class that each was taken for, or [Predictor#NO_CLASS]
    /// @param classes number of classes, at least 1
    /// @throws NullPointerException if an array is null
    /// @throws IllegalArgumentException if the arrays differ in length or a class is out of range
    public static Confusion of(int[] labels, int[] predictions, int classes) {
        Checks.notNull("confusion", "labels", labels);
        Checks.notNull("confusion", "predictions", predictions);
        Checks.parameter("confusion", "classes", classes, classes > 0, "must be at least 1");
        if (labels.length != predictions.length) {
            throw new IllegalArgumentException("confusion: there are " + labels.length + " labels and "
                    + predictions.length + " predictions; there must be as many of each");
        }
        long[] all = new long[labels.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = pair(labels[i], predictions[i], classes);
        }
        Arrays.sort(all);
        long[] pairs = new long[all.length];
        int[] counts = new int[all.length];
        int distinct = 0;
        for (int i = 0; i < all.length; i++) {
            if (i == 0 || all[i] != all[i - 1]) {
                pairs[distinct++] = all[i];
            }
            counts[distinct - 1]++;
        }
        return new Confusion(classes, Arrays.copyOf(pairs, distinct), Arrays.copyOf(counts, distinct));
    }

    /// Label and prediction as one number, the label in its upper half.
    private static long pair(int label, int prediction, int classes) {
        if (label < 0 || label >= classes) {
            throw new IllegalArgumentException("confusion: a label is " + label + "; it must be from 0 to "
                    + (classes - 1));
        }
        if (prediction != Predictor.NO_CLASS && (prediction < 0 || prediction >= classes)) {
            throw new IllegalArgumentException("confusion: a prediction is " + prediction + "; it must be from 0 to "
                    + (classes - 1) + ", or " + Predictor.NO_CLASS + " for none");
        }
        return (long) label << Integer.SIZE | Integer.toUnsignedLong(prediction);
    }

    /// Number of classes; 0 for a regression.
    public int classes() {
        return classes;
    }

    /// How many examples of a class were taken for another, or for itself.
    ///
    /// @param label the examples' class, from 0 to classes − 1
    /// @param prediction the class that they were taken for, or [Predictor#NO_CLASS]
    /// @throws IllegalArgumentException if a class is out of range
    public int count(int label, int prediction) {
        int at = Arrays.binarySearch(pairs, pair(label, prediction, classes));
        return at < 0 ? 0 : counts[at];
    }

    /// How many examples were taken for their own class.
    public int right() {
        int right = 0;
        for (int at = 0; at < pairs.length; at++) {
            right += label(at) == prediction(at) ? counts[at] : 0;
        }
        return right;
    }

    /// How many examples were given no class, because an output was NaN.
    public int unclassified() {
        int unclassified = 0;
        for (int at = 0; at < pairs.length; at++) {
            unclassified += prediction(at) == Predictor.NO_CLASS ? counts[at] : 0;
        }
        return unclassified;
    }

    /// All counts as a new matrix: number of examples by label (row) and prediction (column). Examples without a
    /// prediction are in no column. The matrix has classes² elements, however few examples there are.
    public int[][] matrix() {
        int[][] matrix = new int[classes][classes];
        for (int at = 0; at < pairs.length; at++) {
            if (prediction(at) != Predictor.NO_CLASS) {
                matrix[label(at)][prediction(at)] = counts[at];
            }
        }
        return matrix;
    }

    private int label(int at) {
        return (int) (pairs[at] >>> Integer.SIZE);
    }

    private int prediction(int at) {
        return (int) pairs[at];
    }

    @Override
    public String toString() {
        return "Confusion[" + classes + " classes, " + Arrays.stream(counts).sum() + " examples, " + right()
                + " right]";
    }
}
