// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes ONNX models of a few nodes: just as much of the protobuf schema (onnx.proto3) as they need.
final class OnnxModel {

    private static final int IR_VERSION = 8;
    private static final int OPERATOR_SET = 17;
    private static final int FLOAT = 1;

    private static final int VARINT = 0;
    private static final int LENGTH = 2;

    private final Message graph = new Message();

    OnnxModel() {
        graph.text(2, "lanewise");
    }

    /// A node: what it computes, from which values, to which value.
    OnnxModel node(String operator, String output, String... inputs) {
        Message node = new Message();
        for (String input : inputs) {
            node.text(1, input);
        }
        node.text(2, output).text(3, output).text(4, operator);
        graph.message(1, node);
        return this;
    }

    /// A constant, such as weights.
    OnnxModel constant(String name, float[] values, int... dimensions) {
        Message tensor = new Message();
        for (int dimension : dimensions) {
            tensor.number(1, dimension);
        }
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        tensor.number(2, FLOAT).text(8, name).bytes(9, raw.array());
        graph.message(5, tensor);
        return this;
    }

    OnnxModel input(String name, int... dimensions) {
        graph.message(11, value(name, dimensions));
        return this;
    }

    OnnxModel output(String name, int... dimensions) {
        graph.message(12, value(name, dimensions));
        return this;
    }

    private static Message value(String name, int... dimensions) {
        Message shape = new Message();
        for (int dimension : dimensions) {
            shape.message(1, new Message().number(1, dimension));
        }
        Message tensorType = new Message().number(1, FLOAT).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensorType));
    }

    byte[] toBytes() {
        return new Message().number(1, IR_VERSION)
                .message(8, new Message().number(2, OPERATOR_SET))
                .message(7, graph)
                .toBytes();
    }

    /// A protobuf message under construction.
    private static final class Message {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint((long) field << 3 | VARINT);
            varint(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.toBytes());
        }

        Message bytes(int field, byte[] value) {
            varint((long) field << 3 | LENGTH);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        private void varint(long value) {
            long rest = value;
            while (rest > 0x7F) {
                out.write((int) (rest & 0x7F) | 0x80);
                rest >>>= 7;
            }
            out.write((int) rest);
        }

        byte[] toBytes() {
            return out.toByteArray();
        }
    }
}
