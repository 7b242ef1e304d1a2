// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.lanewise.bench.implementation.Implementation;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// Runs batches in JVMs of their own, by JMH.
final class Forks {

    /// Flags of every fork: one collector thread, a fixed heap, the vector module.
    static final List<String> JVM_ARGUMENTS = List.of("--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xms3g", "-Xmx3g");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Settings settings;
    private final Path jvm;
    private final Progress progress;

    Forks(Settings settings, Path jvm, Progress progress) {
        this.settings = settings;
        this.jvm = jvm;
        this.progress = progress;
    }

    static List<String> jvmArguments(Implementation implementation) {
        List<String> all = new ArrayList<>(JVM_ARGUMENTS);
        all.addAll(implementation.jvmArguments());
        return all;
    }

    /// JMH's entries for one fork of each trial of a batch, if it succeeded.
    ArrayNode run(Batch batch) throws IOException, RunnerException {
        Path file = Files.createTempFile("lanewise-bench", ".json");
        try {
            ChainedOptionsBuilder options = new OptionsBuilder()
                    .include("^" + Pattern.quote(batch.benchmark()) + "(\\.|$)")
                    .param("implementation", batch.implementation().id())
                    .forks(1)
                    .operationsPerInvocation(batch.repetitions())
                    .warmupIterations(settings.warmups(batch))
                    .warmupTime(TimeValue.milliseconds(settings.milliseconds()))
                    .measurementIterations(settings.measurements())
                    .measurementTime(TimeValue.milliseconds(settings.milliseconds()))
                    .timeout(new TimeValue(2, TimeUnit.MINUTES))
                    .jvm(jvm.toString())
                    .jvmArgs(jvmArguments(batch.implementation()).toArray(String[]::new))
                    .shouldFailOnError(false)
                    .resultFormat(ResultFormatType.JSON)
                    .result(file.toString());
            batch.parameters().forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
            new Runner(options.build(), progress).run();
            return Files.size(file) == 0 ? JSON.createArrayNode() : withoutPaths(JSON.readTree(file.toFile()));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /// Where the JVM is installed is nobody's business who reads committed results.
    private static ArrayNode withoutPaths(JsonNode results) {
        for (JsonNode entry : results) {
            ((ObjectNode) entry).put("jvm", "java");
        }
        return (ArrayNode) results;
    }
}
