// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lanewise.bench.implementation.Implementation;
import org.lanewise.bench.problem.DenseLayer;
import org.lanewise.bench.problem.DropoutPass;
import org.lanewise.bench.problem.ElementwisePass;
import org.lanewise.bench.problem.LossPass;
import org.lanewise.bench.problem.NetworkPrediction;
import org.lanewise.bench.problem.NormalizationPass;
import org.lanewise.bench.problem.OptimizerStep;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Product;
import org.lanewise.bench.problem.Product.Form;
import org.lanewise.bench.problem.Shapes;
import org.lanewise.bench.problem.SoftmaxPass;
import org.lanewise.bench.problem.Task;
import org.lanewise.bench.problem.TrainingStep;

/// PyTorch's kernels through DJL, on one thread: TorchScripts that call them with outputs allocated before, where they
/// take such, and without autograd.
public final class PyTorch implements Implementation {

    private static final Map<String, String> ELEMENTWISE = Map.ofEntries(
            Map.entry("relu", "torch.clamp_min(x, 0., out=y)"),
            Map.entry("leaky relu", "torch.leaky_relu(x, 0.01, out=y)"),
            Map.entry("hard sigmoid", "torch.hardsigmoid(x, out=y)"),
            Map.entry("hard swish", "torch.hardswish(x, out=y)"),
            Map.entry("sigmoid", "torch.sigmoid(x, out=y)"),
            Map.entry("silu", "torch.silu(x, out=y)"),
            Map.entry("tanh", "torch.tanh(x, out=y)"),
            Map.entry("elu", "torch.elu(x, 1., 1., 1., out=y)"),
            Map.entry("softplus", "torch.softplus(x, 1., 20., out=y)"),
            Map.entry("mish", "torch.mish(x, out=y)"),
            Map.entry("gelu", "torch.gelu(x, approximate=\"none\", out=y)"),
            Map.entry("gelu tanh", "torch.gelu(x, approximate=\"tanh\", out=y)"),
            Map.entry("exp", "torch.exp(x, out=y)"),
            Map.entry("log", "torch.log(x, out=y)"),
            Map.entry("erf", "torch.erf(x, out=y)"));

    private static final Set<String> LOSSES =
            Set.of("squared error", "huber", "binary cross-entropy with logits");

    private static final Set<String> OPTIMIZERS = Set.of("adam", "adamw", "amsgrad", "sgd", "momentum", "nesterov");

    @Override
    public String id() {
        return "pytorch";
    }

    @Override
    public String version() {
        manager().close();
        return "PyTorch " + Engine.getEngine("PyTorch").getVersion() + " through DJL";
    }

    @Override
    public List<String> jvmArguments() {
        return List.of("-Dai.djl.offline=true", "-Dai.djl.pytorch.num_threads=1",
                "-Dai.djl.pytorch.num_interop_threads=1");
    }

    @Override
    public int repetitions() {
        return 8;
    }

    @Override
    public boolean accepts(Problem problem) {
        return switch (problem) {
            case Product product -> product.form() == Form.PLAIN && Shapes.isHeadline(problem);
            case DenseLayer _ -> Shapes.isHeadline(problem);
            case ElementwisePass pass -> ELEMENTWISE.containsKey(pass.operation().name());
            case LossPass pass -> LOSSES.contains(pass.title());
            case OptimizerStep step -> OPTIMIZERS.contains(step.title());
            case SoftmaxPass _, NormalizationPass _, DropoutPass _, TrainingStep _, NetworkPrediction _ -> true;
        };
    }

    @Override
    public Task prepare(Problem problem) {
        TorchProgram program = new TorchProgram(manager());
        return switch (problem) {
            case Product product -> product(program, product);
            case DenseLayer layer -> layer(program, layer);
            case ElementwisePass pass -> program.tensor("x", pass.x(), pass.size()).output("y", pass.size())
                    .loop("z = " + ELEMENTWISE.get(pass.operation().name()));
            case SoftmaxPass pass -> softmax(program, pass);
            case LossPass pass -> loss(program, pass);
            case NormalizationPass pass -> pass.kind() == NormalizationPass.Kind.BATCH ? batchNorm(program, pass)
                    : layerNorm(program, pass);
            case OptimizerStep step -> optimizer(program, step);
            case DropoutPass pass -> program.tensor("x", pass.x(), pass.size()).output("out", pass.size())
                    .keep("y", "out")
                    .loop("y, mask = torch.native_dropout(x, " + pass.probability() + ", True)");
            case TrainingStep step -> TorchNetwork.training(program, step);
            case NetworkPrediction prediction -> TorchNetwork.prediction(program, prediction);
        };
    }

    private static NDManager manager() {
        NativeEnvironment.keepFreedMemory();
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        JniUtils.setGradMode(false);
        // Else it would see that a loop does the same again and again.
        JniUtils.setGraphExecutorOptimize(false);
        return manager;
    }

    private static Task product(TorchProgram program, Product product) {
        return program.tensor("a", product.a(), product.m(), product.k())
                .tensor("b", product.b(), product.k(), product.n())
                .output("c", product.m(), product.n())
                .loop("z = torch.mm(a, b, out=c)");
    }

    private static Task layer(TorchProgram program, DenseLayer layer) {
        return program.tensor("x", layer.x(), layer.batch(), layer.inputs())
                .tensor("w", layer.weights(), layer.inputs(), layer.outputs())
                .tensor("bias", layer.bias(), layer.outputs())
                .output("y", layer.batch(), layer.outputs())
                .loop("z = torch.addmm(bias, x, w, out=y)", "r = torch.relu_(y)");
    }

    private static Task softmax(TorchProgram program, SoftmaxPass pass) {
        int rows = pass.rows();
        int columns = pass.columns();
        program.tensor("z", pass.z(), rows, columns);
        return switch (pass.kind()) {
            case SOFTMAX -> program.output("y", rows, columns).loop("p = torch._softmax(z, 1, False, out=y)");
            case LOG_SOFTMAX -> program.output("y", rows, columns).loop("p = torch._log_softmax(z, 1, False, out=y)");
            case CROSS_ENTROPY -> program.labels("labels", pass.labels())
                    .tensor("one", new float[] {1f})
                    .output("lossOut", 1)
                    .output("dzOut", rows, columns)
                    .keep("loss", "lossOut")
                    .keep("dz", "dzOut")
                    .loop("p = torch._log_softmax(z, 1, False)",
                            "loss, w = torch.nll_loss_forward(p, labels, None, 1, -100)",
                            "g = torch.nll_loss_backward(one, p, labels, None, 1, -100, w)",
                            "dz = torch._log_softmax_backward_data(g, p, 1, 6)");
        };
    }

    private static Task loss(TorchProgram program, LossPass pass) {
        program.tensor("p", pass.prediction(), pass.size())
                .tensor("t", pass.target(), pass.size())
                .tensor("one", new float[] {1f})
                .output("lossOut", 1)
                .output("gradientOut", pass.size())
                .keep("loss", "lossOut")
                .keep("gradient", "gradientOut");
        return switch (pass.title()) {
            case "squared error" -> program.loop("loss = torch.mse_loss(p, t, 1)",
                    "gradient = torch.mse_loss_backward(one, p, t, 1)");
            case "huber" -> program.loop("loss = torch.huber_loss(p, t, 1, 1.)",
                    "gradient = torch.huber_loss_backward(one, p, t, 1, 1.)");
            default -> program.loop("loss = torch.binary_cross_entropy_with_logits(p, t, None, None, 1)",
                    "gradient = torch.div(torch.sub(torch.sigmoid(p), t), " + pass.size() + ".)");
        };
    }

    private static void normalizationTensors(TorchProgram program, NormalizationPass pass) {
        int rows = pass.rows();
        int columns = pass.columns();
        program.tensor("x", pass.x(), rows, columns)
                .tensor("gamma", pass.gamma(), columns)
                .tensor("beta", pass.beta(), columns)
                .output("yOut", rows, columns)
                .keep("y", "yOut");
        if (pass.backward()) {
            program.tensor("dy", pass.dy(), rows, columns)
                    .output("dxOut", rows, columns)
                    .output("dGammaOut", columns)
                    .output("dBetaOut", columns)
                    .keep("dx", "dxOut")
                    .keep("dGamma", "dGammaOut")
                    .keep("dBeta", "dBetaOut");
        }
    }

    private static Task batchNorm(TorchProgram program, NormalizationPass pass) {
        normalizationTensors(program, pass);
        float[] ones = new float[pass.columns()];
        Arrays.fill(ones, 1f);
        program.tensor("mean", new float[pass.columns()], pass.columns()).tensor("variance", ones, pass.columns());
        String forward = "y, m, s = torch.native_batch_norm(x, gamma, beta, mean, variance, True, "
                + NormalizationPass.MOMENTUM + ", " + NormalizationPass.EPSILON + ")";
        return !pass.backward() ? program.loop(forward)
                : program.loop(forward, "dx, dGamma, dBeta = torch.native_batch_norm_backward(dy, x, gamma, mean, "
                        + "variance, m, s, True, " + NormalizationPass.EPSILON + ", [True, True, True])");
    }

    private static Task layerNorm(TorchProgram program, NormalizationPass pass) {
        normalizationTensors(program, pass);
        String shape = "[" + pass.columns() + "]";
        String forward = "y, m, s = torch.native_layer_norm(x, " + shape + ", gamma, beta, "
                + NormalizationPass.EPSILON + ")";
        return !pass.backward() ? program.loop(forward)
                : program.loop(forward, "dx, dGamma, dBeta = torch.native_layer_norm_backward(dy, x, " + shape
                        + ", m, s, gamma, beta, [True, True, True])");
    }

    private static Task optimizer(TorchProgram program, OptimizerStep step) {
        int size = step.parameters();
        program.tensor("p", step.start(), size).result("p").list("parameters", "p");
        program.tensor("g", step.gradients(), size).list("gradients", "g");
        program.tensor("t", new float[1]).list("steps", "t");
        for (int i = 0; i < step.optimizer().stateCount(); i++) {
            program.tensor("s" + i, new float[size], size).list("state" + i, "s" + i);
        }
        String rate = "lr=" + OptimizerStep.LEARNING_RATE;
        return switch (step.title()) {
            case "adam" -> program.loop("t.add_(1)", adam("[]", rate, "0.", "False", "_fused_adam_"));
            case "adamw" -> program.loop("t.add_(1)", adam("[]", rate, "0.01", "False", "_fused_adamw_"));
            case "amsgrad" -> program.loop("t.add_(1)", adam("state2", rate, "0.", "True", "_fused_adam_"));
            case "sgd" -> program.loop(sgd("[]", rate, "0.", "False"));
            case "momentum" -> program.loop(sgd("state0", rate, "0.9", "False"));
            case "nesterov" -> program.loop(sgd("state0", rate, "0.9", "True"));
            default -> throw new IllegalArgumentException("pytorch: does not do " + step.title());
        };
    }

    private static String adam(String largest, String rate, String decay, String amsgrad, String operator) {
        return "torch." + operator + "(parameters, gradients, state0, state1, " + largest + ", steps, " + rate
                + ", beta1=0.9, beta2=0.999, weight_decay=" + decay + ", eps=1e-8, amsgrad=" + amsgrad
                + ", maximize=False)";
    }

    private static String sgd(String buffers, String rate, String momentum, String nesterov) {
        return "torch._fused_sgd_(parameters, gradients, " + buffers + ", weight_decay=0., momentum=" + momentum
                + ", " + rate + ", dampening=0., nesterov=" + nesterov + ", maximize=False, is_first_step=False)";
    }
}
