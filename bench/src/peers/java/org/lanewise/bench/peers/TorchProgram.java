// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.bench.problem.Task;

/// A TorchScript that repeats some operators on given tensors, so that neither DJL nor autograd stands between the
/// clock and PyTorch's own kernels.
final class TorchProgram implements Task {

    private final NDManager manager;
    private final Map<String, PtNDArray> tensors = new LinkedHashMap<>();
    private final Map<String, List<String>> lists = new LinkedHashMap<>();
    private final List<String> outputs = new ArrayList<>();
    private final List<String> before = new ArrayList<>();
    private final List<String> after = new ArrayList<>();
    private PtSymbolBlock module;
    private IValue[] arguments;

    TorchProgram(NDManager manager) {
        this.manager = manager;
    }

    /// A tensor of given values that the program reads or updates.
    TorchProgram tensor(String name, float[] values, long... shape) {
        tensors.put(name, (PtNDArray) manager.create(values, new Shape(shape)));
        return this;
    }

    /// A list of tensors given before. It must come from outside: of a list that the program makes itself PyTorch does
    /// not see that an operator updates its members, and drops the operator.
    TorchProgram list(String name, String... members) {
        lists.put(name, List.of(members));
        return this;
    }

    /// A tensor of class labels.
    TorchProgram labels(String name, int[] values) {
        long[] wide = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        tensors.put(name, (PtNDArray) manager.create(wide));
        return this;
    }

    /// A tensor that the program writes, and that is a result.
    TorchProgram output(String name, long... shape) {
        tensors.put(name, (PtNDArray) manager.zeros(new Shape(shape)));
        return result(name);
    }

    /// Makes a tensor a result: one that the program updates.
    TorchProgram result(String name) {
        outputs.add(name);
        return this;
    }

    /// Lets the tensor `output` receive the last value of the variable `name`; the copy is outside the loop.
    TorchProgram keep(String name, String output) {
        before.add(name + " = " + output);
        after.add("_" + name + " = torch.copy_(" + output + ", " + name + ")");
        return this;
    }

    /// A statement after the loop.
    TorchProgram after(String statement) {
        after.add(statement);
        return this;
    }

    /// A statement before the loop.
    TorchProgram before(String statement) {
        before.add(statement);
        return this;
    }

    /// What is repeated: a statement a line.
    TorchProgram loop(String... statements) {
        StringBuilder source = new StringBuilder("  def forward(self: __torch__.Op, n: int");
        tensors.keySet().forEach(name -> source.append(", ").append(name).append(": Tensor"));
        lists.keySet().forEach(name -> source.append(", ").append(name).append(": List[Tensor]"));
        source.append(") -> int:\n");
        before.forEach(line -> source.append("    ").append(line).append('\n'));
        source.append("    for i in range(n):\n");
        for (String statement : statements) {
            source.append("      ").append(statement).append('\n');
        }
        after.forEach(line -> source.append("    ").append(line).append('\n'));
        source.append("    return n\n");
        try {
            module = JniUtils.loadModule((PtNDManager) manager,
                    new ByteArrayInputStream(TorchArchive.of(source.toString())), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        arguments = new IValue[1 + tensors.size() + lists.size()];
        int index = 1;
        for (PtNDArray tensor : tensors.values()) {
            arguments[index] = IValue.from(tensor);
            index++;
        }
        for (List<String> members : lists.values()) {
            arguments[index] = IValue.listFrom(members.stream().map(tensors::get).toArray(PtNDArray[]::new));
            index++;
        }
        return this;
    }

    @Override
    public void run() {
        repeat(1);
    }

    @Override
    public void repeat(int times) {
        try (IValue count = IValue.from((long) times)) {
            arguments[0] = count;
            module.forward(arguments).close();
        }
    }

    @Override
    public float[][] results() {
        return outputs.stream().map(name -> tensors.get(name).toFloatArray()).toArray(float[][]::new);
    }

    @Override
    public void close() {
        manager.close();
    }
}
