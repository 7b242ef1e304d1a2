// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.optimizer;

import org.lanewise.kernels.Matrix;

/// Optimizer steps: one pass over parameters, gradients and state.
public interface Optimizers {

    /// One step.
    ///
    /// @param optimizer the optimizer
    /// @param step the step's number t, from 1
    /// @param learningRate η
    /// @param gradientScale a factor on each gradient, such as the one that clips by global norm
    ///     ([GradientRule#clippingNorm]); 1 for none
    /// @param rule what else is done to each gradient first
    /// @param parameters 1×n, updated
    /// @param gradients 1×n, read
    /// @param state [Optimizer#stateCount()]×n, updated; row s holds the s-th state value of each parameter
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, the step is below 1, the learning rate or the
    ///     gradient scale is not finite, a view is transposed, or views overlap
    /// @throws ArithmeticException if the rule refuses non-finite gradients and there is one, or one that is so large
    ///     that a parameter or a state value would not be finite after the step; nothing is written
    void step(Optimizer optimizer, long step, float learningRate, float gradientScale, GradientRule rule,
            Matrix parameters, Matrix gradients, Matrix state);
}
