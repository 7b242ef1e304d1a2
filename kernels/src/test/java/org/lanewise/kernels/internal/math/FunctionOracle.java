// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.math;

import org.lanewise.kernels.math.Function;

/// The elementary functions in double, right to about 2⁻⁵⁰.
///
/// Where a float's result is decided by the first terms of a series, or has reached a limit, these are used: three
/// quarters of all floats are such, and an exhaustive walk would spend its time there.
final class FunctionOracle {

    private FunctionOracle() {
    }

    static double of(Function function, double x) {
        return switch (function) {
            case EXP -> exp(x);
            case EXPM1 -> expm1(x);
            case LOG -> StrictMath.log(x);
            case LOG1P -> log1p(x);
            case SIGMOID -> sigmoid(x);
            case TANH -> tanh(x);
            case SOFTPLUS -> softplus(x);
            case ERF -> erf(x);
        };
    }

    private static double exp(double x) {
        if (Math.abs(x) < 0x1p-28) {
            return 1 + x;
        }
        return x > 90 ? Double.POSITIVE_INFINITY : x < -120 ? 0 : StrictMath.exp(x);
    }

    private static double expm1(double x) {
        if (Math.abs(x) < 0x1p-18) {
            return x + x * x * (0.5 + x / 6);
        }
        return x > 90 ? Double.POSITIVE_INFINITY : x < -40 ? -1 : StrictMath.expm1(x);
    }

    private static double log1p(double x) {
        return Math.abs(x) < 0x1p-18 ? x - x * x * (0.5 - x / 3) : StrictMath.log1p(x);
    }

    private static double sigmoid(double x) {
        if (Math.abs(x) < 0x1p-26) {
            return 0.5 + x / 4;
        }
        return x > 40 ? 1 : x < -120 ? 0 : 1 / (1 + StrictMath.exp(-x));
    }

    private static double tanh(double x) {
        if (Math.abs(x) < 0x1p-10) {
            double square = x * x;
            return x * (1 - square * (1 - square * (0.4 - square * (17.0 / 105))) / 3);
        }
        return x > 20 ? 1 : x < -20 ? -1 : StrictMath.tanh(x);
    }

    private static double softplus(double x) {
        if (Math.abs(x) < 0x1p-26) {
            return StrictMath.log(2) + x / 2;
        }
        return x > 40 ? x : x < -40 ? exp(x) : Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
    }

    /// 2/√π·e^(−x²)·(x + 2x³/3 + 4x⁵/15 + …): all terms have one sign (Abramowitz and Stegun, 7.1.6).
    private static double erf(double x) {
        double twoOverRootPi = 2 / Math.sqrt(Math.PI);
        double square = x * x;
        if (square < 0x1p-24) {
            return twoOverRootPi * x * (1 - square * (1.0 / 3 - square / 10));
        }
        if (square > 36) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > Math.abs(sum) * 0x1p-54; n++) {
            term *= 2 * square / (2 * n + 1);
            sum += term;
        }
        return twoOverRootPi * StrictMath.exp(-square) * sum;
    }
}
