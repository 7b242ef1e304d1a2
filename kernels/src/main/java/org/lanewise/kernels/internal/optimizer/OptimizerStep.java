// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.optimizer;

/// The numbers of a step in progress and the position of its next elements. Reused from step to step, so that no step
/// allocates.
final class OptimizerStep {

    /// Elements whose gradients pass through the rule before the optimizer's loop reads them: so few that they and all
    /// other operands stay in the first-level cache, and memory is passed over once.
    static final int CHUNK = 1024;

    /// η; for Adam η/(1 − β₁ᵗ).
    float rate;

    /// For Adam 1/√(1 − β₂ᵗ).
    float root;

    /// For Adam η·λ.
    float decay;

    /// Number of elements, and the index of the first in each array: parameters, gradients, gradients that have passed
    /// the rule, and the rows of the state.
    int n;
    int pAt;
    int gAt;
    int ruledAt;
    int firstAt;
    int secondAt;
    int thirdAt;

    /// Gradients that have passed the rule.
    final float[] ruled = new float[CHUNK];

    /// Skips the first elements, which are done.
    void skip(int done) {
        n -= done;
        pAt += done;
        gAt += done;
        ruledAt += done;
        firstAt += done;
        secondAt += done;
        thirdAt += done;
    }
}
