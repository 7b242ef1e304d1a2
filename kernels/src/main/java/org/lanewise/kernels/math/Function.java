// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.math;

/// The elementary functions that [Functions] applies to arrays; accuracy is stated at `ScalarMath`.
public enum Function {
    /// eˣ.
    EXP,
    /// eˣ − 1.
    EXPM1,
    /// Natural logarithm.
    LOG,
    /// log(1 + x).
    LOG1P,
    /// 1 / (1 + e⁻ˣ).
    SIGMOID,
    /// Hyperbolic tangent.
    TANH,
    /// log(1 + eˣ).
    SOFTPLUS,
    /// Error function.
    ERF
}
