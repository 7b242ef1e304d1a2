// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.loss;

import org.lanewise.kernels.internal.check.Checks;

/// A loss of a prediction p against a target t, element by element unless the record says otherwise. Constructors throw
/// an [IllegalArgumentException] for a parameter out of its range.
public sealed interface Loss {

    /// (p − t)²; the mean of it is MSE.
    record SquaredError() implements Loss { }

    /// (p − t)²/2; the sum of it is half the SSE.
    record HalfSquaredError() implements Loss { }

    /// |p − t|; the derivative at 0 is 0; the mean of it is MAE.
    record AbsoluteError() implements Loss { }

    /// d²/2 for |d| ≤ δ, else δ·(|d| − δ/2), with d = p − t.
    ///
    /// @param delta δ, positive and finite
    record Huber(float delta) implements Loss {
        public Huber {
            Checks.parameter("Huber loss", "delta", delta, delta > 0f && delta < Float.POSITIVE_INFINITY,
                    "must be positive and finite");
        }
    }

    /// −(t·log p + (1 − t)·log(1 − p)), p a probability from 0 to 1. Each logarithm is taken as at least −100, so that
    /// a certain and wrong prediction costs a finite loss. The derivative is (p − t)/(p·(1 − p)); at p = t = 0 it is 1,
    /// at p = t = 1 it is −1, and where it would overflow it is ±[Float#MAX_VALUE].
    record BinaryCrossEntropy() implements Loss { }

    /// The binary cross-entropy of σ(p): max(p, 0) − p·t + log(1 + e^−|p|), stable for any p: at ±∞ it is 0
    /// where the target is certain and right, else ∞.
    record BinaryCrossEntropyWithLogits() implements Loss { }

    /// −Σ_c t_c·log p_c over each row, p a row of probabilities. Each logarithm is taken as at least −100; the
    /// derivative is −t/p, 0 for t = 0, and ±[Float#MAX_VALUE] where it would overflow. The mean divides by the number
    /// of rows.
    record CategoricalCrossEntropy() implements Loss { }

    /// The focal loss of Lin et al. (2017) on logits: −α_t·(1 − q)^γ·log q, with q = σ(p) and α_t = α for t = 1, else
    /// q = 1 − σ(p) and α_t = 1 − α; for targets between, the two are mixed by t. Stable for any p, also ±∞.
    ///
    /// @param alpha α in [0, 1]
    /// @param gamma γ, finite and not negative
    record BinaryFocalWithLogits(float alpha, float gamma) implements Loss {
        public BinaryFocalWithLogits {
            Checks.parameter("focal loss", "alpha", alpha, alpha >= 0f && alpha <= 1f, "must be in [0, 1]");
            Checks.parameter("focal loss", "gamma", gamma, gamma >= 0f && gamma < Float.POSITIVE_INFINITY,
                    "must be finite and not negative");
        }
    }
}
