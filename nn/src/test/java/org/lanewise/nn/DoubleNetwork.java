// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.Arrays;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Reduction;
import org.lanewise.kernels.softmax.CrossEntropy;

/// A network's loss in double, straight from the formulas: what gradients are checked against. Only the dropout masks
/// come from the kernels, drawn from a matrix of ones.
final class DoubleNetwork {

    private final Network network;
    private final Objective objective;
    private final long seed;

    DoubleNetwork(Network network, Objective objective, long seed) {
        this.network = network;
        this.objective = objective;
        this.seed = seed;
    }

    /// The loss of the first training step's forward pass.
    double loss(double[] parameters, Matrix x, int[] labels, Matrix targets) {
        double[][] values = new double[x.rows()][x.columns()];
        for (int i = 0; i < x.rows(); i++) {
            for (int j = 0; j < x.columns(); j++) {
                values[i][j] = x.get(i, j);
            }
        }
        for (int index = 0; index < network.layers().size(); index++) {
            int offset = network.parameterOffset(index);
            values = switch (network.layers().get(index)) {
                case DenseLayer dense -> dense(values, dense.outputs(), parameters, offset);
                case BatchNormLayer norm -> batchNorm(values, norm.epsilon(), parameters, offset);
                case ActivationLayer activate -> activate(values, activate.activation());
                case DropoutLayer dropout -> dropout(values, dropout.probability(), index);
            };
        }
        return switch (objective) {
            case Objective.Classification(CrossEntropy options) -> crossEntropy(values, labels, options);
            case Objective.Regression(Loss loss, Reduction reduction) -> {
                double sum = 0;
                for (int i = 0; i < values.length; i++) {
                    for (int j = 0; j < values[i].length; j++) {
                        sum += elementLoss(loss, values[i][j], targets.get(i, j));
                    }
                }
                boolean byRow = loss instanceof Loss.CategoricalCrossEntropy;
                yield reduction == Reduction.SUM ? sum : sum / (byRow ? targets.rows() : targets.size());
            }
        };
    }

    private static double[][] dense(double[][] x, int outputs, double[] parameters, int offset) {
        int inputs = x[0].length;
        double[][] y = new double[x.length][outputs];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < outputs; j++) {
                double sum = parameters[offset + inputs * outputs + j];
                for (int p = 0; p < inputs; p++) {
                    sum += x[i][p] * parameters[offset + p * outputs + j];
                }
                y[i][j] = sum;
            }
        }
        return y;
    }

    private static double[][] batchNorm(double[][] x, double epsilon, double[] parameters, int offset) {
        int rows = x.length;
        int columns = x[0].length;
        double[][] y = new double[rows][columns];
        for (int j = 0; j < columns; j++) {
            int column = j;
            double mean = Arrays.stream(x).mapToDouble(row -> row[column]).sum() / rows;
            double variance = Arrays.stream(x).mapToDouble(row -> (row[column] - mean) * (row[column] - mean)).sum()
                    / rows;
            for (int i = 0; i < rows; i++) {
                y[i][j] = parameters[offset + j] * (x[i][j] - mean) / Math.sqrt(variance + epsilon)
                        + parameters[offset + columns + j];
            }
        }
        return y;
    }

    private double[][] dropout(double[][] x, float probability, int index) {
        Matrix mask = Matrix.zeros(x.length, x[0].length);
        Arrays.fill(mask.data(), 1f);
        Kernels.reference().dropout().apply(mask, probability, seed, network.layers().size() + index, 0, mask);
        double[][] y = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[i].length; j++) {
                y[i][j] = x[i][j] * mask.get(i, j);
            }
        }
        return y;
    }

    private static double[][] activate(double[][] z, Activation activation) {
        return Arrays.stream(z).map(row -> Arrays.stream(row).map(v -> activate(v, activation)).toArray())
                .toArray(double[][]::new);
    }

    private static double activate(double z, Activation activation) {
        return switch (activation) {
            case Activation.Identity _ -> z;
            case Activation.Threshold _ -> z > 0 ? 1 : 0;
            case Activation.Sign _ -> Math.signum(z);
            case Activation.Sigmoid(float beta, float gamma) -> gamma * sigmoid(beta * z);
            case Activation.Tanh _ -> Math.tanh(z);
            case Activation.Relu _ -> Math.max(z, 0);
            case Activation.LeakyRelu(float alpha) -> z > 0 ? z : alpha * z;
            case Activation.Silu(float beta, float gamma) -> gamma * z * sigmoid(beta * z);
            case Activation.Elu(float alpha) -> z > 0 ? z : alpha * Math.expm1(z);
            case Activation.Softplus(float beta, float gamma) -> gamma / beta * Math.log1p(Math.exp(beta * z));
            case Activation.Mish(float beta) -> z * Math.tanh(Math.log1p(Math.exp(beta * z)) / beta);
            case Activation.Squareplus(float beta) -> (z + Math.sqrt(z * z + beta)) / 2;
            case Activation.Gelu _ -> z * normalDistribution(z);
            case Activation.GeluTanh _ ->
                    z / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z * z * z)));
            case Activation.HardSigmoid _ -> Math.clamp(z / 6 + 0.5, 0, 1);
            case Activation.HardSwish _ -> z * Math.clamp(z / 6 + 0.5, 0, 1);
        };
    }

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }

    /// Φ by the series Φ(z) = 1/2 + φ(z)·(z + z³/3 + z⁵/(3·5) + …), which converges fast for the small |z| of a test.
    private static double normalDistribution(double z) {
        double term = z;
        double sum = z;
        for (int n = 3; Math.abs(term) > 1e-18 * Math.abs(sum); n += 2) {
            term *= z * z / n;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    }

    private static double crossEntropy(double[][] z, int[] labels, CrossEntropy options) {
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < z.length; i++) {
            int classes = z[i].length;
            double total = Math.log(Arrays.stream(z[i]).map(Math::exp).sum());
            for (int c = 0; c < classes; c++) {
                double weight = options.classWeights() == null ? 1 : options.classWeights().get(0, c);
                double target = (1 - (double) options.labelSmoothing()) * (c == labels[i] ? 1 : 0)
                        + (double) options.labelSmoothing() / classes;
                sum -= weight * target * (z[i][c] - total);
                weights += c == labels[i] ? weight : 0;
            }
        }
        return options.reduction() == Reduction.SUM ? sum : sum / weights;
    }

    private static double elementLoss(Loss loss, double p, double t) {
        double d = p - t;
        return switch (loss) {
            case Loss.SquaredError _ -> d * d;
            case Loss.HalfSquaredError _ -> d * d / 2;
            case Loss.AbsoluteError _ -> Math.abs(d);
            case Loss.Huber(float delta) -> Math.abs(d) <= delta ? d * d / 2 : delta * (Math.abs(d) - delta / 2.0);
            case Loss.BinaryCrossEntropy _ -> -(t * Math.log(p) + (1 - t) * Math.log(1 - p));
            case Loss.BinaryCrossEntropyWithLogits _ -> Math.max(p, 0) - p * t + Math.log1p(Math.exp(-Math.abs(p)));
            case Loss.BinaryFocalWithLogits(float alpha, float gamma) -> {
                double q = t == 1 ? sigmoid(p) : 1 - sigmoid(p);
                double share = t == 1 ? alpha : 1 - (double) alpha;
                yield -share * Math.pow(1 - q, gamma) * Math.log(q);
            }
            case Loss.CategoricalCrossEntropy _ -> -t * Math.log(p);
        };
    }
}
