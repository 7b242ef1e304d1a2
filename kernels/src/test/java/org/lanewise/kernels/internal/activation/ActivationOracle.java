// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import org.lanewise.kernels.activation.Activation;

/// The activation functions and their derivatives in double, from their definitions and not from the kernels' formulas.
///
/// Relative errors are below 1e-13, the neighbourhoods of a derivative's roots aside, where the absolute ones are.
final class ActivationOracle {

    private ActivationOracle() {
    }

    static double value(Activation activation, double x) {
        return switch (activation) {
            case Activation.Identity() -> x;
            case Activation.Threshold() -> Double.isNaN(x) ? x : x > 0 ? 1 : 0;
            case Activation.Sign() -> Math.signum(x);
            case Activation.Sigmoid(float beta, float gamma) -> gamma * logistic(beta * x);
            case Activation.Tanh() -> Math.tanh(x);
            case Activation.Relu() -> Math.max(x, 0);
            case Activation.LeakyRelu(float alpha) -> x > 0 ? x : alpha * x;
            case Activation.Silu(float beta, float gamma) -> x == Double.NEGATIVE_INFINITY ? 0
                    : gamma * x * logistic(beta * x);
            case Activation.Elu(float alpha) -> x > 0 ? x : alpha * Math.expm1(x);
            case Activation.Softplus(float beta, float gamma) -> gamma / beta * softplus(beta * x);
            case Activation.Mish(float beta) -> x == Double.NEGATIVE_INFINITY ? 0
                    : x * Math.tanh(softplus(beta * x) / beta);
            case Activation.Squareplus(float beta) -> squareplus(x, beta);
            case Activation.Gelu() -> x == Double.NEGATIVE_INFINITY ? 0 : x * normalDistribution(x);
            case Activation.GeluTanh() -> x == Double.NEGATIVE_INFINITY ? 0 : x * logistic(geluArgument(x));
            case Activation.HardSigmoid() -> Double.isNaN(x) ? x : Math.clamp((x + 3) / 6, 0, 1);
            case Activation.HardSwish() -> x == Double.NEGATIVE_INFINITY ? 0 : Double.isNaN(x) ? x
                    : x * Math.clamp((x + 3) / 6, 0, 1);
        };
    }

    static double derivative(Activation activation, double x) {
        return switch (activation) {
            case Activation.Identity() -> 1;
            case Activation.Threshold(), Activation.Sign() -> 0;
            case Activation.Sigmoid(float beta, float gamma) -> beta * gamma * logisticSlope(beta * x);
            case Activation.Tanh() -> 4 * logisticSlope(2 * x);
            case Activation.Relu() -> Double.isNaN(x) ? x : x > 0 ? 1 : 0;
            case Activation.LeakyRelu(float alpha) -> Double.isNaN(x) ? x : x > 0 ? 1 : alpha;
            case Activation.Silu(float beta, float gamma) -> Double.isInfinite(x) ? x > 0 ? gamma : 0
                    : gamma * (logistic(beta * x) + beta * x * logisticSlope(beta * x));
            case Activation.Elu(float alpha) -> x > 0 ? 1 : alpha * Math.exp(x);
            case Activation.Softplus(float beta, float gamma) -> gamma * logistic(beta * x);
            case Activation.Mish(float beta) -> mishDerivative(x, beta);
            case Activation.Squareplus(float beta) -> squareplusDerivative(x, beta);
            case Activation.Gelu() -> Double.isInfinite(x) ? x > 0 ? 1 : 0 : normalDistribution(x)
                    + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
            case Activation.GeluTanh() -> geluTanhDerivative(x);
            case Activation.HardSigmoid() -> Double.isNaN(x) ? x : Math.abs(x) < 3 ? 1. / 6 : 0;
            case Activation.HardSwish() -> Double.isNaN(x) ? x : x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6;
        };
    }

    /// Where the derivative crosses 0, so that its error there can only be small against the slopes nearby; NaN if
    /// nowhere.
    static double root(Activation activation) {
        return switch (activation) {
            case Activation.Silu(float beta, float gamma) -> -1.2784645 / beta;
            case Activation.Mish(float beta) -> -1.1924 / Math.sqrt(beta);
            case Activation.Gelu(), Activation.GeluTanh() -> -0.7518;
            case Activation.HardSwish() -> -1.5;
            default -> Double.NaN;
        };
    }

    private static double logistic(double t) {
        double e = Math.exp(-Math.abs(t));
        return t < 0 ? e / (1 + e) : 1 / (1 + e);
    }

    private static double logisticSlope(double t) {
        double e = Math.exp(-Math.abs(t));
        return e / ((1 + e) * (1 + e));
    }

    private static double softplus(double t) {
        return Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
    }

    private static double mishDerivative(double x, double beta) {
        if (Double.isInfinite(x)) {
            return x > 0 ? 1 : 0;
        }
        double inner = softplus(beta * x) / beta;
        return Math.tanh(inner) + x * 4 * logisticSlope(2 * inner) * logistic(beta * x);
    }

    private static double squareplus(double x, double beta) {
        double h = Math.sqrt(x * x + beta);
        return x > 0 ? (x + h) / 2 : beta == 0 ? Math.max(x, 0) : beta / (2 * (h - x));
    }

    private static double squareplusDerivative(double x, double beta) {
        if (beta == 0 || Double.isInfinite(x)) {
            return Double.isNaN(x) ? x : x > 0 ? 1 : 0;
        }
        return squareplus(x, beta) / Math.sqrt(x * x + beta);
    }

    private static double geluArgument(double x) {
        return 2 * Math.sqrt(2 / Math.PI) * x * (1 + 0.044715 * x * x);
    }

    private static double geluTanhDerivative(double x) {
        if (Double.isInfinite(x)) {
            return x > 0 ? 1 : 0;
        }
        double t = geluArgument(x);
        double slope = 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
        return logistic(t) + (Math.abs(t) > 1000 ? 0 : x * slope * logisticSlope(t));
    }

    /// The normal distribution by the all-positive series of the error function near 0, else by the continued fraction
    /// of its complement (Abramowitz and Stegun 7.1.6 and 7.1.14).
    static double normalDistribution(double x) {
        if (Math.abs(x) > 40) {
            return x < 0 ? 0 : 1;
        }
        double z = Math.abs(x) / Math.sqrt(2);
        double square = x * x / 2;
        double tail;
        if (z < 2) {
            double term = z;
            double sum = z;
            for (int n = 1; term > 1e-18 * sum; n++) {
                term *= 2 * square / (2 * n + 1);
                sum += term;
            }
            tail = (1 - 2 / Math.sqrt(Math.PI) * Math.exp(-square) * sum) / 2;
        } else {
            double fraction = z;
            for (int n = 80; n >= 1; n--) {
                fraction = z + n / 2. / fraction;
            }
            tail = Math.exp(-square) / Math.sqrt(Math.PI) / fraction / 2;
        }
        return x < 0 ? tail : 1 - tail;
    }
}
