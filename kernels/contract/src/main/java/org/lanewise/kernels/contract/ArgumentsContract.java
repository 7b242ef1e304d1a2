// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.lanewise.kernels.contract.Operation.Argument.input;
import static org.lanewise.kernels.contract.Operation.Argument.output;
import static org.lanewise.kernels.contract.Refusals.assertRefused;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.contract.Operation.Argument;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Reduction;
import org.lanewise.kernels.math.Function;
import org.lanewise.kernels.normalization.Normalization;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;
import org.lanewise.kernels.softmax.CrossEntropy;
import org.lanewise.kernels.softmax.MaskedRows;
import org.lanewise.kernels.softmax.Softmax;

/// What all families refuse alike: a matrix that is null, transposed, of another shape, or shares an element with an
/// output. Nothing is written then.
public interface ArgumentsContract extends FamilyContract {

    @Test
    default void productsRefuseEachBadMatrix() {
        Gemm gemm = kernels().gemm();
        Argument a = input("A", 6, 3).orTransposed().setsShapes();
        Argument b = input("B", 3, 5).orTransposed().setsShapes();
        Argument c = output("C", 6, 5);
        Argument bias = input("bias", 1, 5).optional();
        Argument derivative = output("derivative", 6, 5).optional();
        refusesEachBadMatrix("gemm", m -> gemm.multiply(m[0], m[1], m[2],
                Epilogue.dense(m[3], Activation.RELU, m[4])), a, b, c, bias, derivative);
        PackedMatrix packed = gemm.pack(Matrix.zeros(3, 5));
        refusesEachBadMatrix("gemm", m -> gemm.multiply(m[0], packed, m[1],
                Epilogue.dense(m[2], Activation.RELU, m[3])), a, c, bias, derivative);
        refusesEachBadMatrix("gemm batch", m -> gemm.multiplyBatch(1, m[0], 0, m[1], 0, m[2], 0,
                Epilogue.dense(m[3], Activation.RELU)), a, b, c, bias);
        Matrix x = Matrix.zeros(3, 5);
        missing("gemm: B is null", () -> gemm.multiply(x, (PackedMatrix) null, x, Epilogue.OVERWRITE));
        missing("gemm: epilogue is null", () -> gemm.multiply(x, packed, x, null));
        missing("gemm pack: B is null", () -> gemm.pack(null));
        missing("gemm pack: B is null", () -> gemm.pack(null, packed));
        missing("gemm pack: packed is null", () -> gemm.pack(x, null));
    }

    @Test
    default void activationsRefuseEachBadMatrix() {
        Activations activations = kernels().activations();
        Argument z = input("z", 6, 5).setsShapes();
        Argument y = output("y", 6, 5);
        Argument dy = input("dy", 6, 5);
        Argument dz = output("dz", 6, 5);
        Argument alpha = input("alpha", 1, 5);
        refusesEachBadMatrix("activation value", m -> activations.value(Activation.RELU, m[0], m[1]), z, y);
        refusesEachBadMatrix("activation value and derivative",
                m -> activations.valueAndDerivative(Activation.RELU, m[0], m[1], m[2]),
                z, y, output("derivative", 6, 5));
        refusesEachBadMatrix("activation backward", m -> activations.backward(Activation.RELU, m[0], m[1], m[2]),
                z, dy, dz);
        refusesEachBadMatrix("activation backward", m -> activations.backward(m[0], m[1], m[2]),
                input("derivative", 6, 5).setsShapes(), dy, dz);
        refusesEachBadMatrix("parametric ReLU", m -> activations.parametricRelu(m[0], m[1], m[2]), z, alpha, y);
        refusesEachBadMatrix("parametric ReLU backward",
                m -> activations.parametricReluBackward(m[0], m[1], m[2], m[3], m[4]),
                z, alpha, dy, dz, output("dAlpha", 1, 5));
        Matrix x = Matrix.zeros(3, 5);
        missing("activation value: activation is null", () -> activations.value(null, x, x));
        missing("activation value and derivative: activation is null",
                () -> activations.valueAndDerivative(null, x, x, Matrix.zeros(3, 5)));
        missing("activation backward: activation is null",
                () -> activations.backward((Activation) null, x, x, x));
    }

    @Test
    default void elementwisePassesAndSumsRefuseEachBadMatrix() {
        Argument x = input("x", 6, 5).setsShapes();
        Argument y = output("y", 6, 5);
        refusesEachBadMatrix("function", m -> kernels().functions().apply(Function.EXP, m[0], m[1]), x, y);
        missing("function: function is null",
                () -> kernels().functions().apply(null, Matrix.zeros(2, 2), Matrix.zeros(2, 2)));
        refusesEachBadMatrix("dropout", m -> kernels().dropout().apply(m[0], 0.5f, 1, 2, 3, m[1]), x, y);
        refusesEachBadMatrix("column sums", m -> kernels().sums().columnSums(m[0], m[1]), x.anyRows(),
                output("sums", 1, 5));
    }

    @Test
    default void softmaxAndLossesRefuseEachBadMatrix() {
        Softmax softmax = kernels().softmax();
        Argument z = input("z", 6, 5).setsShapes();
        Argument y = output("y", 6, 5);
        Argument saved = input("y", 6, 5).setsShapes();
        Argument dy = input("dy", 6, 5);
        Argument dz = output("dz", 6, 5);
        refusesEachBadMatrix("softmax", m -> softmax.softmax(m[0], MaskedRows.NAN, m[1]), z, y);
        refusesEachBadMatrix("log-softmax", m -> softmax.logSoftmax(m[0], m[1]), z, y);
        refusesEachBadMatrix("softmax backward", m -> softmax.softmaxBackward(m[0], m[1], m[2]), saved, dy, dz);
        refusesEachBadMatrix("log-softmax backward", m -> softmax.logSoftmaxBackward(m[0], m[1], m[2]), saved, dy, dz);
        CrossEntropy plain = CrossEntropy.SUM;
        Argument weights = input("class weights", 1, 5).optional();
        refusesEachBadMatrix("cross-entropy", m -> softmax.crossEntropy(m[0], new int[6], 0,
                CrossEntropy.SUM.withClassWeights(m[1]), m[2]), z, weights, dz.optional());
        refusesEachBadMatrix("cross-entropy", m -> softmax.crossEntropy(m[0], m[1],
                CrossEntropy.SUM.withClassWeights(m[2]), m[3]), z, input("targets", 6, 5), weights, dz.optional());
        refusesEachBadMatrix("loss", m -> kernels().losses().loss(new Loss.SquaredError(), Reduction.SUM, m[0], m[1],
                m[2]), input("prediction", 6, 5).setsShapes(), input("target", 6, 5),
                output("gradient", 6, 5).optional());
        Matrix x = Matrix.zeros(3, 5);
        missing("cross-entropy: labels is null", () -> softmax.crossEntropy(x, (int[]) null, 0, plain, x));
        missing("cross-entropy: options is null", () -> softmax.crossEntropy(x, new int[3], 0, null, x));
        missing("cross-entropy: options is null", () -> softmax.crossEntropy(x, Matrix.zeros(3, 5), null, x));
        missing("loss: loss is null", () -> kernels().losses().loss(null, Reduction.SUM, x, x, null));
        missing("loss: reduction is null",
                () -> kernels().losses().loss(new Loss.SquaredError(), null, x, x, null));
    }

    @Test
    default void batchNormalizationsRefuseEachBadMatrix() {
        Normalization n = kernels().normalization();
        Activation relu = Activation.RELU;
        Argument x = input("x", 6, 5).setsShapes();
        Argument gamma = input("gamma", 1, 5);
        Argument beta = input("beta", 1, 5);
        Argument mean = input("mean", 2, 5).setsShapes();
        Argument inverse = input("inverseDeviation", 1, 5);
        Argument running = output("runningMean", 1, 5).optional();
        Argument runningVariance = output("runningVariance", 1, 5).optional();
        Argument y = output("y", 6, 5);
        Argument derivative = output("derivative", 6, 5).optional();
        Argument means = output("mean", 2, 5).setsShapes();
        Argument inverses = output("inverseDeviation", 1, 5);
        refusesEachBadMatrix("batchNormTraining", m -> n.batchNormTraining(m[0], m[1], m[2], 1e-5f, 0.1f, m[3], m[4],
                m[5], m[6], relu, m[7], m[8]),
                x, gamma, beta, running, runningVariance, means.orRows(1), inverses, y, derivative);
        refusesEachBadMatrix("batchNormStatistics", m -> n.batchNormStatistics(m[0], 1e-5f, 0.1f, m[1], m[2], m[3],
                m[4]), x.anyRows(), running, runningVariance, means, inverses);
        refusesEachBadMatrix("batchNormApply", m -> n.batchNormApply(m[0], m[1], m[2], m[3], m[4], relu, m[5], m[6]),
                x, gamma, beta, mean, inverse, y, derivative);
        refusesEachBadMatrix("batchNormInference", m -> n.batchNormInference(m[0], m[1], m[2], 1e-5f, m[3], m[4],
                relu, m[5]), x, gamma, beta, input("runningMean", 1, 5), input("runningVariance", 1, 5), y);
        refusesEachBadMatrix("foldBatchNorm", m -> n.foldBatchNorm(m[0], m[1], m[2], m[3], 1e-5f, m[4], m[5], m[6],
                m[7]), input("weights", 6, 5).setsShapes(), input("bias", 1, 5), gamma, beta,
                input("runningMean", 1, 5), input("runningVariance", 1, 5), output("foldedWeights", 6, 5),
                output("foldedBias", 1, 5));
        Matrix z = Matrix.zeros(3, 5);
        Matrix row = Matrix.zeros(1, 5);
        missing("batchNormInference: activation is null",
                () -> n.batchNormInference(z, row, row, 1e-5f, row, row, null, z));
    }

    @Test
    default void normalizationsTakeTheirParametersUpToTheBounds() {
        Normalization n = kernels().normalization();
        Matrix x = Matrix.zeros(3, 5);
        Matrix row = Matrix.zeros(1, 5);
        for (float momentum : new float[] {0f, 1f}) {
            assertDoesNotThrow(() -> n.batchNormStatistics(x, 1e-5f, momentum, null, null, Matrix.zeros(2, 5),
                    Matrix.zeros(1, 5)));
        }
        assertRefused(this, IllegalArgumentException.class,
                "batchNormStatistics: momentum is 1.5; it must be in [0, 1]",
                () -> n.batchNormStatistics(x, 1e-5f, 1.5f, null, null, Matrix.zeros(2, 5), Matrix.zeros(1, 5)));
        missing("batchNormStatistics: runningMean is null and the other is not; give both or neither",
                () -> n.batchNormStatistics(x, 1e-5f, 0.1f, null, row, Matrix.zeros(2, 5), Matrix.zeros(1, 5)));
        assertRefused(this, IllegalArgumentException.class,
                "foldBatchNorm: epsilon is 0.0; it must be positive and finite",
                () -> n.foldBatchNorm(x, row, row, row, 0f, row, row, Matrix.zeros(3, 5), Matrix.zeros(1, 5)));
    }

    @Test
    default void backwardNormalizationsRefuseEachBadMatrix() {
        Normalization n = kernels().normalization();
        Argument x = input("x", 6, 5).setsShapes();
        Argument gamma = input("gamma", 1, 5);
        Argument mean = input("mean", 2, 5).setsShapes();
        Argument inverse = input("inverseDeviation", 1, 5);
        Argument derivative = input("derivative", 6, 5).optional();
        Argument dy = input("dy", 6, 5);
        Argument dx = output("dx", 6, 5);
        Argument dGamma = output("dGamma", 1, 5);
        Argument dBeta = output("dBeta", 1, 5);
        refusesEachBadMatrix("batchNormBackward", m -> n.batchNormBackward(m[0], m[1], m[2], m[3], m[4], m[5], m[6],
                m[7], m[8]), x, gamma, mean.orRows(1), inverse, derivative, dy, dx, dGamma, dBeta);
        refusesEachBadMatrix("batchNormParameterGradients", m -> n.batchNormParameterGradients(m[0], m[1], m[2], m[3],
                m[4], m[5], m[6]), x, mean, inverse, derivative, dy, dGamma, dBeta);
        refusesEachBadMatrix("batchNormInputGradient", m -> n.batchNormInputGradient(100, m[0], m[1], m[2], m[3],
                m[4], m[5], m[6], m[7], m[8]), x, gamma, mean, inverse, derivative, dy, input("dGamma", 1, 5),
                input("dBeta", 1, 5), dx);
    }

    @Test
    default void layerNormalizationsRefuseEachBadMatrix() {
        Normalization n = kernels().normalization();
        Argument x = input("x", 6, 5).setsShapes();
        Argument gamma = input("gamma", 1, 5);
        refusesEachBadMatrix("layerNorm", m -> n.layerNorm(m[0], m[1], m[2], 1e-5f, m[3], m[4], m[5]), x, gamma,
                input("beta", 1, 5), output("mean", 2, 6).orRows(1), output("inverseDeviation", 1, 6),
                output("y", 6, 5));
        refusesEachBadMatrix("layerNormBackward", m -> n.layerNormBackward(m[0], m[1], m[2], m[3], m[4], m[5], m[6],
                m[7]), x, gamma, input("mean", 2, 6).orRows(1), input("inverseDeviation", 1, 6), input("dy", 6, 5),
                output("dx", 6, 5), output("dGamma", 1, 5), output("dBeta", 1, 5));
    }

    @Test
    default void stepsRefuseEachBadMatrix() {
        GradientRule rule = GradientRule.NONE.withClip(1f);
        refusesEachBadMatrix("optimizer step", m -> kernels().optimizers().step(Optimizer.Adam.DEFAULT, 1, 0.1f, 1f,
                rule, m[0], m[1], m[2]), output("parameters", 1, 5).setsShapes(), input("gradients", 1, 5),
                output("state", 2, 5));
        Matrix row = Matrix.zeros(1, 5);
        missing("optimizer step: optimizer is null", () -> kernels().optimizers().step(null, 1, 0.1f, 1f, rule, row,
                Matrix.zeros(1, 5), Matrix.zeros(2, 5)));
        missing("optimizer step: rule is null", () -> kernels().optimizers().step(Optimizer.Adam.DEFAULT, 1, 0.1f, 1f,
                null, row, Matrix.zeros(1, 5), Matrix.zeros(2, 5)));
    }

    private void refusesEachBadMatrix(String operation, Consumer<Matrix[]> call, Argument... arguments) {
        new Operation(operation, call, arguments).assertRefusesEachBadMatrix(this);
    }

    private void missing(String message, Executable call) {
        assertRefused(this, NullPointerException.class, message, call);
    }
}
