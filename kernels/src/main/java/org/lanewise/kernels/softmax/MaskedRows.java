// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.softmax;

/// The softmax of a row whose classes are all masked by −∞.
public enum MaskedRows {
    /// NaN: there is no probability that sums to 1.
    NAN,
    /// Zeros, as attention wants it.
    ZEROS
}
