// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import java.util.concurrent.Executor;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.family.Tier;

/// Activation passes on the reference until their SIMD twins are compiled, those over arrays included.
public final class TieredActivations extends Tier<Activations> implements ForwardingActivations, ArrayActivations {

    /// @param background runs the warm-up
    public TieredActivations(Executor background) {
        super(new ActivationsFamily(), background, null);
    }

    @Override
    public void value(Activation activation, float[] z, int offset, int stride, int rows, int columns) {
        ((ArrayActivations) next()).value(activation, z, offset, stride, rows, columns);
    }

    @Override
    public void valueAndDerivative(Activation activation, float[] z, int offset, int stride, Matrix derivative,
            int derivativeAt, int rows, int columns) {
        ((ArrayActivations) next()).valueAndDerivative(activation, z, offset, stride, derivative, derivativeAt, rows,
                columns);
    }
}
