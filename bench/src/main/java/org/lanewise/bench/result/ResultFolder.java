// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lanewise.bench.problem.Cost.Traffic;
import org.lanewise.bench.problem.Family;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Shapes;

/// The results of one machine and JDK, as they lie in a folder: JMH's JSON for each family and `host.json`.
public final class ResultFolder {

    /// The host's description.
    public static final String HOST_FILE = "host.json";
    /// The table that everything else is read from.
    public static final String SUMMARY_FILE = "summary.csv";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path path;
    private final Map<Family, List<Measurement>> measurements = new EnumMap<>(Family.class);
    private final Map<Family, Limits> limits = new EnumMap<>(Family.class);

    private ResultFolder(Path path) {
        this.path = path;
    }

    /// The file with the JMH results of a family.
    public static Path file(Path folder, Family family) {
        return folder.resolve(family.id() + ".json");
    }

    /// All folders with results under `root`, by name.
    static List<ResultFolder> all(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (var folders = Files.list(root)) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve(HOST_FILE)))
                    .sorted()
                    .map(folder -> {
                        try {
                            return read(folder);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }

    /// Reads a folder. Cases that no longer exist are left out.
    static ResultFolder read(Path path) throws IOException {
        ResultFolder folder = new ResultFolder(path);
        for (Family family : Family.values()) {
            folder.measurements.put(family, new ArrayList<>());
            folder.limits.put(family, new Limits());
            Path file = file(path, family);
            if (Files.isRegularFile(file)) {
                for (JsonNode entry : JSON.readTree(file.toFile())) {
                    folder.add(family, entry);
                }
            }
        }
        return folder;
    }

    private void add(Family family, JsonNode entry) {
        String benchmark = entry.path("benchmark").asText();
        String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        JsonNode parameters = entry.path("params");
        String implementation = parameters.path("implementation").asText();
        Score score = Score.of(entry);
        if (benchmark.contains("FmaPeakBenchmark")) {
            limits.get(family).addPeak(implementation, score.best());
        } else if (benchmark.contains("BandwidthBenchmark")) {
            limits.get(family).addBandwidth(implementation, Traffic.valueOf(method.toUpperCase(Locale.ROOT)),
                    parameters.path("workingSet").asInt(), score.best());
        } else {
            Problem problem = Shapes.find(family, parameters.path("shape").asText());
            if (problem != null) {
                measurements.get(family).add(new Measurement(problem, implementation, score.typical(), score.error()));
            }
        }
    }

    /// The folder's own name: machine and JDK.
    String name() {
        return path.getFileName().toString();
    }

    Path path() {
        return path;
    }

    List<Measurement> measurements(Family family) {
        return measurements.get(family);
    }

    /// The result of one implementation for one case, if it was measured.
    Optional<Measurement> find(Problem problem, String implementation) {
        return measurements(problem.family()).stream()
                .filter(one -> one.implementation().equals(implementation) && one.problem().equals(problem))
                .findFirst();
    }

    Limits limits(Family family) {
        return limits.get(family);
    }

    JsonNode host() throws IOException {
        return JSON.readTree(path.resolve(HOST_FILE).toFile());
    }
}
