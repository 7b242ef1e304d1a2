// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.math;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.math.Function;
import org.lanewise.kernels.math.Functions;

/// The SIMD twin of [ScalarFunctions]: walks the rows and calls the function's loop, generated from `ScalarMath`.
final class VectorFunctions implements Functions {

    /// The SIMD twin; it loads vector classes, so the Vector API must be there.
    VectorFunctions() {
    }

    @Override
    public void apply(Function function, Matrix x, Matrix y) {
        FunctionChecks.apply(function, x, y);
        boolean oneRun = x.isContiguous() && y.isContiguous();
        int runs = oneRun ? 1 : x.rows();
        int n = oneRun ? (int) x.size() : x.columns();
        for (int i = 0; i < runs; i++) {
            apply(function, x.data(), x.offset() + i * x.stride(), y.data(), y.offset() + i * y.stride(), n);
        }
    }

    private static void apply(Function function, float[] x, int xOffset, float[] y, int yOffset, int n) {
        switch (function) {
            case EXP -> VectorExp.apply(x, xOffset, y, yOffset, n);
            case EXPM1 -> VectorExpm1.apply(x, xOffset, y, yOffset, n);
            case LOG -> VectorLog.apply(x, xOffset, y, yOffset, n);
            case LOG1P -> VectorLog1p.apply(x, xOffset, y, yOffset, n);
            case SIGMOID -> VectorSigmoid.apply(x, xOffset, y, yOffset, n);
            case TANH -> VectorTanh.apply(x, xOffset, y, yOffset, n);
            case SOFTPLUS -> VectorSoftplus.apply(x, xOffset, y, yOffset, n);
            case ERF -> VectorErf.apply(x, xOffset, y, yOffset, n);
        }
    }
}
