// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.optimizer;

import org.lanewise.kernels.internal.check.Checks;

/// What an optimizer does to each gradient before it uses it, in this order: scale by the step's factor, clip, add
/// penalties.
///
/// g ← clamp(g·scale, −clip, clip) + l1·sign(p) + l2·p, with sign(0) = 0. The same pass then uses it; the gradient
/// array is not written.
///
/// @param clip bound on the scaled gradient's absolute value; infinity for none
/// @param l1 weight of the L1 penalty's gradient sign(p); 0 for none
/// @param l2 weight of the L2 penalty's gradient p; 0 for none
/// @param refuseNonFinite whether a step looks through the gradients first and throws, nothing written, at an infinite
///     or undefined one, or at one so large that a parameter or a state value would be so after the step
public record GradientRule(float clip, float l1, float l2, boolean refuseNonFinite) {

    /// The gradient as it is.
    public static final GradientRule NONE = new GradientRule(Float.POSITIVE_INFINITY, 0f, 0f, false);

    /// @throws IllegalArgumentException if the clip is not positive, or a penalty negative or not finite
    public GradientRule {
        Checks.parameter("gradient rule", "clip", clip, clip > 0f, "must be positive");
        Checks.parameter("gradient rule", "l1", l1, l1 >= 0f && l1 < Float.POSITIVE_INFINITY,
                "must be finite and not negative");
        Checks.parameter("gradient rule", "l2", l2, l2 >= 0f && l2 < Float.POSITIVE_INFINITY,
                "must be finite and not negative");
    }

    /// The factor of a step ([Optimizers#step]) that keeps the global norm of all gradients at or below a bound:
    /// min(1, bound/√sumOfSquares); 1 if the sum is undefined.
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
}
