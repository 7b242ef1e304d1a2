// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.contract.Allocation;
import org.lanewise.kernels.contract.Allocation.Call;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.internal.activation.ActivationCatalogue;
import org.lanewise.kernels.internal.lanes.Species;
import org.lanewise.kernels.internal.loss.LossCatalogue;
import org.lanewise.kernels.internal.optimizer.OptimizerCatalogue;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Reduction;
import org.lanewise.kernels.math.Function;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;
import org.lanewise.kernels.softmax.CrossEntropy;

/// After warm-up no kernel allocates. All of them take turns in one program: a loop that the compiler only handles well
/// when it is alone would box its vectors here.
@Tag("warm")
class AllocationTest {

    private static final Kernels KERNELS = Kernels.vector();

    private int rowCount;
    private int columnCount;
    private Layout layout;

    private Matrix matrix(int rows, int columns) {
        return Samples.normal(new Random(rows * 31L + columns), rows, columns, layout, 1f);
    }

    private List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        Matrix x = matrix(rowCount, columnCount);
        Matrix y = matrix(rowCount, columnCount);
        Matrix z = matrix(rowCount, columnCount);
        Matrix row = matrix(1, columnCount);
        for (Function function : Function.values()) {
            calls.add(new Call(function.name(), () -> KERNELS.functions().apply(function, x, y)));
        }
        for (Activation activation : ActivationCatalogue.ALL) {
            calls.add(new Call(activation + " value", () -> KERNELS.activations().value(activation, x, y)));
            calls.add(new Call(activation + " value and derivative",
                    () -> KERNELS.activations().valueAndDerivative(activation, x, y, z)));
            calls.add(new Call(activation + " backward", () -> KERNELS.activations().backward(activation, x, y, z)));
        }
        calls.add(new Call("product with a derivative", () -> KERNELS.activations().backward(x, y, z)));
        calls.add(new Call("parametric ReLU", () -> KERNELS.activations().parametricRelu(x, row, y)));
        Matrix slopes = matrix(1, columnCount);
        calls.add(new Call("parametric ReLU backward",
                () -> KERNELS.activations().parametricReluBackward(x, row, y, z, slopes)));
        gemm(calls);
        normalization(calls);
        calls.add(new Call("sum", () -> KERNELS.sums().sum(x)));
        calls.add(new Call("sum of squares", () -> KERNELS.sums().sumOfSquares(x)));
        calls.add(new Call("column sums", () -> KERNELS.sums().columnSums(x, slopes)));
        calls.add(new Call("softmax", () -> KERNELS.softmax().softmax(x, y)));
        calls.add(new Call("log-softmax", () -> KERNELS.softmax().logSoftmax(x, y)));
        calls.add(new Call("softmax backward", () -> KERNELS.softmax().softmaxBackward(x, y, z)));
        calls.add(new Call("log-softmax backward", () -> KERNELS.softmax().logSoftmaxBackward(x, y, z)));
        int[] labels = new Random(1).ints(rowCount, 0, columnCount).toArray();
        calls.add(new Call("cross-entropy of labels",
                () -> KERNELS.softmax().crossEntropy(x, labels, 0, CrossEntropy.MEAN, y)));
        calls.add(new Call("cross-entropy of labels without a gradient",
                () -> KERNELS.softmax().crossEntropy(x, labels, 0, CrossEntropy.MEAN, null)));
        calls.add(new Call("cross-entropy of probabilities",
                () -> KERNELS.softmax().crossEntropy(x, y, CrossEntropy.MEAN, z)));
        calls.add(new Call("cross-entropy of probabilities without a gradient",
                () -> KERNELS.softmax().crossEntropy(x, y, CrossEntropy.MEAN, null)));
        CrossEntropy weighted = CrossEntropy.SUM.withLabelSmoothing(0.1f).withClassWeights(row);
        calls.add(new Call("weighted cross-entropy",
                () -> KERNELS.softmax().crossEntropy(x, labels, 0, weighted, y)));
        for (Loss loss : LossCatalogue.ALL) {
            calls.add(new Call(loss.toString(), () -> KERNELS.losses().loss(loss, Reduction.MEAN, x, y, z)));
        }
        calls.add(new Call("dropout", () -> KERNELS.dropout().apply(x, 0.3f, 1, 2, 3, y)));
        for (Optimizer optimizer : OptimizerCatalogue.ALL) {
            Matrix parameters = matrix(1, 999);
            Matrix gradients = matrix(1, 999);
            Matrix state = Matrix.zeros(optimizer.stateCount(), 999);
            for (GradientRule rule : List.of(GradientRule.NONE, GradientRule.NONE.withClip(1f).withL1(1e-3f)
                    .withL2(1e-3f).withRefuseNonFinite(true))) {
                float scale = rule == GradientRule.NONE ? 1f : 0.5f;
                calls.add(new Call(optimizer + " " + rule, () -> KERNELS.optimizers().step(optimizer, 7, 1e-6f, scale,
                        rule, parameters, gradients, state)));
            }
        }
        return calls;
    }

    private void gemm(List<Call> calls) {
        Matrix derivative = matrix(rowCount, columnCount);
        Matrix c = matrix(rowCount, columnCount);
        Matrix bias = matrix(1, columnCount);
        for (int k : new int[] {1, 70}) {
            Matrix a = matrix(rowCount, k);
            Matrix b = matrix(k, columnCount);
            Matrix aTransposed = matrix(k, rowCount).transposed();
            Matrix bTransposed = matrix(columnCount, k).transposed();
            PackedMatrix packed = KERNELS.gemm().pack(b);
            calls.add(new Call("packing k=" + k, () -> KERNELS.gemm().pack(b, packed)));
            for (Epilogue epilogue : List.of(Epilogue.OVERWRITE, Epilogue.dense(bias, Activation.RELU),
                    Epilogue.dense(bias, Activation.SILU, derivative))) {
                String name = " k=" + k + " " + epilogue;
                calls.add(new Call("A·B" + name, () -> KERNELS.gemm().multiply(a, b, c, epilogue)));
                calls.add(new Call("Aᵀ·B" + name, () -> KERNELS.gemm().multiply(aTransposed, b, c, epilogue)));
                calls.add(new Call("A·Bᵀ" + name, () -> KERNELS.gemm().multiply(a, bTransposed, c, epilogue)));
                calls.add(new Call("A·packed" + name, () -> KERNELS.gemm().multiply(a, packed, c, epilogue)));
            }
            Matrix row = matrix(1, k);
            Matrix rowResult = matrix(1, columnCount);
            calls.add(new Call("row·B k=" + k, () -> KERNELS.gemm().multiply(row, b, rowResult, Epilogue.OVERWRITE)));
            calls.add(new Call("row·packed k=" + k,
                    () -> KERNELS.gemm().multiply(row, packed, rowResult, Epilogue.OVERWRITE)));
            Matrix column = matrix(k, 1);
            Matrix columnResult = matrix(rowCount, 1);
            calls.add(new Call("A·column k=" + k,
                    () -> KERNELS.gemm().multiply(a, column, columnResult, Epilogue.OVERWRITE)));
            Matrix firstA = matrix(4 * 8, k).rows(0, 8);
            Matrix sharedB = b.columns(0, Math.min(8, columnCount));
            Matrix firstC = Matrix.zeros(4 * 8, sharedB.columns()).rows(0, 8);
            calls.add(new Call("batch k=" + k, () -> KERNELS.gemm().multiplyBatch(4, firstA, 8 * firstA.stride(),
                    sharedB, 0, firstC, 8 * sharedB.columns(), Epilogue.OVERWRITE)));
        }
        Matrix large = matrix(150, 300);
        Matrix other = matrix(300, 200);
        Matrix result = matrix(150, 200);
        calls.add(new Call("a product in blocks",
                () -> KERNELS.gemm().multiply(large, other, result, Epilogue.OVERWRITE)));
    }

    private void normalization(List<Call> calls) {
        Matrix x = matrix(rowCount, columnCount);
        Matrix y = matrix(rowCount, columnCount);
        Matrix dx = matrix(rowCount, columnCount);
        Matrix derivative = matrix(rowCount, columnCount);
        Matrix[] rows = Stream.generate(() -> Matrix.zeros(1, columnCount)).limit(8).toArray(Matrix[]::new);
        Matrix batchMean = Matrix.zeros(2, columnCount);
        Matrix mean = Matrix.zeros(2, rowCount);
        Matrix inverseDeviation = Matrix.zeros(1, rowCount);
        for (Activation activation : List.of(Activation.IDENTITY, Activation.RELU, Activation.TANH)) {
            calls.add(new Call("batch norm in training, " + activation,
                    () -> KERNELS.normalization().batchNormTraining(x, rows[0], rows[1], 1e-5f, 0.1f, rows[2], rows[3],
                            batchMean, rows[5], activation, y, derivative)));
            calls.add(new Call("batch norm inference, " + activation,
                    () -> KERNELS.normalization().batchNormInference(x, rows[0], rows[1], 1e-5f, rows[2], rows[3],
                            activation, y)));
        }
        calls.add(new Call("batch norm backward", () -> KERNELS.normalization().batchNormBackward(x, rows[0], batchMean,
                rows[5], derivative, y, dx, rows[6], rows[7])));
        calls.add(new Call("folding batch norm", () -> KERNELS.normalization().foldBatchNorm(x, rows[0], rows[1],
                rows[2], 1e-5f, rows[3], rows[4], y, rows[6])));
        calls.add(new Call("layer norm", () -> KERNELS.normalization().layerNorm(x, rows[0], rows[1], 1e-5f, mean,
                inverseDeviation, y)));
        calls.add(new Call("layer norm backward", () -> KERNELS.normalization().layerNormBackward(x, rows[0], mean,
                inverseDeviation, y, dx, rows[6], rows[7])));
    }

    /// Rows of many short lengths first, as programs have them. What C2 compiles from a profile of one length keeps
    /// vectors boxed, once in several runs, where a part of a row was never, or always, there.
    @BeforeEach
    void runOnManyShapes() {
        layout = Layout.STRIDED;
        rowCount = 5;
        for (columnCount = 1; columnCount <= 40; columnCount++) {
            for (Call call : calls()) {
                call.body().run();
            }
        }
    }

    @Test
    void warmKernelsAllocateNothing() {
        rowCount = 33;
        columnCount = 65;
        layout = Layout.STRIDED;
        Allocation.assertNoneWhenWarm(calls());
    }

    /// Rows shorter than a vector, the last of which ends the array: another way through the ends of rows.
    @Test
    void warmKernelsAllocateNothingOnShortRows() {
        rowCount = 64;
        columnCount = Math.ceilDiv(Species.FLOAT.length() * 5, 8);
        layout = Layout.DENSE;
        Allocation.assertNoneWhenWarm(calls());
    }
}
