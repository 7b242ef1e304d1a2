// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.loss;

/// How the losses of single elements or rows become one number.
public enum Reduction {
    /// Their sum divided by their number.
    MEAN,
    /// Their sum.
    SUM
}
