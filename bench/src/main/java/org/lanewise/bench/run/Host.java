// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lanewise.bench.implementation.Processor;
import org.lanewise.bench.problem.Family;
import org.lanewise.bench.result.ResultFolder;
import org.lanewise.kernels.Kernels;

/// `host.json`: what a reader must know of the machine and the run to judge the numbers.
final class Host {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");
    private static final Path GOVERNOR = Path.of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");

    private Host() {
    }

    /// A folder name for this machine and JDK.
    static String folderName() {
        String processor = Processor.name().replaceAll("\\((R|TM|r|tm)\\)", "").toLowerCase(Locale.ROOT);
        String name = processor + " " + Processor.cores() + " cores jdk "
                + Runtime.version().feature() + "." + Runtime.version().interim() + "." + Runtime.version().update();
        return name.replaceAll("[^a-z0-9.]+", "-");
    }

    /// Writes the description, keeping what it says of families that were not run.
    static void write(Path folder, Map<String, Probe.Outcome> implementations, Settings settings,
            Iterable<Family> families, String note) throws IOException {
        Path file = folder.resolve(ResultFolder.HOST_FILE);
        ObjectNode host = Files.isRegularFile(file) ? (ObjectNode) JSON.readTree(file.toFile())
                : JSON.createObjectNode();
        host.put("processor", Processor.name());
        host.put("cores", Processor.cores());
        host.set("caches", caches());
        host.put("governor", Files.isReadable(GOVERNOR) ? Files.readString(GOVERNOR).strip() : "not readable");
        host.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        host.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
        host.put("jvm_flags", String.join(" ", Forks.JVM_ARGUMENTS));
        host.put("kernels", Kernels.best().describe());
        ObjectNode versions = host.withObjectProperty("implementations");
        implementations.forEach((id, outcome) ->
                versions.put(id, outcome.loads() ? outcome.detail() : "missing: " + outcome.detail()));
        if (note != null) {
            host.put("note", note);
        }
        for (Family family : families) {
            ObjectNode run = host.withObjectProperty("runs").putObject(family.id());
            run.put("date", LocalDate.now(ZoneOffset.UTC).toString());
            run.put("commit", commit());
            run.put("forks", settings.forks());
            run.put("measurement_iterations", settings.measurements());
            run.put("iteration_milliseconds", settings.milliseconds());
            run.put("headline_cases_only", settings.headlineOnly());
        }
        Files.writeString(file, JSON.writeValueAsString(host) + "\n");
    }

    private static ObjectNode caches() throws IOException {
        ObjectNode caches = JSON.createObjectNode();
        if (Files.isDirectory(CACHES)) {
            try (var indices = Files.newDirectoryStream(CACHES, "index*")) {
                for (Path index : indices) {
                    String type = Files.readString(index.resolve("type")).strip();
                    String name = "L" + Files.readString(index.resolve("level")).strip()
                            + (type.equals("Unified") ? "" : " " + type.toLowerCase(Locale.ROOT));
                    caches.put(name, Files.readString(index.resolve("size")).strip());
                }
            }
        }
        return caches;
    }

    private static String commit() {
        String head = git("rev-parse", "--short=12", "HEAD");
        // Results of other families that are not committed yet are no change of what is measured.
        String changes = git("status", "--porcelain", "--", ":/", ":(top,exclude)jmh-results");
        return head.isEmpty() ? "unknown" : changes.isEmpty() ? head : head + "-dirty";
    }

    /// What a git command prints; nothing where there is no git or no repository.
    private static String git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        try {
            Process git = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException _) {
            return "";
        }
    }
}
