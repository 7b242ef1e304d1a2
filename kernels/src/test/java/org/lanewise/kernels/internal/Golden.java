// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.lanewise.kernels.Matrix;

/// Expected values computed in float64 by an independent implementation, from the test resources.
public final class Golden {

    private Golden() {
    }

    /// A whole file, such as `gemm.json`.
    public static JsonNode file(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/golden/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no golden file " + name);
            }
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A JSON array of numbers.
    public static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asDouble();
        }
        return values;
    }

    /// A JSON array of exact float values.
    public static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    /// A JSON array of exact float values as a matrix.
    public static Matrix matrix(JsonNode array, int rows, int columns) {
        return Matrix.of(floats(array), rows, columns);
    }

    /// A JSON array of whole numbers.
    public static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }
}
