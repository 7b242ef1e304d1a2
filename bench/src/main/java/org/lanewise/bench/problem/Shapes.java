// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.lanewise.bench.problem.ElementwisePass.Elementary;
import org.lanewise.bench.problem.ElementwisePass.Operation;
import org.lanewise.bench.problem.ElementwisePass.Value;
import org.lanewise.bench.problem.ElementwisePass.ValueAndDerivative;
import org.lanewise.bench.problem.Product.Form;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.activation.ActivationCatalogue;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.math.Function;
import org.lanewise.kernels.optimizer.Optimizer;

/// Every case that is measured, by family. A few of each family are its headline: they make a quick run, and slow
/// peers are measured on them alone.
public final class Shapes {

    private static final int SMALL = 1 << 14;
    private static final int LARGE = 1 << 20;
    private static final int HUGE = 1 << 24;

    private static final Map<Family, List<Problem>> ALL = Map.of(
            Family.GEMM, gemm(),
            Family.DENSE, dense(),
            Family.ELEMENTWISE, elementwise(),
            Family.SOFTMAX, softmax(),
            Family.NORMALIZATION, normalization(),
            Family.OPTIMIZERS, optimizers(),
            Family.DROPOUT, List.of(new DropoutPass(0.5f, SMALL), new DropoutPass(0.5f, LARGE)),
            Family.TRAINING, List.of(new TrainingStep(32), new TrainingStep(128), new TrainingStep(2000)),
            Family.PREDICTION, Stream.of(1, 8, 32, 256, 2000).<Problem>map(NetworkPrediction::new).toList());

    private static final Map<Family, Set<String>> HEADLINE = Map.of(
            Family.GEMM, Set.of("n=64", "n=128", "n=256", "n=512", "n=1024"),
            Family.DENSE, Set.of("784-128 batch 1", "784-128 batch 32", "784-128 batch 256", "1024-1024 batch 1",
                    "1024-1024 batch 256"),
            Family.ELEMENTWISE, Set.of("relu 1Mi", "sigmoid 16Ki", "tanh 16Ki", "gelu 16Ki", "silu+derivative 16Ki",
                    "exp 16Ki"),
            Family.SOFTMAX, Set.of("softmax 1024x10", "softmax 1024x1000", "cross-entropy+gradient 256x10",
                    "cross-entropy+gradient 256x1000"),
            Family.NORMALIZATION, Set.of("batch norm forward 256x512", "batch norm forward+backward 256x512",
                    "layer norm forward 256x512", "batch norm forward 4096x1024"),
            Family.OPTIMIZERS, Set.of("adam 16Ki", "adam 1Mi", "adam 16Mi", "sgd 16Mi"),
            Family.DROPOUT, Set.of("p=0.5 1Mi"),
            Family.TRAINING, Set.of("batch 32", "batch 128"),
            Family.PREDICTION, Set.of("batch 1", "batch 32", "batch 256"));

    private Shapes() {
    }

    /// All cases of a family.
    public static List<Problem> of(Family family) {
        return ALL.get(family);
    }

    /// Whether a case is one of the few that stand for its family.
    public static boolean isHeadline(Problem problem) {
        return HEADLINE.get(problem.family()).contains(problem.name());
    }

    /// The case of that name, or null.
    public static Problem find(Family family, String name) {
        return of(family).stream().filter(problem -> problem.name().equals(name)).findFirst().orElse(null);
    }

    private static List<Problem> gemm() {
        List<Problem> cases = new ArrayList<>();
        for (int n : new int[] {16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1000, 1024, 1536, 2048}) {
            cases.add(Product.square(n));
        }
        cases.add(Product.of(17, 31, 53));
        cases.add(Product.of(97, 101, 103));
        cases.add(Product.of(255, 257, 259));
        cases.add(Product.of(1, 1024, 1024));
        cases.add(Product.of(1024, 1024, 1));
        cases.add(Product.of(512, 1, 512));
        cases.add(Product.of(5124, 9, 2048));
        cases.add(Product.of(35, 700, 2048));
        for (int batch : new int[] {32, 256}) {
            cases.addAll(layerProducts(784, 128, batch));
            cases.addAll(layerProducts(1024, 1024, batch));
        }
        return List.copyOf(cases);
    }

    private static List<Problem> layerProducts(int inputs, int outputs, int batch) {
        String layer = inputs + "-" + outputs + " batch " + batch;
        return List.of(
                new Product("forward " + layer, batch, inputs, outputs, Form.PLAIN),
                new Product("input gradient " + layer, batch, outputs, inputs, Form.B_TRANSPOSED),
                new Product("weight gradient " + layer, inputs, batch, outputs, Form.A_TRANSPOSED));
    }

    private static List<Problem> dense() {
        List<Problem> cases = new ArrayList<>();
        int[][] layers = {{784, 128}, {128, 64}, {64, 10}, {512, 512}, {1024, 1024}, {4096, 4096}};
        for (int[] layer : layers) {
            for (int batch : new int[] {1, 2, 4, 8, 32, 256, 2000}) {
                cases.add(new DenseLayer(layer[0], layer[1], batch));
            }
        }
        return List.copyOf(cases);
    }

    private static List<Problem> elementwise() {
        Map<String, Activation> activations = new LinkedHashMap<>();
        for (Activation activation : ActivationCatalogue.ALL) {
            activations.putIfAbsent(words(activation.getClass().getSimpleName()), activation);
        }
        List<Operation> operations = new ArrayList<>();
        activations.forEach((name, activation) -> operations.add(new Value(name, activation)));
        operations.add(new Elementary("exp", Function.EXP));
        operations.add(new Elementary("log", Function.LOG));
        operations.add(new Elementary("erf", Function.ERF));
        List<Problem> cases = new ArrayList<>();
        for (int size : new int[] {SMALL, LARGE}) {
            operations.forEach(operation -> cases.add(new ElementwisePass(operation, size)));
        }
        activations.forEach((name, activation) ->
                cases.add(new ElementwisePass(new ValueAndDerivative(name + "+derivative", activation), SMALL)));
        return List.copyOf(cases);
    }

    /// `LeakyRelu` as "leaky relu".
    private static String words(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private static List<Problem> softmax() {
        return List.of(
                new SoftmaxPass(SoftmaxPass.Kind.SOFTMAX, 1024, 10),
                new SoftmaxPass(SoftmaxPass.Kind.SOFTMAX, 1024, 1000),
                new SoftmaxPass(SoftmaxPass.Kind.SOFTMAX, 64, 50257),
                new SoftmaxPass(SoftmaxPass.Kind.LOG_SOFTMAX, 1024, 1000),
                new SoftmaxPass(SoftmaxPass.Kind.CROSS_ENTROPY, 256, 10),
                new SoftmaxPass(SoftmaxPass.Kind.CROSS_ENTROPY, 256, 1000),
                new LossPass("squared error", new Loss.SquaredError(), SMALL),
                new LossPass("huber", new Loss.Huber(1f), SMALL),
                new LossPass("binary cross-entropy with logits", new Loss.BinaryCrossEntropyWithLogits(), SMALL));
    }

    private static List<Problem> normalization() {
        List<Problem> cases = new ArrayList<>();
        int[][] shapes = {{32, 128}, {256, 512}, {4096, 1024}};
        for (NormalizationPass.Kind kind : NormalizationPass.Kind.values()) {
            for (boolean backward : new boolean[] {false, true}) {
                for (int[] shape : shapes) {
                    cases.add(new NormalizationPass(kind, backward, shape[0], shape[1]));
                }
            }
        }
        return List.copyOf(cases);
    }

    private static List<Problem> optimizers() {
        Optimizer adamW = Optimizer.Adam.DEFAULT.withDecoupledDecay(0.01f);
        List<Problem> cases = new ArrayList<>();
        for (int size : new int[] {SMALL, LARGE, HUGE}) {
            cases.add(new OptimizerStep("adam", Optimizer.Adam.DEFAULT, size));
            cases.add(new OptimizerStep("adamw", adamW, size));
        }
        cases.add(new OptimizerStep("amsgrad", Optimizer.Adam.DEFAULT.withAmsgrad(true), HUGE));
        cases.add(new OptimizerStep("sgd", new Optimizer.Sgd(), HUGE));
        cases.add(new OptimizerStep("momentum", new Optimizer.Momentum(0.9f), HUGE));
        cases.add(new OptimizerStep("nesterov", new Optimizer.Nesterov(0.9f), HUGE));
        cases.add(new OptimizerStep("rmsprop", new Optimizer.RmsProp(0.99f, 1e-8f), HUGE));
        cases.add(new OptimizerStep("adagrad", new Optimizer.Adagrad(1e-10f), HUGE));
        cases.add(new OptimizerStep("adadelta", new Optimizer.Adadelta(0.9f, 1e-6f), HUGE));
        return List.copyOf(cases);
    }
}
