// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lanewise.bench.implementation.Implementation;
import org.lanewise.bench.implementation.Implementations;
import org.lanewise.bench.problem.Family;
import org.lanewise.bench.result.ResultFolder;
import org.lanewise.bench.result.Summary;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs benchmarks and writes their results.
@Command(name = "run", mixinStandardHelpOptions = true, description = "Run benchmarks and write their results.")
public final class RunCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    @Option(names = "--family", split = ",", defaultValue = "all", description = "Which families to run.")
    private List<String> families;

    @Option(names = "--implementation", split = ",", description = "Which implementations to run; all that can be "
            + "loaded if not given. Others' results in the folder stay.")
    private List<String> implementations = List.of();

    @Option(names = "--quick", arity = "0..1", fallbackValue = "true", defaultValue = "false",
            description = "Two short forks of the headline cases: at most three minutes a family.")
    private boolean quick;

    @Option(names = "--headline", description = "The headline cases alone, as long as in a full run.")
    private boolean headline;

    @Option(names = "--results", defaultValue = "jmh-results", description = "Where result folders lie.")
    private Path results;

    @Option(names = "--machine", description = "Name of this machine's result folder.")
    private String machine;

    @Option(names = "--note", description = "What a reader should know of this run; stands in the report.")
    private String note;

    @Option(names = "--jvm", description = "The java executable of the forks.")
    private Path jvm = Path.of(System.getProperty("java.home"), "bin", "java");

    @Override
    public Integer call() throws IOException, InterruptedException, RunnerException {
        Settings full = headline ? Settings.FULL.headline() : Settings.FULL;
        Settings settings = quick ? Settings.QUICK : full;
        List<Family> chosen = families.contains("all") ? List.of(Family.values())
                : families.stream().map(Family::of).toList();
        Path folder = results.resolve((machine == null ? Host.folderName() : machine) + (quick ? "-quick" : ""));
        Files.createDirectories(folder);

        Map<String, Probe.Outcome> outcomes = new LinkedHashMap<>();
        List<Implementation> loaded = new ArrayList<>();
        for (Implementation implementation : candidates(settings)) {
            Probe.Outcome outcome = Probe.of(implementation, jvm);
            outcomes.put(implementation.id(), outcome);
            if (outcome.loads()) {
                loaded.add(implementation);
            }
            System.out.printf("%-18s %s%n", implementation.id(),
                    (outcome.loads() ? "" : "MISSING: ") + outcome.detail());
        }

        Map<Family, List<Batch>> plan = new LinkedHashMap<>();
        chosen.forEach(family -> plan.put(family, Plan.of(family, loaded, settings)));
        int trials = settings.forks()
                * plan.values().stream().flatMap(List::stream).mapToInt(Batch::trials).sum();
        double seconds = plan.values().stream().flatMap(List::stream).mapToDouble(settings::seconds).sum();
        Progress progress = new Progress(System.out, trials, seconds);
        Forks forks = new Forks(settings, jvm, progress);
        int failed = 0;
        for (Family family : chosen) {
            // A fork of each trial, then another of each: what the machine's other tenants do lasts for minutes, and
            // forks one after the other would agree with each other and not with the next run.
            Rounds rounds = new Rounds();
            for (int round = 0; round < settings.forks(); round++) {
                for (Batch batch : plan.get(family)) {
                    ArrayNode measured = forks.run(batch);
                    failed += batch.trials() - measured.size();
                    rounds.add(measured);
                }
            }
            ArrayNode entries = kept(folder, family).addAll(rounds.entries());
            Files.writeString(ResultFolder.file(folder, family), JSON.writeValueAsString(entries) + "\n");
            Host.write(folder, outcomes, settings, List.of(family), note);
            Summary.write(folder);
        }
        System.out.println("results: " + folder);
        if (failed > 0) {
            System.out.println(failed + " of " + trials + " trials failed; their output stands above");
        }
        return failed == 0 ? 0 : 1;
    }

    private List<Implementation> candidates(Settings settings) {
        return implementations.isEmpty()
                ? Implementations.all().stream().filter(one -> !Plan.leavesOut(one, settings)).toList()
                : implementations.stream().map(Implementations::of).toList();
    }

    /// Entries of implementations that this run leaves out on purpose; none where it runs all.
    private ArrayNode kept(Path folder, Family family) throws IOException {
        ArrayNode kept = JSON.createArrayNode();
        Path file = ResultFolder.file(folder, family);
        if (!implementations.isEmpty() && Files.isRegularFile(file)) {
            for (JsonNode entry : JSON.readTree(file.toFile())) {
                if (!implementations.contains(entry.path("params").path("implementation").asText())) {
                    kept.add(entry);
                }
            }
        }
        return kept;
    }
}
