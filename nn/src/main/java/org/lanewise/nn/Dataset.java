// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.Objects;
import java.util.stream.IntStream;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.check.Checks;

/// Examples: a row of features each, with a class label or a row of target values.
public final class Dataset {

    private final Matrix features;
    private final int[] labels;
    private final int classes;
    private final Matrix targets;

    private Dataset(Matrix features, int[] labels, int classes, Matrix targets) {
        this.features = features;
        this.labels = labels;
        this.classes = classes;
        this.targets = targets;
    }

    /// Two parts of one data set.
    ///
    /// @param training the part to learn from
    /// @param test the part held out
    public record Split(Dataset training, Dataset test) {

        /// @throws NullPointerException if a part is null
        public Split {
            Objects.requireNonNull(training, "split: training is null");
            Objects.requireNonNull(test, "split: test is null");
        }
    }

    /// Examples with class labels. The arrays are shared, not copied.
    ///
    /// @param features examples×features, plain
    /// @param labels a class from 0 to classes − 1 for each example
    /// @param classes number of classes, at least 1
    /// @throws NullPointerException if an array is null
    /// @throws IllegalArgumentException if there are not as many labels as rows or a label is out of range
    public static Dataset classification(Matrix features, int[] labels, int classes) {
        Checks.plain("data set", "features", features);
        Objects.requireNonNull(labels, "data set: labels is null");
        Checks.parameter("data set", "classes", classes, classes > 0, "must be at least 1");
        if (labels.length != features.rows()) {
            throw new IllegalArgumentException("data set: there are " + labels.length + " labels; there must be one "
                    + "for each of the " + features.rows() + " rows");
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException("data set: label " + i + " is " + labels[i]
                        + "; it must be from 0 to " + (classes - 1));
            }
        }
        return new Dataset(features, labels, classes, null);
    }

    /// Examples with target values. The arrays are shared, not copied.
    ///
    /// @param features examples×features, plain
    /// @param targets examples×outputs, plain
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if the numbers of rows differ
    public static Dataset regression(Matrix features, Matrix targets) {
        Checks.plain("data set", "features", features);
        Checks.plain("data set", "targets", targets);
        if (targets.rows() != features.rows()) {
            throw new IllegalArgumentException("data set: targets has " + targets.rows() + " rows; features has "
                    + features.rows());
        }
        return new Dataset(features, null, 0, targets);
    }

    /// Number of examples.
    public int size() {
        return features.rows();
    }

    /// examples×features.
    public Matrix features() {
        return features;
    }

    /// Whether the examples have class labels.
    public boolean hasLabels() {
        return labels != null;
    }

    /// The class of each example, shared.
    ///
    /// @throws IllegalStateException if the examples have targets instead
    public int[] labels() {
        if (labels == null) {
            throw new IllegalStateException("data set: it has target values, not labels");
        }
        return labels;
    }

    /// Number of classes; 0 where there are target values.
    public int classes() {
        return classes;
    }

    /// examples×outputs.
    ///
    /// @throws IllegalStateException if the examples have labels instead
    public Matrix targets() {
        if (targets == null) {
            throw new IllegalStateException("data set: it has labels, not target values");
        }
        return targets;
    }

    /// The examples at the given indices, copied, in that order; an index may occur more than once.
    ///
    /// @throws NullPointerException if `indices` is null
    /// @throws IndexOutOfBoundsException if an index is out of range
    public Dataset select(int[] indices) {
        Objects.requireNonNull(indices, "select: indices is null");
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0 || indices[i] >= size()) {
                throw new IndexOutOfBoundsException("select: index " + i + " is " + indices[i] + "; the data set has "
                        + size() + " examples, from 0");
            }
        }
        Matrix rows = selectRows(features, indices);
        if (targets != null) {
            return new Dataset(rows, null, 0, selectRows(targets, indices));
        }
        int[] selected = new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            selected[i] = labels[indices[i]];
        }
        return new Dataset(rows, selected, classes, null);
    }

    private static Matrix selectRows(Matrix source, int[] indices) {
        Matrix selected = Matrix.zeros(indices.length, source.columns());
        for (int i = 0; i < indices.length; i++) {
            copyRow(source, indices[i], selected, i);
        }
        return selected;
    }

    static void copyRow(Matrix from, int fromRow, Matrix to, int toRow) {
        System.arraycopy(from.data(), from.index(fromRow, 0), to.data(), to.index(toRow, 0), from.columns());
    }

    /// Holds out a share of the examples, drawn by seed: share·n of the n examples, rounded, but at least one and at
    /// most n − 1.
    ///
    /// With labels the draw is stratified. A class of m examples has the quota m·(examples held out)/n. It gives its
    /// quota, rounded down; a class of two examples or more gives at least one and keeps at least one. While there are
    /// too few, the class furthest below its quota gives one more; while there are too many, the class furthest above
    /// gives one less; of classes equally far the seed draws one. Where so few are held out, or so few are not, that
    /// there cannot be one of each class of two or more, the quotas alone decide.
    ///
    /// @param heldOut share of the test part, in (0, 1)
    /// @param seed any value
    /// @return both parts, each in the order of this data set
    /// @throws IllegalArgumentException if the share is out of range or there are fewer than two examples
    public Split split(double heldOut, long seed) {
        Checks.parameter("split", "held-out share", heldOut, heldOut > 0 && heldOut < 1, "must be between 0 and 1");
        if (size() < 2) {
            throw new IllegalArgumentException("split: the number of examples is " + size()
                    + "; it must be at least 2, one for each part");
        }
        boolean[] test = Stratification.draw(labels, size(), heldOut, seed);
        return new Split(select(IntStream.range(0, size()).filter(i -> !test[i]).toArray()),
                select(IntStream.range(0, size()).filter(i -> test[i]).toArray()));
    }
}
