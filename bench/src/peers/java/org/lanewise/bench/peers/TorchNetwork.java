// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.bench.problem.DigitNetwork;
import org.lanewise.bench.problem.NetworkPrediction;
import org.lanewise.bench.problem.Task;
import org.lanewise.bench.problem.TrainingStep;
import org.lanewise.bench.problem.TrainingStep.Parameter;

/// The networks as TorchScripts. Training names the operators that autograd would call, so that they alone are timed.
final class TorchNetwork {

    private TorchNetwork() {
    }

    static Task prediction(TorchProgram program, NetworkPrediction prediction) {
        int batch = prediction.batch();
        program.tensor("x0", prediction.x(), batch, DigitNetwork.inputs());
        List<String> body = new ArrayList<>();
        int layers = DigitNetwork.WIDTHS.size() - 1;
        for (int layer = 1; layer <= layers; layer++) {
            int inputs = DigitNetwork.WIDTHS.get(layer - 1);
            int outputs = DigitNetwork.WIDTHS.get(layer);
            program.tensor("w" + layer, prediction.weights().get(layer - 1), inputs, outputs)
                    .tensor("b" + layer, prediction.biases().get(layer - 1), outputs)
                    .tensor("x" + layer, new float[batch * outputs], batch, outputs);
            body.add("z = torch.addmm(b%1$d, x%2$d, w%1$d, out=x%1$d)".formatted(layer, layer - 1));
            if (layer < layers) {
                body.add("r = torch.relu_(x" + layer + ")");
            }
        }
        body.add("p = torch._softmax(x" + layers + ", 1, False, out=y)");
        return program.output("y", batch, DigitNetwork.classes()).loop(body.toArray(String[]::new));
    }

    static Task training(TorchProgram program, TrainingStep step) {
        List<Parameter> parameters = step.parameters();
        int size = parameters.stream().mapToInt(parameter -> parameter.values().length).sum();
        program.tensor("a0", step.x(), step.batch(), DigitNetwork.inputs())
                .labels("labels", step.labels())
                .tensor("one", new float[] {1f})
                .output("flat", size);
        state(program, parameters);
        List<String> body = new ArrayList<>();
        forward(body);
        backward(body);
        update(body, parameters);
        int offset = 0;
        for (Parameter parameter : parameters) {
            program.before("d" + parameter.name() + " = flat");
            program.after("_" + parameter.name() + " = torch.copy_(torch.narrow(flat, 0, " + offset + ", "
                    + parameter.values().length + "), torch.flatten(d" + parameter.name() + "))");
            offset += parameter.values().length;
        }
        return program.loop(body.toArray(String[]::new));
    }

    private static void state(TorchProgram program, List<Parameter> parameters) {
        for (Parameter parameter : parameters) {
            long[] shape = parameter.isMatrix() ? new long[] {parameter.rows(), parameter.columns()}
                    : new long[] {parameter.columns()};
            program.tensor(parameter.name(), parameter.values(), shape)
                    .tensor("first_" + parameter.name(), new float[parameter.values().length], shape)
                    .tensor("second_" + parameter.name(), new float[parameter.values().length], shape)
                    .tensor("step_" + parameter.name(), new float[1]);
        }
        for (int layer = 1; layer < DigitNetwork.WIDTHS.size() - 1; layer++) {
            int width = DigitNetwork.WIDTHS.get(layer);
            program.tensor("mean" + layer, new float[width], width)
                    .tensor("variance" + layer, new float[width], width);
        }
        program.list("parameters", names("", parameters))
                .list("first", names("first_", parameters))
                .list("second", names("second_", parameters))
                .list("steps", names("step_", parameters));
    }

    private static String[] names(String prefix, List<Parameter> parameters) {
        return parameters.stream().map(parameter -> prefix + parameter.name()).toArray(String[]::new);
    }

    private static void forward(List<String> body) {
        int layers = DigitNetwork.WIDTHS.size() - 1;
        for (int layer = 1; layer <= layers; layer++) {
            body.add("z%1$d = torch.addmm(b%1$d, a%2$d, w%1$d)".formatted(layer, layer - 1));
            if (layer < layers) {
                body.add(("h%1$d, m%1$d, s%1$d = torch.native_batch_norm(z%1$d, g%1$d, e%1$d, mean%1$d, variance%1$d, "
                        + "True, 0.1, 1e-05)").formatted(layer));
                body.add("a%1$d = torch.relu(h%1$d)".formatted(layer));
            }
        }
        body.add("p = torch._log_softmax(z%d, 1, False)".formatted(layers));
        body.add("loss, weight = torch.nll_loss_forward(p, labels, None, 1, -100)");
    }

    private static void backward(List<String> body) {
        int layers = DigitNetwork.WIDTHS.size() - 1;
        body.add("dp = torch.nll_loss_backward(one, p, labels, None, 1, -100, weight)");
        body.add("dz%d = torch._log_softmax_backward_data(dp, p, 1, 6)".formatted(layers));
        for (int layer = layers; layer >= 1; layer--) {
            body.add("dw%1$d = torch.mm(torch.t(a%2$d), dz%1$d)".formatted(layer, layer - 1));
            body.add("db%1$d = torch.sum(dz%1$d, [0])".formatted(layer));
            if (layer > 1) {
                body.add("da%2$d = torch.mm(dz%1$d, torch.t(w%1$d))".formatted(layer, layer - 1));
                body.add("dh%1$d = torch.threshold_backward(da%1$d, a%1$d, 0)".formatted(layer - 1));
                body.add(("dz%1$d, dg%1$d, de%1$d = torch.native_batch_norm_backward(dh%1$d, z%1$d, g%1$d, mean%1$d, "
                        + "variance%1$d, m%1$d, s%1$d, True, 1e-05, [True, True, True])").formatted(layer - 1));
            }
        }
    }

    private static void update(List<String> body, List<Parameter> parameters) {
        body.add("torch._foreach_add_(steps, 1)");
        body.add("torch._fused_adam_(parameters, [" + String.join(", ", names("d", parameters))
                + "], first, second, [], steps, lr=" + TrainingStep.LEARNING_RATE
                + ", beta1=0.9, beta2=0.999, weight_decay=0., eps=1e-08, amsgrad=False, maximize=False)");
    }
}
