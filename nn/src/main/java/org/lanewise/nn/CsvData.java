// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.check.Checks;

/// Reads labelled examples from comma-separated values: features first, the class as a whole number last.
///
/// The text is UTF-8, with or without a byte order mark. Lines may have any number of columns, fields up to 16 million
/// characters. A feature is a decimal number, with or without sign, point and exponent: `-1`, `.5`, `4e-3`. A label is
/// a row of decimal digits, without sign and point: `1`, but not `+1` or `1.0`. Blanks around either are ignored. Other
/// forms that Java accepts as numbers (`1.5f`, `0x1p3`, `NaN`, `Infinity`) are refused, and so is a number beyond the
/// range of a float.
public final class CsvData {

    /// Characters of a field that a message quotes.
    private static final int SHOWN = 40;

    private CsvData() {
    }

    /// A malformed file; the message names file, line, column and what was expected.
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
    /// @param classes number of classes, at least 1: labels are from 0 to classes − 1
    /// @throws NullPointerException if `file` is null
    /// @throws IllegalArgumentException if `classes` is below 1
    /// @throws IOException if the file cannot be read or decompressed
    /// @throws MalformedCsvException if it is empty or malformed, or its header consists of numbers
    public static Dataset read(Path file, boolean header, int classes) throws IOException {
        Objects.requireNonNull(file, "CSV: file is null");
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in, header, classes);
        }
    }

    /// Reads a stream.
    ///
    /// @param name the stream's name in messages; one that ends in `.gz` is decompressed
    /// @param in the bytes; stays open
    /// @param header whether the first line names the columns
    /// @param classes number of classes, at least 1: labels are from 0 to classes − 1
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if `classes` is below 1
    /// @throws IOException if the stream cannot be read or decompressed
    /// @throws MalformedCsvException if it is empty or malformed, or its header consists of numbers
    public static Dataset read(String name, InputStream in, boolean header, int classes) throws IOException {
        Objects.requireNonNull(name, "CSV: name is null");
        Objects.requireNonNull(in, "CSV: in is null");
        Checks.parameter("CSV", "classes", classes, classes > 0, "must be at least 1");
        try {
            InputStream plain = name.endsWith(".gz") ? new GZIPInputStream(in) : in;
            // Not closed, for that would close the caller's stream.
            CsvReader<CsvRecord> reader = CsvReader.builder().detectBomHeader(true)
                    .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .build(CsvRecordHandler.of(handler -> handler.maxFields(Integer.MAX_VALUE)
                            .maxRecordSize(Integer.MAX_VALUE)), plain, StandardCharsets.UTF_8);
            return new Parser(name, classes).parse(reader.iterator(), header);
        } catch (CsvParseException e) {
            throw new MalformedCsvException(name + ": " + e.getMessage() + "; expected comma-separated values", e);
        } catch (MalformedCsvException e) {
            throw e;
        } catch (UncheckedIOException e) {
            throw named(name, e.getCause());
        } catch (IOException e) {
            throw named(name, e);
        }
    }

    /// The same failure with the name of what was read; those of damaged compressed data keep their kind.
    private static IOException named(String name, IOException e) {
        String message = name + ": " + (e.getMessage() == null ? "the data end early" : e.getMessage());
        IOException named = switch (e) {
            case ZipException _ -> new ZipException(message);
            case EOFException _ -> new EOFException(message);
            default -> new IOException(message);
        };
        named.initCause(e);
        return named;
    }

    private record Parser(String name, int classes) {

        Dataset parse(Iterator<CsvRecord> records, boolean header) throws MalformedCsvException {
            if (header && records.hasNext()) {
                checkHeader(records.next());
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

        private void checkHeader(CsvRecord line) throws MalformedCsvException {
            if (line.getFields().stream().allMatch(field -> Float.isFinite(number(field)))) {
                throw malformed(line, 1, "the line holds numbers only",
                        "the names of the columns; data without such a line are read with header = false");
            }
        }

        private float number(CsvRecord line, int column) throws MalformedCsvException {
            float value = number(line.getField(column));
            if (!Float.isFinite(value)) {
                throw malformed(line, column + 1, quoted(line.getField(column)), "a finite number");
            }
            return value;
        }

        /// The value of a decimal number; NaN for any other text, even if [Float#parseFloat] accepts it.
        private static float number(String field) {
            String text = field.strip();
            for (int i = 0; i < text.length(); i++) {
                if ("+-.0123456789eE".indexOf(text.charAt(i)) < 0) {
                    return Float.NaN;
                }
            }
            try {
                return Float.parseFloat(text);
            } catch (NumberFormatException e) {
                return Float.NaN;
            }
        }

        private int label(CsvRecord line, int column) throws MalformedCsvException {
            String text = line.getField(column).strip();
            try {
                if (text.chars().allMatch(character -> character >= '0' && character <= '9')) {
                    int value = Integer.parseInt(text);
                    if (value < classes) {
                        return value;
                    }
                }
            } catch (NumberFormatException e) {
                // Falls through to the message below, which says where.
            }
            throw malformed(line, column + 1, quoted(line.getField(column)),
                    "a class, a whole number from 0 to " + (classes - 1));
        }

        private static String quoted(String field) {
            return field.length() <= SHOWN ? "\"" + field + "\""
                    : "\"" + field.substring(0, SHOWN) + "…\" (" + field.length() + " characters)";
        }

        private MalformedCsvException malformed(CsvRecord line, int column, String found, String expected) {
            return new MalformedCsvException(name + ", line " + line.getStartingLineNumber() + ", column " + column
                    + ": " + found + "; expected " + expected);
        }
    }
}
