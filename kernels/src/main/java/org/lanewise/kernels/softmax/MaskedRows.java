// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.softmax;

/// What softmax makes of a row all of whose classes are masked by −∞.
public enum MaskedRows {
    /// NaN: there is no probability that sums to 1.
    NAN,
    /// Zeros, as attention wants it.
    ZEROS
}
