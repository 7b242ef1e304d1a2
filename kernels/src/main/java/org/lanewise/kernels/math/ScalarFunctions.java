// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.math;

import org.lanewise.kernels.Matrix;

/// The reference of [Functions]: [ScalarMath] element by element.
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
            case EXP -> exp(x, xOffset, y, yOffset, n);
            case EXPM1 -> expm1(x, xOffset, y, yOffset, n);
            case LOG -> log(x, xOffset, y, yOffset, n);
            case LOG1P -> log1p(x, xOffset, y, yOffset, n);
            case SIGMOID -> sigmoid(x, xOffset, y, yOffset, n);
            case TANH -> tanh(x, xOffset, y, yOffset, n);
            case SOFTPLUS -> softplus(x, xOffset, y, yOffset, n);
            case ERF -> erf(x, xOffset, y, yOffset, n);
        }
    }

    private static void exp(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = ScalarMath.exp(x[xOffset + i]);
        }
    }

    private static void expm1(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = ScalarMath.expm1(x[xOffset + i]);
        }
    }

    private static void log(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = ScalarMath.log(x[xOffset + i]);
        }
    }

    private static void log1p(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = ScalarMath.log1p(x[xOffset + i]);
        }
    }

    private static void sigmoid(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = ScalarMath.sigmoid(x[xOffset + i]);
        }
    }

    private static void tanh(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = ScalarMath.tanh(x[xOffset + i]);
        }
    }

    private static void softplus(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = ScalarMath.softplus(x[xOffset + i]);
        }
    }

    private static void erf(float[] x, int xOffset, float[] y, int yOffset, int n) {
        for (int i = 0; i < n; i++) {
            y[yOffset + i] = ScalarMath.erf(x[xOffset + i]);
        }
    }
}
