// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.lanewise.bench.implementation.Lanewise;
import org.lanewise.bench.problem.Cost.Traffic;
import org.lanewise.bench.problem.Family;
import org.lanewise.bench.problem.Shapes;
import org.lanewise.bench.problem.Unit;

/// The section of `REPORT.md` for one result folder.
final class Report {

    static final String HEADER = """
            # Benchmark results

            Written by `mvn -q -Preport` from the result files beside it. Each table is one run: Lanewise,
            its scalar reference, the peers and the machine's limits, measured one after the other, a fork of
            each, and then again. A machine's other tenants only ever slow an iteration down; so each fork
            counts with its fastest iteration, and of the forks the median counts. ± is half the distance
            between the forks, or the distance from the result to the median of all iterations where that is
            more: a disturbed run shows it. A ratio above 1 means that Lanewise is faster. The limit of a
            product is the measured FMA peak of a core or the time to read its operands once, whichever is
            slower; that of a pass is the measured bandwidth at its working set, of a copy or, for
            optimizers, of an update in place. A limit is the fastest iteration of its benchmark. The limit
            of a whole network counts its products and its memory, not its passes. PyTorch runs eight
            operations a call, without autograd, so that only its kernels are timed. Everything runs on one
            thread unless a case says otherwise.
            """;

    private static final double CLOSE = 0.995;

    private final ResultFolder folder;
    private final StringBuilder text = new StringBuilder();

    Report(ResultFolder folder) {
        this.folder = folder;
    }

    String markdown() throws IOException {
        List<Row> rows = Summary.rows(folder);
        line("");
        line("## " + folder.name());
        host();
        verdict(rows);
        for (Family family : Family.values()) {
            List<Row> ofFamily = rows.stream().filter(row -> row.family() == family).toList();
            if (!ofFamily.isEmpty()) {
                family(family, ofFamily);
            }
        }
        return text.toString();
    }

    private void host() throws IOException {
        JsonNode host = folder.host();
        line("");
        line("| | |");
        line("|---|---|");
        for (String key : List.of("processor", "cores", "governor", "os", "jdk", "jvm_flags", "kernels")) {
            line("| " + key.replace('_', ' ') + " | " + host.path(key).asText() + " |");
        }
        if (host.has("note")) {
            line("| note | " + host.path("note").asText() + " |");
        }
        host.path("caches").properties()
                .forEach(cache -> line("| " + cache.getKey() + " cache | " + cache.getValue().asText() + " |"));
        host.path("implementations").properties().stream()
                .filter(one -> !Summary.isLanewise(one.getKey()))
                .forEach(one -> line("| " + one.getKey() + " | " + one.getValue().asText() + " |"));
        limits();
    }

    private void limits() {
        for (Family family : Family.values()) {
            double peak = folder.limits(family).peak(Lanewise.VECTOR.id());
            if (Double.isFinite(peak)) {
                line("| FMA peak in the run of " + family.id() + " | " + Numbers.shown(peak) + " GFLOP/s |");
            }
        }
        for (Traffic traffic : Traffic.values()) {
            Set<Integer> sizes = new TreeSet<>();
            for (Family family : Family.values()) {
                sizes.addAll(folder.limits(family).bandwidths(Lanewise.VECTOR.id(), traffic).keySet());
            }
            for (int size : sizes) {
                double[] found = Arrays.stream(Family.values())
                        .map(family -> folder.limits(family).bandwidths(Lanewise.VECTOR.id(), traffic).get(size))
                        .filter(Objects::nonNull).mapToDouble(Double::doubleValue).sorted().toArray();
                line("| " + traffic.id() + " bandwidth, " + size / 1024 + " KiB | "
                        + Numbers.shown(found[found.length / 2]) + " GB/s |");
            }
        }
    }

    private void verdict(List<Row> rows) {
        List<Row> compared = rows.stream().filter(row -> Double.isFinite(row.bestPeer())).toList();
        List<Row> behind = compared.stream()
                .filter(row -> row.ratioToBestPeer() < CLOSE)
                .sorted(Comparator.comparingDouble(Row::ratioToBestPeer))
                .toList();
        if (compared.isEmpty()) {
            line("");
            line("No peer was measured.");
            return;
        }
        line("");
        line("### Where a peer is faster");
        line("");
        if (behind.isEmpty()) {
            line("In none of the " + compared.size() + " cases that a peer ran.");
            return;
        }
        line("In " + behind.size() + " of the " + compared.size() + " cases that a peer ran:");
        line("");
        line("| case | unit | Lanewise | peer | | ratio |");
        line("|---|---|--:|--:|---|--:|");
        for (Row row : behind) {
            line("| " + row.family().id() + " " + row.name() + " | " + row.unit().symbol() + " | "
                    + Numbers.shown(row.ours()) + " | " + Numbers.shown(row.bestPeer()) + " | " + row.bestPeerName()
                    + " | " + Numbers.shown(row.ratioToBestPeer()) + " |");
        }
    }

    private void family(Family family, List<Row> rows) {
        line("");
        line("### " + family.title());
        if (Charts.of(folder, family).isPresent()) {
            line("");
            line("![" + family.title() + "](" + folder.name() + "/" + Charts.file(folder, family).getFileName() + ")");
        }
        double[] ratios = rows.stream().mapToDouble(Row::ratioToBestPeer).filter(Double::isFinite).toArray();
        if (ratios.length > 0) {
            double mean = Math.exp(Arrays.stream(ratios).map(Math::log).average().orElseThrow());
            line("");
            line(String.format(Locale.ROOT, "Geometric mean of the ratio to the best peer over %d cases: %.2f.",
                    ratios.length, mean));
        }
        line("");
        String derived = switch (family.unit()) {
            case GFLOPS -> "";
            case NANOSECONDS_PER_ELEMENT -> " GB/s |";
            case MICROSECONDS -> " samples/s |";
        };
        line("| case | " + family.unit().symbol() + " | ± |" + derived + " limit | of it | × reference | best peer | |"
                + " ratio |");
        line("|---|--:|--:|" + (derived.isEmpty() ? "" : "--:|") + "--:|--:|--:|--:|---|--:|");
        for (Row row : rows) {
            line("| " + row.name() + " | " + Numbers.shown(row.ours()) + " | " + Numbers.shown(row.error()) + " | "
                    + derived(row) + Numbers.shown(row.limit()) + " | " + percent(row.fractionOfLimit()) + " | "
                    + Numbers.shown(row.speedupOverReference()) + " | " + Numbers.shown(row.bestPeer()) + " | "
                    + row.bestPeerName() + " | " + Numbers.shown(row.ratioToBestPeer()) + " |");
        }
        peers(family);
    }

    private String derived(Row row) {
        int condition = row.name().indexOf(" [");
        var cost = Shapes.find(row.family(), condition < 0 ? row.name() : row.name().substring(0, condition)).cost();
        return switch (row.unit()) {
            case GFLOPS -> "";
            case NANOSECONDS_PER_ELEMENT -> Numbers.shown(cost.bytes() / cost.elements() / row.ours()) + " | ";
            case MICROSECONDS -> String.format(Locale.ROOT, "%.0f | ", cost.elements() / row.ours() * 1e6);
        };
    }

    /// All implementations side by side.
    private void peers(Family family) {
        List<Measurement> all = folder.measurements(family);
        Set<String> names = new LinkedHashSet<>();
        all.stream().map(Measurement::implementation)
                .filter(name -> !Summary.isLanewise(name) || !name.startsWith("vector-"))
                .forEach(names::add);
        if (names.size() < 3) {
            return;
        }
        line("");
        line("Every implementation, in " + family.unit().symbol()
                + (family.unit() == Unit.GFLOPS ? "" : " (less is better)") + ":");
        line("");
        line("| case | " + String.join(" | ", names) + " |");
        line("|---|" + "--:|".repeat(names.size()));
        for (var problem : Shapes.of(family)) {
            List<String> cells = new ArrayList<>();
            for (String name : names) {
                cells.add(folder.find(problem, name).map(one -> Numbers.shown(one.value())).orElse("–"));
            }
            if (cells.stream().filter(cell -> !cell.equals("–")).count() > 2) {
                line("| " + problem.name() + " | " + String.join(" | ", cells) + " |");
            }
        }
    }

    private static String percent(double fraction) {
        return Double.isFinite(fraction) ? Math.round(100 * fraction) + " %" : "–";
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
