// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.kernels.Matrix;

/// Examples in memory and from files.
class DatasetTest {

    private static Dataset read(String text, boolean header) throws IOException {
        return CsvData.read("data.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), header, 3);
    }

    private static void malformed(String message, String text, boolean header) {
        assertEquals(message,
                assertThrows(CsvData.MalformedCsvException.class, () -> read(text, header)).getMessage());
    }

    @Test
    void readsFeaturesAndLabels() throws IOException {
        Dataset data = read("a,b,class\n1.5,-2,0\n\"3\",4e-3,2\r\n", true);
        assertArrayEquals(new float[] {1.5f, -2f, 3f, 0.004f}, data.features().data());
        assertArrayEquals(new int[] {0, 2}, data.labels());
        assertEquals(3, data.classes());
    }

    @Test
    void readsPlainAndCompressedFiles(@TempDir Path folder) throws IOException {
        byte[] text = "1,2,0\n3,4,1\n".getBytes(StandardCharsets.UTF_8);
        Path plain = Files.write(folder.resolve("plain.csv"), text);
        Path compressed = folder.resolve("compressed.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            out.write(text);
        }
        assertArrayEquals(CsvData.read(plain, false, 2).features().data(),
                CsvData.read(compressed, false, 2).features().data());
        Path broken = Files.write(folder.resolve("broken.csv.gz"), text);
        assertThrows(ZipException.class, () -> CsvData.read(broken, false, 2));
        assertThrows(NoSuchFileException.class, () -> CsvData.read(folder.resolve("none.csv"), false, 2));
    }

    @Test
    void readsTheDataSetsOfTheTests() {
        assertEquals("150×4", TestData.iris().features().shape());
        assertEquals("569×30", TestData.breastCancer().features().shape());
    }

    @Test
    void malformedFilesAreRefusedWithTheirPlace() {
        malformed("data.csv, line 1, column 1: the file ends; expected at least one row of features and a label", "",
                false);
        malformed("data.csv, line 2, column 1: the file ends; expected at least one row of features and a label",
                "a,b,class\n", true);
        malformed("data.csv, line 2, column 2: \"x\"; expected a finite number", "1,2,0\n1,x,0\n", false);
        malformed("data.csv, line 1, column 1: \"NaN\"; expected a finite number", "NaN,2,0\n", false);
        malformed("data.csv, line 1, column 1: \"\"; expected a finite number", ",2,0\n", false);
        malformed("data.csv, line 2, column 3: the line has 2 columns; expected 3 columns, as before",
                "1,2,0\n1,0\n", false);
        malformed("data.csv, line 2, column 4: the line has 4 columns; expected 3 columns, as before",
                "1,2,0\n1,2,3,0\n", false);
        malformed("data.csv, line 1, column 1: the line has one column; expected features and a label", "1\n", false);
        malformed("data.csv: Unexpected character after closing quote: 'x' (0x78) (record starting at line 2); "
                + "expected comma-separated values", "1,2,0\n1,\"2\"x,0\n", false);
        malformed("data.csv, line 2, column 3: the line has 2 columns; expected 3 columns, as before",
                "1,2,0\n1,\"2,0\n", false);
        malformed("data.csv, line 1, column 3: \"3\"; expected a class, a whole number from 0 to 2", "1,2,3\n", false);
        malformed("data.csv, line 1, column 3: \"1.5\"; expected a class, a whole number from 0 to 2", "1,2,1.5\n",
                false);
    }

    @Test
    void aSplitIsStratifiedAndComplete() {
        Dataset iris = TestData.iris();
        Dataset.Split split = iris.split(0.2, 0);
        assertEquals(120, split.training().size());
        int[] counts = new int[3];
        for (int label : split.test().labels()) {
            counts[label]++;
        }
        assertArrayEquals(new int[] {10, 10, 10}, counts);
        double sum = 0;
        for (float value : iris.features().data()) {
            sum += value;
        }
        for (Dataset part : new Dataset[] {split.training(), split.test()}) {
            for (float value : part.features().data()) {
                sum -= value;
            }
        }
        assertEquals(0, sum, 1e-3, "each example is in one part");
        assertArrayEquals(split.test().features().data(), iris.split(0.2, 0).test().features().data());
        assertThrows(IllegalArgumentException.class, () -> iris.split(1, 0));
    }

    @Test
    void badExamplesAreRefused() {
        Matrix features = Matrix.zeros(3, 2);
        assertThrows(IllegalArgumentException.class, () -> Dataset.classification(features, new int[2], 2));
        assertEquals("data set: label 1 is 2; it must be from 0 to 1", assertThrows(IllegalArgumentException.class,
                () -> Dataset.classification(features, new int[] {0, 2, 1}, 2)).getMessage());
        assertThrows(NullPointerException.class, () -> Dataset.classification(null, new int[2], 2));
        assertThrows(IllegalArgumentException.class, () -> Dataset.regression(features, Matrix.zeros(2, 1)));
        Dataset regression = Dataset.regression(features, Matrix.zeros(3, 1));
        assertThrows(IllegalStateException.class, regression::labels);
        assertThrows(IndexOutOfBoundsException.class, () -> regression.select(new int[] {3}));
    }
}
