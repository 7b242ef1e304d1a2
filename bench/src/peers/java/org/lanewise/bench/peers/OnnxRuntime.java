// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lanewise.bench.implementation.Implementation;
import org.lanewise.bench.problem.DenseLayer;
import org.lanewise.bench.problem.DigitNetwork;
import org.lanewise.bench.problem.NetworkPrediction;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Product;
import org.lanewise.bench.problem.Product.Form;
import org.lanewise.bench.problem.Task;

/// ONNX Runtime on one thread, inputs and outputs bound to direct buffers: its fastest way.
public final class OnnxRuntime implements Implementation {

    @Override
    public String id() {
        return "onnxruntime";
    }

    @Override
    public String version() {
        return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion();
    }

    @Override
    public boolean accepts(Problem problem) {
        return switch (problem) {
            case Product product -> product.form() == Form.PLAIN;
            case DenseLayer _, NetworkPrediction _ -> true;
            default -> false;
        };
    }

    @Override
    public Task prepare(Problem problem) throws OrtException {
        return switch (problem) {
            case Product product -> product(product);
            case DenseLayer layer -> layer(layer);
            case NetworkPrediction prediction -> prediction(prediction);
            default -> throw new IllegalArgumentException("onnxruntime: does not do " + problem);
        };
    }

    private static Task product(Product product) throws OrtException {
        int m = product.m();
        int k = product.k();
        int n = product.n();
        OnnxModel model = new OnnxModel().input("a", m, k).input("b", k, n).node("MatMul", "c", "a", "b")
                .output("c", m, n);
        return new Session(model).input("a", product.a(), m, k).input("b", product.b(), k, n).output("c", m, n);
    }

    private static Task layer(DenseLayer layer) throws OrtException {
        int batch = layer.batch();
        OnnxModel model = new OnnxModel().input("x", batch, layer.inputs())
                .constant("w", layer.weights(), layer.inputs(), layer.outputs())
                .constant("bias", layer.bias(), layer.outputs())
                .node("Gemm", "z", "x", "w", "bias")
                .node("Relu", "y", "z")
                .output("y", batch, layer.outputs());
        return new Session(model).input("x", layer.x(), batch, layer.inputs()).output("y", batch, layer.outputs());
    }

    private static Task prediction(NetworkPrediction prediction) throws OrtException {
        int batch = prediction.batch();
        OnnxModel model = new OnnxModel().input("x0", batch, DigitNetwork.inputs());
        int layers = DigitNetwork.WIDTHS.size() - 1;
        for (int layer = 1; layer <= layers; layer++) {
            int inputs = DigitNetwork.WIDTHS.get(layer - 1);
            int outputs = DigitNetwork.WIDTHS.get(layer);
            model.constant("w" + layer, prediction.weights().get(layer - 1), inputs, outputs)
                    .constant("b" + layer, prediction.biases().get(layer - 1), outputs)
                    .node("Gemm", "z" + layer, "x" + (layer - 1), "w" + layer, "b" + layer)
                    .node(layer == layers ? "Softmax" : "Relu", "x" + layer, "z" + layer);
        }
        model.output("x" + layers, batch, DigitNetwork.classes());
        return new Session(model).input("x0", prediction.x(), batch, DigitNetwork.inputs())
                .output("x" + layers, batch, DigitNetwork.classes());
    }

    /// A model with its buffers.
    private static final class Session implements Task {

        private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
        private final OrtSession session;
        private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
        private FloatBuffer result;

        Session(OnnxModel model) throws OrtException {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                options.setExecutionMode(ExecutionMode.SEQUENTIAL);
                options.setOptimizationLevel(OptLevel.ALL_OPT);
                session = environment.createSession(model.toBytes(), options);
            }
        }

        Session input(String name, float[] values, long... shape) throws OrtException {
            inputs.put(name, OnnxTensor.createTensor(environment, direct(values.length).put(0, values), shape));
            return this;
        }

        Session output(String name, long... shape) throws OrtException {
            int size = 1;
            for (long dimension : shape) {
                size = Math.toIntExact(size * dimension);
            }
            result = direct(size);
            outputs.put(name, OnnxTensor.createTensor(environment, result, shape));
            return this;
        }

        private static FloatBuffer direct(int size) {
            return ByteBuffer.allocateDirect(size * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
        }

        @Override
        public void run() {
            try {
                session.run(inputs, outputs).close();
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public float[][] results() {
            float[] values = new float[result.capacity()];
            result.get(0, values);
            return new float[][] {values};
        }

        @Override
        public void close() {
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
            try {
                session.close();
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
