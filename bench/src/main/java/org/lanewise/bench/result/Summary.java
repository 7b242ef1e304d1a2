// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.lanewise.bench.implementation.Lanewise;
import org.lanewise.bench.problem.Cost;
import org.lanewise.bench.problem.Family;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Shapes;

/// `summary.csv`: a line for each case that our SIMD kernels ran, and one for each condition that they ran it under.
public final class Summary {

    static final List<String> COLUMNS = List.of("family", "case", "unit", "higher_is_better", "ours", "error",
            "reference", "speedup_over_reference", "best_peer", "best_peer_name", "ratio_to_best_peer", "limit",
            "fraction_of_limit");

    private Summary() {
    }

    /// Writes the summary of a folder into it.
    public static void write(Path folder) throws IOException {
        try (CsvWriter csv = CsvWriter.builder().build(folder.resolve(ResultFolder.SUMMARY_FILE))) {
            csv.writeRecord(COLUMNS);
            for (Row row : rows(ResultFolder.read(folder))) {
                csv.writeRecord(row.family().id(), row.name(), row.unit().symbol(),
                        Boolean.toString(row.unit().higherIsBetter()), Numbers.plain(row.ours()),
                        Numbers.plain(row.error()), Numbers.plain(row.reference()),
                        Numbers.plain(row.speedupOverReference()), Numbers.plain(row.bestPeer()), row.bestPeerName(),
                        Numbers.plain(row.ratioToBestPeer()), Numbers.plain(row.limit()),
                        Numbers.plain(row.fractionOfLimit()));
            }
        }
    }

    /// Reads the summary in a folder.
    ///
    /// @throws IOException if there is none, or it cannot be read; the message names file and line
    static List<Row> read(Path folder) throws IOException {
        Path file = folder.resolve(ResultFolder.SUMMARY_FILE);
        if (!Files.isRegularFile(file)) {
            throw new IOException(folder + ": there is no " + ResultFolder.SUMMARY_FILE + " in this folder");
        }
        List<Row> rows = new ArrayList<>();
        try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(file)) {
            for (NamedCsvRecord line : csv) {
                try {
                    rows.add(new Row(Family.of(line.getField("family")), line.getField("case"),
                            Numbers.parse(line.getField("ours")), Numbers.parse(line.getField("error")),
                            Numbers.parse(line.getField("reference")), Numbers.parse(line.getField("best_peer")),
                            line.getField("best_peer_name"), Numbers.parse(line.getField("limit"))));
                } catch (IllegalArgumentException | NoSuchElementException e) {
                    throw new IOException(file + ", line " + line.getStartingLineNumber() + ": " + e.getMessage(), e);
                }
            }
        }
        return rows;
    }

    static List<Row> rows(ResultFolder folder) {
        List<Row> rows = new ArrayList<>();
        for (Family family : Family.values()) {
            for (Problem problem : Shapes.of(family)) {
                List<Measurement> all = folder.measurements(family).stream()
                        .filter(measurement -> measurement.problem().equals(problem))
                        .toList();
                find(all, Lanewise.VECTOR).ifPresent(ours -> rows.add(row(ours, all, folder.limits(family))));
            }
            rows.addAll(variants(family, folder));
        }
        return rows;
    }

    private static Row row(Measurement ours, List<Measurement> all, Limits limits) {
        Optional<Measurement> reference = find(all, Lanewise.REFERENCE);
        Optional<Measurement> peer = all.stream()
                .filter(measurement -> !isLanewise(measurement.implementation()))
                .min(Comparator.comparingDouble(Measurement::nanoseconds));
        return new Row(ours.problem().family(), ours.problem().name(), ours.value(), ours.valueError(),
                reference.map(Measurement::value).orElse(Double.NaN),
                peer.map(Measurement::value).orElse(Double.NaN),
                peer.map(Measurement::implementation).orElse(""), limit(ours, Lanewise.VECTOR, limits));
    }

    private static List<Row> variants(Family family, ResultFolder folder) {
        List<Row> rows = new ArrayList<>();
        for (Lanewise variant : Lanewise.values()) {
            for (Measurement measurement : folder.measurements(family)) {
                if (variant.isVariant() && measurement.implementation().equals(variant.id())) {
                    rows.add(new Row(family, measurement.problem().name() + " [" + variant.condition() + "]",
                            measurement.value(), measurement.valueError(), Double.NaN, Double.NaN, "",
                            limit(measurement, variant, folder.limits(family))));
                }
            }
        }
        return rows;
    }

    private static double limit(Measurement measurement, Lanewise implementation, Limits limits) {
        Cost cost = measurement.problem().cost();
        return implementation.limitedBy()
                .map(limiting -> measurement.problem().family().unit()
                        .of(limits.nanoseconds(cost, limiting.id()), cost))
                .orElse(Double.NaN);
    }

    private static Optional<Measurement> find(List<Measurement> all, Lanewise implementation) {
        return all.stream().filter(one -> one.implementation().equals(implementation.id())).findFirst();
    }

    static boolean isLanewise(String implementation) {
        for (Lanewise own : Lanewise.values()) {
            if (own.id().equals(implementation)) {
                return true;
            }
        }
        return false;
    }
}
