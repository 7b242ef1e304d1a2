// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.optimizer;

import java.util.Objects;
import org.lanewise.kernels.internal.check.Checks;

/// What an optimizer does to each gradient before it uses it, in this order: scale by the step's factor, clip, add
/// penalties. Starts from [#NONE], as in `GradientRule.NONE.withClip(1f).withL2(1e-4f)`. Immutable.
///
/// g ← clamp(g·scale, −clip, clip) + l1·sign(p) + l2·p, with sign(0) = 0. The optimizer uses this g in the same pass;
/// the gradient array is not written.
public final class GradientRule {

    /// The gradient as it is.
    public static final GradientRule NONE = new GradientRule(Float.POSITIVE_INFINITY, 0f, 0f, false);

    private final float clip;
    private final float l1;
    private final float l2;
    private final boolean refuseNonFinite;

    private GradientRule(float clip, float l1, float l2, boolean refuseNonFinite) {
        Checks.parameter("gradient rule", "clip", clip, clip > 0f, "must be positive");
        Checks.parameter("gradient rule", "l1", l1, l1 >= 0f && l1 < Float.POSITIVE_INFINITY,
                "must be finite and not negative");
        Checks.parameter("gradient rule", "l2", l2, l2 >= 0f && l2 < Float.POSITIVE_INFINITY,
                "must be finite and not negative");
        this.clip = clip;
        this.l1 = l1;
        this.l2 = l2;
        this.refuseNonFinite = refuseNonFinite;
    }

    /// Bound on the scaled gradient's absolute value; infinity, the default, for none.
    public float clip() {
        return clip;
    }

    /// Weight of the L1 penalty's gradient sign(p); 0, the default, for none.
    public float l1() {
        return l1;
    }

    /// Weight of the L2 penalty's gradient p; 0, the default, for none.
    public float l2() {
        return l2;
    }

    /// Whether a step first checks all gradients and throws, with nothing written, if one is infinite or NaN, or so
    /// large that a parameter or a state value would be infinite or NaN after the step; false by default.
    public boolean refuseNonFinite() {
        return refuseNonFinite;
    }

    /// The same with a bound on the scaled gradient's absolute value.
    ///
    /// @param bound infinity for none
    /// @throws IllegalArgumentException if the bound is not positive
    public GradientRule withClip(float bound) {
        return new GradientRule(bound, l1, l2, refuseNonFinite);
    }

    /// The same with an L1 penalty.
    ///
    /// @param weight 0 for none
    /// @throws IllegalArgumentException if the weight is negative or not finite
    public GradientRule withL1(float weight) {
        return new GradientRule(clip, weight, l2, refuseNonFinite);
    }

    /// The same with an L2 penalty.
    ///
    /// @param weight 0 for none
    /// @throws IllegalArgumentException if the weight is negative or not finite
    public GradientRule withL2(float weight) {
        return new GradientRule(clip, l1, weight, refuseNonFinite);
    }

    /// The same with or without the check that [#refuseNonFinite] describes.
    public GradientRule withRefuseNonFinite(boolean refuse) {
        return new GradientRule(clip, l1, l2, refuse);
    }

    /// The factor of a step ([Optimizers#step]) that keeps the global norm of all gradients at or below a bound: min(1,
    /// bound/√sumOfSquares); 1 if the sum is NaN.
    ///
    /// @param sumOfSquares Σ g² over all gradients, as [org.lanewise.kernels.sums.Sums#sumOfSquares] gives it: finite
    ///     for any finite gradients
    /// @param bound the largest norm allowed, positive
    /// @throws IllegalArgumentException if the bound is not positive
    public static float clippingNorm(double sumOfSquares, float bound) {
        Checks.parameter("gradient rule", "bound", bound, bound > 0f, "must be positive");
        double norm = Math.sqrt(sumOfSquares);
        return norm > bound ? (float) (bound / norm) : 1f;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GradientRule same && Float.compare(clip, same.clip) == 0
                && Float.compare(l1, same.l1) == 0 && Float.compare(l2, same.l2) == 0
                && refuseNonFinite == same.refuseNonFinite;
    }

    @Override
    public int hashCode() {
        return Objects.hash(clip, l1, l2, refuseNonFinite);
    }

    @Override
    public String toString() {
        return "GradientRule[clip=" + clip + ", l1=" + l1 + ", l2=" + l2 + ", refuseNonFinite=" + refuseNonFinite + "]";
    }
}
