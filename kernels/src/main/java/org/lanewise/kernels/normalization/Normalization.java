// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.normalization;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;

/// Batch normalization over columns (Ioffe & Szegedy, 2015) and layer normalization over rows (Ba et al., 2016).
///
/// x is rows×columns; gamma, beta and all statistics of batch norm are 1×columns; statistics of layer norm are
/// 1×rows. The deviation is √(biased variance + ε), ε inside the root. All matrices are plain views; an output may be
/// the very view of an input where it says so, and must not overlap any other argument.
///
/// Saved means have two rows: the mean rounded to float, and the remainder of that rounding, which is as large as a
/// deviation where a mean is millions of deviations large. Where one row is accepted, the call makes the second itself,
/// at a cost in time and memory: the backward pass computes it from x again.
///
/// Results are accurate for values and deviations of any size, as long as no x − mean overflows; for values up to half
/// of the largest float none does. A running variance beyond the largest float is infinite.
public interface Normalization {

    /// Batch norm of a training batch: y ← σ(gamma·(x − mean)/deviation + beta); `mean` and `inverseDeviation` are
    /// saved for the backward pass; the running statistics move by `momentum` towards the batch's:
    /// running ← (1 − momentum)·running + momentum·batch, the variance unbiased.
    ///
    /// @param x at least two rows
    /// @param epsilon ε > 0, added to the variance
    /// @param momentum in [0, 1]
    /// @param runningMean updated; null for none
    /// @param runningVariance updated; null if and only if `runningMean` is
    /// @param mean 2×columns, receives the batch's means; or 1×columns
    /// @param inverseDeviation receives 1/√(variance + ε)
    /// @param activation σ, applied to the normalized value in the same pass
    /// @param y the result; may be the very view x
    /// @param derivative receives σ' at the normalized value, for the backward pass; null where it is not wanted
    /// @throws NullPointerException if a required argument is null
    /// @throws IllegalArgumentException if shapes do not match, there are fewer than two rows, a parameter is out of
    ///     range, a view is transposed, or views overlap
    void batchNormTraining(Matrix x, Matrix gamma, Matrix beta, float epsilon, float momentum, Matrix runningMean,
            Matrix runningVariance, Matrix mean, Matrix inverseDeviation, Activation activation, Matrix y,
            Matrix derivative);

    /// The first half of [#batchNormTraining]: the statistics of a batch, column by column.
    ///
    /// @param x at least two rows
    /// @param epsilon ε > 0, added to the variance
    /// @param momentum in [0, 1]
    /// @param runningMean updated; null for none
    /// @param runningVariance updated; null if and only if `runningMean` is
    /// @param mean 2×columns, receives the batch's means
    /// @param inverseDeviation receives 1/√(variance + ε)
    /// @throws NullPointerException if a required argument is null
    /// @throws IllegalArgumentException if shapes do not match, there are fewer than two rows, a parameter is out of
    ///     range, a view is transposed, or views overlap
    void batchNormStatistics(Matrix x, float epsilon, float momentum, Matrix runningMean, Matrix runningVariance,
            Matrix mean, Matrix inverseDeviation);

    /// The second half of [#batchNormTraining], row by row: y ← σ(gamma·(x − mean)·inverseDeviation + beta). Both
    /// halves in turn give the bits of the whole, for all rows at once or some at a time.
    ///
    /// @param x a batch, or some rows of it
    /// @param mean 2×columns, of the whole batch
    /// @param y the result; may be the very view x
    /// @param derivative receives σ' at the normalized value; null where it is not wanted
    /// @throws NullPointerException if a required argument is null
    /// @throws IllegalArgumentException if shapes do not match, a view is transposed, or views overlap
    void batchNormApply(Matrix x, Matrix gamma, Matrix beta, Matrix mean, Matrix inverseDeviation,
            Activation activation, Matrix y, Matrix derivative);

    /// Batch norm by running statistics: y ← σ(gamma·(x − runningMean)/√(runningVariance + ε) + beta).
    ///
    /// @param y the result; may be the very view x
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, ε is not positive and finite, a view is transposed, or
    ///     views overlap
    void batchNormInference(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix runningMean,
            Matrix runningVariance, Activation activation, Matrix y);

    /// The backward pass of [#batchNormTraining], mean terms included. With g = dy·derivative (g = dy where
    /// `derivative` is null), x̂ = (x − mean)·inverseDeviation and n rows: dBeta ← Σ g, dGamma ← Σ g·x̂,
    /// dx ← gamma·inverseDeviation·(g − dBeta/n − x̂·dGamma/n).
    ///
    /// @param x the batch, as it went in
    /// @param mean 2×columns, as saved by the forward pass; or 1×columns
    /// @param derivative σ' as saved by the forward pass; null for no activation
    /// @param dx the result; may be the very view dy
    /// @throws NullPointerException if a required argument is null
    /// @throws IllegalArgumentException if shapes do not match, a view is transposed, or views overlap
    void batchNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix derivative, Matrix dy,
            Matrix dx, Matrix dGamma, Matrix dBeta);

    /// The first half of [#batchNormBackward]: dBeta ← Σ g, dGamma ← Σ g·x̂, column by column.
    ///
    /// @param x the batch, as it went in
    /// @param mean 2×columns, as saved by the forward pass
    /// @param derivative σ' as saved by the forward pass; null for no activation
    /// @throws NullPointerException if a required argument is null
    /// @throws IllegalArgumentException if shapes do not match, a view is transposed, or views overlap
    void batchNormParameterGradients(Matrix x, Matrix mean, Matrix inverseDeviation, Matrix derivative, Matrix dy,
            Matrix dGamma, Matrix dBeta);

    /// The second half of [#batchNormBackward], row by row:
    /// dx ← gamma·inverseDeviation·(g − dBeta/n − x̂·dGamma/n). Both halves in turn give the bits of the whole, for
    /// all rows at once or some at a time.
    ///
    /// @param batchRows n, the rows of the whole batch; at least those of x
    /// @param x the batch, or some rows of it
    /// @param mean 2×columns, of the whole batch
    /// @param derivative the same rows' σ'; null for no activation
    /// @param dGamma the first half's result for the whole batch
    /// @param dBeta likewise
    /// @param dx the result; may be the very view dy
    /// @throws NullPointerException if a required argument is null
    /// @throws IllegalArgumentException if shapes do not match, `batchRows` is too small, a view is transposed, or
    ///     views overlap
    void batchNormInputGradient(int batchRows, Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation,
            Matrix derivative, Matrix dy, Matrix dGamma, Matrix dBeta, Matrix dx);

    /// Folds batch norm by running statistics into the dense layer before it:
    /// foldedWeights\[i]\[j] ← weights\[i]\[j]·s\[j] and
    /// foldedBias\[j] ← (bias\[j] − runningMean\[j])·s\[j] + beta\[j], with s = gamma/√(runningVariance + ε).
    /// The folded layer is a layer of its own: equal in formula, not in bits.
    ///
    /// @param weights inputs×columns
    /// @param bias 1×columns
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, ε is not positive and finite, a view is transposed, or
    ///     views overlap; the folded weights and bias may be the very views of the plain ones
    void foldBatchNorm(Matrix weights, Matrix bias, Matrix gamma, Matrix beta, float epsilon, Matrix runningMean,
            Matrix runningVariance, Matrix foldedWeights, Matrix foldedBias);

    /// Layer norm: each row to mean 0 and deviation 1, then y ← gamma\[j]·x̂ + beta\[j].
    ///
    /// @param mean 2×rows, receives the rows' means; or 1×rows
    /// @param inverseDeviation 1×rows, receives 1/√(variance + ε)
    /// @param y the result; may be the very view x
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, there is no column, ε is not positive and finite, a
    ///     view is transposed, or views overlap
    void layerNorm(Matrix x, Matrix gamma, Matrix beta, float epsilon, Matrix mean, Matrix inverseDeviation, Matrix y);

    /// The backward pass of [#layerNorm]. With g = dy·gamma: dx ← inverseDeviation·(g − mean(g) − x̂·mean(g·x̂)) over
    /// each row; dGamma\[j] ← Σ dy·x̂ and dBeta\[j] ← Σ dy.
    ///
    /// @param mean 2×rows, as saved by the forward pass; or 1×rows
    /// @param dx the result; may be the very view dy
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, a view is transposed, or views overlap
    void layerNormBackward(Matrix x, Matrix gamma, Matrix mean, Matrix inverseDeviation, Matrix dy, Matrix dx,
            Matrix dGamma, Matrix dBeta);
}
