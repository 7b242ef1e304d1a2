// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.lanewise.bench.problem.Family;

/// Result folders as JMH would have filled them, with chosen times.
final class Samples {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double ERROR = 0.01;

    private final ArrayNode entries = JSON.createArrayNode();

    /// A trial of a family's benchmark: time in nanoseconds, an error of one percent.
    Samples trial(String implementation, String shape, double nanoseconds) {
        return entry("org.lanewise.bench.GemmBenchmark.multiply", nanoseconds,
                Map.of("implementation", implementation, "shape", shape));
    }

    Samples peak(double nanoseconds) {
        return entry("org.lanewise.bench.limit.FmaPeakBenchmark.fma", nanoseconds, Map.of("implementation", "vector"));
    }

    Samples bandwidth(String method, int workingSet, double nanoseconds) {
        return entry("org.lanewise.bench.limit.BandwidthBenchmark." + method, nanoseconds,
                Map.of("implementation", "vector", "workingSet", Integer.toString(workingSet)));
    }

    private Samples entry(String benchmark, double nanoseconds, Map<String, String> parameters) {
        ObjectNode entry = entries.addObject();
        entry.put("benchmark", benchmark);
        parameters.forEach(entry.putObject("params")::put);
        ObjectNode metric = entry.putObject("primaryMetric");
        metric.put("score", nanoseconds);
        ArrayNode raw = metric.putArray("rawData");
        raw.addArray().add(nanoseconds).add(nanoseconds * (1 + 2 * ERROR));
        raw.addArray().add(nanoseconds).add(nanoseconds * (1 + 2 * ERROR));
        return this;
    }

    /// Writes the entries as the results of a family, with a host.
    Path write(Path folder, Family family) throws IOException {
        Files.createDirectories(folder);
        JSON.writeValue(ResultFolder.file(folder, family).toFile(), entries);
        ObjectNode host = JSON.createObjectNode();
        host.put("processor", "a processor");
        host.putObject("implementations").put("ejml", "missing: not there").put("vector", "SIMD");
        JSON.writeValue(folder.resolve(ResultFolder.HOST_FILE).toFile(), host);
        Summary.write(folder);
        return folder;
    }
}
