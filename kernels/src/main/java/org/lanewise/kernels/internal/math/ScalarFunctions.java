// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.math;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.math.Function;
import org.lanewise.kernels.math.Functions;

/// The reference of [Functions]: walks the rows and calls the function's loop, generated from `ScalarMath`.
public final class ScalarFunctions implements Functions {

    /// The reference; it needs nothing.
    public ScalarFunctions() {
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
            case EXP -> ScalarExp.apply(x, xOffset, y, yOffset, n);
            case EXPM1 -> ScalarExpm1.apply(x, xOffset, y, yOffset, n);
            case LOG -> ScalarLog.apply(x, xOffset, y, yOffset, n);
            case LOG1P -> ScalarLog1p.apply(x, xOffset, y, yOffset, n);
            case SIGMOID -> ScalarSigmoid.apply(x, xOffset, y, yOffset, n);
            case TANH -> ScalarTanh.apply(x, xOffset, y, yOffset, n);
            case SOFTPLUS -> ScalarSoftplus.apply(x, xOffset, y, yOffset, n);
            case ERF -> ScalarErf.apply(x, xOffset, y, yOffset, n);
        }
    }
}
