// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.family;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.activation.Activations;

/// Activation passes over blocks of arrays, in place and unchecked: for kernels that have checked and just written
/// them, and that make no views.
public interface ArrayActivations extends Activations {

    /// z ← σ(z).
    ///
    /// @param offset the block's first element
    /// @param stride distance of its rows
    void value(Activation activation, float[] z, int offset, int stride, int rows, int columns);

    /// derivative ← σ'(z) and z ← σ(z), the same bits as one after the other.
    ///
    /// @param offset the first element of z's block
    /// @param stride distance of its rows
    /// @param derivativeAt index in the derivative's array of the first element to write
    void valueAndDerivative(Activation activation, float[] z, int offset, int stride, Matrix derivative,
            int derivativeAt, int rows, int columns);
}
