// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.math;

/// The elementary functions that [Functions] applies to arrays.
///
/// All take every float: NaN gives NaN, denormals are kept, and a result overflows or underflows, gradually, where the
/// exact result does. A function with f(−0) = −0 keeps the sign of zero. The largest error stated with each was
/// measured over all 2³² floats, in units in the last place of the exact result. How each is computed stands at its
/// formula, `ScalarMath` in the package `formula`.
public enum Function {
    /// eˣ; at most 0.9139 ULP, at 0x1.da69dp5.
    EXP,
    /// eˣ − 1; x itself where it is tiny. At most 1.5910 ULP, at 0x1.8fce5ep-2.
    EXPM1,
    /// Natural logarithm: −∞ for ±0, NaN below. At most 0.9368 ULP, at 0x1.466624p-1.
    LOG,
    /// log(1 + x): −∞ for −1, NaN below; x itself where it is tiny. At most 1.5423 ULP, at 0x1.569876p-2.
    LOG1P,
    /// 1 / (1 + e⁻ˣ); at most 1.9992 ULP, at −0x1.69c008p-12.
    SIGMOID,
    /// Hyperbolic tangent; x itself where it is tiny. At most 1.9079 ULP, at ±0x1.09131cp-1.
    TANH,
    /// log(1 + eˣ); at most 1.9616 ULP, at 0x1.7d41p-9.
    SOFTPLUS,
    /// Error function; at most 1.8208 ULP, at ±0x1.c1cae8p-3.
    ERF
}
