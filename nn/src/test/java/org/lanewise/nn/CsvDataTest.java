// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Examples from files.
class CsvDataTest {

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

    @ParameterizedTest
    @ValueSource(strings = {"1.5f", "1.5F", "2d", "2D", "0x1p3", "NaN", "Infinity", "-Infinity", "1e", "e1", ".", "+",
        "--1", "1,5", "1 5", "\u0663", "1e39", "1e99999999999", "one", " "})
    void aFeatureIsADecimalNumber(String text) {
        malformed("data.csv, line 1, column 1: \"" + text + "\"; expected a finite number",
                "\"" + text + "\",2,0\n", false);
    }

    @Test
    void aFeatureMayHaveSignPointExponentAndBlanks() throws IOException {
        assertArrayEquals(new float[] {1f, -1f, 0.5f, 5f, 4e-3f, 4e3f, 0f, 1e-45f},
                read("+1, -1 ,.5,5.,4E-3,4e+3,1e-400,1e-45,0\n", false).features().data());
    }

    @ParameterizedTest
    @ValueSource(strings = {"+1", "-0", "1.0", "1e0", "\u0661", "99999999999", "3", "", "NaN"})
    void aLabelIsARowOfDigits(String text) {
        malformed("data.csv, line 1, column 3: \"" + text
                + "\"; expected a class, a whole number from 0 to 2", "1,2," + text + "\n", false);
    }

    @Test
    void aLabelMayHaveBlanksAndLeadingZeros() throws IOException {
        assertArrayEquals(new int[] {1, 2}, read("1, 1 \n1,02\n", false).labels());
        String text = "1,9\n1,09\n1,10\n";
        assertArrayEquals(new int[] {9, 9, 10}, CsvData.read("data.csv",
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), false, 11).labels());
    }

    @Test
    void aByteOrderMarkIsSkipped() throws IOException {
        assertArrayEquals(new float[] {1f, 2f}, read("\ufeff1,2,0\n", false).features().data());
        assertArrayEquals(new float[] {1f, 2f}, read("\ufeffa,b,class\n1,2,0\n", true).features().data());
    }

    @Test
    void aLongFieldIsCutInTheMessage() {
        malformed("data.csv, line 1, column 1: \"" + "x".repeat(40)
                + "…\" (5000000 characters); expected a finite number", "x".repeat(5_000_000) + ",2,0\n", false);
        malformed("data.csv, line 1, column 2: \"" + "7".repeat(40)
                + "…\" (41 characters); expected a class, a whole number from 0 to 2", "1," + "7".repeat(41) + "\n",
                false);
        malformed("data.csv, line 1, column 1: \"" + "x".repeat(40) + "\"; expected a finite number",
                "x".repeat(40) + ",2,0\n", false);
    }

    @Test
    void numbersAreNoHeader() throws IOException {
        malformed("data.csv, line 1, column 1: the line holds numbers only; expected the names of the columns; data "
                + "without such a line are read with header = false", "1,2,0\n3,4,1\n", true);
        assertEquals(1, read("1,2,class\n3,4,1\n", true).size(), "one name is enough");
    }

    @Test
    void linesMayHaveAnyNumberOfColumns() throws IOException {
        assertEquals("1×100000", read("7,".repeat(100_000) + "1\n", false).features().shape());
    }

    @Test
    void whatCannotBeReadIsAnIOExceptionThatSaysWhere(@TempDir Path folder) throws IOException {
        IOException broken = new IOException("the disk is gone");
        InputStream in = new InputStream() {
            private int left = 10;

            @Override
            public int read() throws IOException {
                if (left-- > 0) {
                    return '1';
                }
                throw broken;
            }
        };
        IOException thrown = assertThrows(IOException.class, () -> CsvData.read("data.csv", in, false, 3));
        assertEquals("data.csv: the disk is gone", thrown.getMessage());
        assertSame(broken, thrown.getCause());
        assertFalse(thrown instanceof CsvData.MalformedCsvException);

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write("1,2,0\n".repeat(10_000).getBytes(StandardCharsets.UTF_8));
        }
        byte[] whole = bytes.toByteArray();
        for (int length = 0; length < whole.length; length++) {
            Path cut = Files.write(folder.resolve("cut.csv.gz"), Arrays.copyOf(whole, length));
            IOException early = assertThrows(EOFException.class, () -> CsvData.read(cut, false, 3));
            assertTrue(early.getMessage().startsWith(cut + ": "), early.getMessage());
            assertInstanceOf(EOFException.class, early.getCause());
        }
        whole[whole.length / 2] ^= 1;
        Path damaged = Files.write(folder.resolve("damaged.csv.gz"), whole);
        IOException zip = assertThrows(ZipException.class, () -> CsvData.read(damaged, false, 3));
        assertTrue(zip.getMessage().startsWith(damaged + ": "), zip.getMessage());
    }

    @Test
    void theStreamStaysOpen() throws IOException {
        boolean[] closed = new boolean[1];
        CsvData.read("data.csv", new ByteArrayInputStream("1,2,0\n".getBytes(StandardCharsets.UTF_8)) {
            @Override
            public void close() {
                closed[0] = true;
            }
        }, false, 3);
        assertFalse(closed[0]);
        assertThrows(IllegalArgumentException.class,
                () -> CsvData.read("data.csv", InputStream.nullInputStream(), false, 0));
    }
}
