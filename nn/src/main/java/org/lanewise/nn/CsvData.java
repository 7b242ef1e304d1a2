// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.lanewise.kernels.Matrix;

/// Reads labelled examples from comma-separated values: features first, the class as a whole number last.
public final class CsvData {

    private CsvData() {
    }

    /// A file that does not hold what it should; the message names file, line, column and what was expected.
    public static final class MalformedCsvException extends IOException {

        private static final long serialVersionUID = 1L;

        MalformedCsvException(String message) {
            this(message, null);
        }

        MalformedCsvException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// Reads a file; one whose name ends in `.gz` is decompressed.
    ///
    /// @param file the file
    /// @param header whether the first line names the columns
    /// @param classes number of classes: labels are from 0 to classes − 1
    /// @throws IOException if the file cannot be read
    /// @throws MalformedCsvException if it is empty or malformed
    public static Dataset read(Path file, boolean header, int classes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.getFileName().toString(), in, header, classes);
        }
    }

    /// Reads a stream.
    ///
    /// @param name what messages call the stream; one that ends in `.gz` is decompressed
    /// @param in the bytes, UTF-8; stays open
    /// @param header whether the first line names the columns
    /// @param classes number of classes: labels are from 0 to classes − 1
    /// @throws IOException if the stream cannot be read
    /// @throws MalformedCsvException if it is empty or malformed
    public static Dataset read(String name, InputStream in, boolean header, int classes) throws IOException {
        Objects.requireNonNull(in, "CSV: stream is null");
        InputStream plain = name.endsWith(".gz") ? new GZIPInputStream(in) : in;
        // Not closed: that would close the caller's stream.
        CsvReader<CsvRecord> reader =
                CsvReader.builder().missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .ofCsvRecord(new InputStreamReader(plain, StandardCharsets.UTF_8));
        try {
            return new Parser(name, classes).parse(reader.iterator(), header);
        } catch (CsvParseException e) {
            throw new MalformedCsvException(name + ": " + e.getMessage() + "; expected comma-separated values", e);
        }
    }

    private record Parser(String name, int classes) {

        Dataset parse(Iterator<CsvRecord> records, boolean header) throws MalformedCsvException {
            if (header && records.hasNext()) {
                records.next();
            }
            List<float[]> rows = new ArrayList<>();
            List<Integer> labels = new ArrayList<>();
            int columns = 0;
            while (records.hasNext()) {
                CsvRecord line = records.next();
                if (columns == 0) {
                    columns = line.getFieldCount();
                    if (columns < 2) {
                        throw malformed(line, 1, "the line has one column", "features and a label");
                    }
                } else if (line.getFieldCount() != columns) {
                    throw malformed(line, Math.min(line.getFieldCount(), columns) + 1,
                            "the line has " + line.getFieldCount() + " columns", columns + " columns, as before");
                }
                float[] row = new float[columns - 1];
                for (int j = 0; j < row.length; j++) {
                    row[j] = number(line, j);
                }
                rows.add(row);
                labels.add(label(line, columns - 1));
            }
            if (rows.isEmpty()) {
                throw new MalformedCsvException(name + ", line " + (header ? 2 : 1)
                        + ", column 1: the file ends; expected at least one row of features and a label");
            }
            Matrix features = Matrix.zeros(rows.size(), columns - 1);
            for (int i = 0; i < rows.size(); i++) {
                System.arraycopy(rows.get(i), 0, features.data(), features.index(i, 0), columns - 1);
            }
            return Dataset.classification(features, labels.stream().mapToInt(Integer::intValue).toArray(), classes);
        }

        private float number(CsvRecord line, int column) throws MalformedCsvException {
            String text = line.getField(column);
            try {
                float value = Float.parseFloat(text);
                if (Float.isFinite(value)) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Falls through to the message below, which says where.
            }
            throw malformed(line, column + 1, "\"" + text + "\"", "a finite number");
        }

        private int label(CsvRecord line, int column) throws MalformedCsvException {
            String text = line.getField(column);
            try {
                int value = Integer.parseInt(text.strip());
                if (value >= 0 && value < classes) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Falls through to the message below, which says where.
            }
            throw malformed(line, column + 1, "\"" + text + "\"",
                    "a class, a whole number from 0 to " + (classes - 1));
        }

        private MalformedCsvException malformed(CsvRecord line, int column, String found, String expected) {
            return new MalformedCsvException(name + ", line " + line.getStartingLineNumber() + ", column " + column
                    + ": " + found + "; expected " + expected);
        }
    }
}
