// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.softmax;

import java.util.Objects;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.check.Checks;
import org.lanewise.kernels.loss.Reduction;

/// The options of a softmax cross-entropy. Starts from [#MEAN] or [#SUM], as in
/// `CrossEntropy.MEAN.withLabelSmoothing(0.1f)`. Immutable.
public final class CrossEntropy {

    /// The mean over the rows, no smoothing, no weights.
    public static final CrossEntropy MEAN = new CrossEntropy(Reduction.MEAN, 0f, null);

    /// The sum over the rows, no smoothing, no weights.
    public static final CrossEntropy SUM = new CrossEntropy(Reduction.SUM, 0f, null);

    private final Reduction reduction;
    private final float labelSmoothing;
    private final Matrix classWeights;

    private CrossEntropy(Reduction reduction, float labelSmoothing, Matrix classWeights) {
        this.reduction = Objects.requireNonNull(reduction, "cross-entropy: reduction is null");
        Checks.parameter("cross-entropy", "label smoothing", labelSmoothing,
                labelSmoothing >= 0f && labelSmoothing < 1f, "must be in [0, 1)");
        this.labelSmoothing = labelSmoothing;
        this.classWeights = classWeights;
    }

    /// [#MEAN] or [#SUM], whichever has this reduction.
    ///
    /// @throws NullPointerException if `reduction` is null
    public static CrossEntropy of(Reduction reduction) {
        return new CrossEntropy(reduction, 0f, null);
    }

    /// Sum or mean over the rows.
    public Reduction reduction() {
        return reduction;
    }

    /// s in \[0, 1): the share of each target that is spread evenly over all classes; 0 by default.
    public float labelSmoothing() {
        return labelSmoothing;
    }

    /// 1×classes, a weight for each class; null, the default, for none.
    public Matrix classWeights() {
        return classWeights;
    }

    /// The same with this share of each target spread evenly over all classes.
    ///
    /// @param share s in \[0, 1)
    /// @throws IllegalArgumentException if the share is out of range
    public CrossEntropy withLabelSmoothing(float share) {
        return new CrossEntropy(reduction, share, classWeights);
    }

    /// The same with a weight for each class.
    ///
    /// @param weights 1×classes; null for none
    public CrossEntropy withClassWeights(Matrix weights) {
        return new CrossEntropy(reduction, labelSmoothing, weights);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CrossEntropy same && reduction == same.reduction
                && Float.compare(labelSmoothing, same.labelSmoothing) == 0
                && Objects.equals(classWeights, same.classWeights);
    }

    @Override
    public int hashCode() {
        return Objects.hash(reduction, labelSmoothing, classWeights);
    }

    @Override
    public String toString() {
        return "CrossEntropy[reduction=" + reduction + ", labelSmoothing=" + labelSmoothing + ", classWeights="
                + classWeights + "]";
    }
}
