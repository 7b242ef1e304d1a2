// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.lanewise.kernels.Matrix;

/// The data sets and networks of the tests.
final class TestData {

    private TestData() {
    }

    static Dataset iris() {
        return standardized(read("iris.csv", 3));
    }

    static Dataset breastCancer() {
        return standardized(read("breast-cancer.csv", 2));
    }

    private static Dataset read(String name, int classes) {
        try (InputStream in = TestData.class.getResourceAsStream("/data/" + name)) {
            return CsvData.read(name, in, true, classes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Shifts and scales each feature to mean 0 and deviation 1, in place.
    private static Dataset standardized(Dataset data) {
        Matrix features = data.features();
        for (int j = 0; j < features.columns(); j++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < features.rows(); i++) {
                sum += features.get(i, j);
                squares += (double) features.get(i, j) * features.get(i, j);
            }
            double mean = sum / features.rows();
            double deviation = StrictMath.sqrt(squares / features.rows() - mean * mean);
            for (int i = 0; i < features.rows(); i++) {
                features.set(i, j, (float) ((features.get(i, j) - mean) / deviation));
            }
        }
        return data;
    }
}
