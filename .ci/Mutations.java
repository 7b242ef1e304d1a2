// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.pitest.mutationtest.commandline.MutationCoverageReport;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/// Changes classes here and there, one change at a time, and fails if there is one that no test notices and nobody has
/// explained: `java Mutations.java <part, or all> <threads>`, in the folder of a module.
///
/// A file of `src/mutation` is a part of the module. It names classes, the tests that are to notice, methods that are
/// left alone, and then the changes that go unnoticed, under a comment that says why: each in the words that this
/// program prints, or all of a kind by a regular expression after a `~`. PIT makes the changes and runs the tests.
public final class Mutations {

    /// Besides what is usual: other constants, and an argument in place of what a call makes of it.
    private static final String MUTATORS = "DEFAULTS,INLINE_CONSTS,EXPERIMENTAL_ARGUMENT_PROPAGATION";

    /// Lines of a part's file that are not changes, with PIT's names for them.
    private static final Map<String, String> OPTIONS = Map.of("classes: ", "--targetClasses", "tests: ",
            "--targetTests", "but not: ", "--excludedMethods");

    /// Begins an explanation of all changes that a regular expression matches.
    private static final String KIND = "~ ";

    private Mutations() {
    }

    public static void main(String[] arguments) throws Exception {
        List<Path> parts;
        try (Stream<Path> files = Files.list(Path.of("src/mutation"))) {
            parts = files.filter(file -> arguments[0].equals("all") || file.endsWith(arguments[0] + ".txt")).sorted()
                    .toList();
        }
        boolean complete = true;
        for (Path part : parts) {
            complete &= isNoticed(part, arguments[1]);
        }
        System.exit(complete ? 0 : 1);
    }

    private static boolean isNoticed(Path part, String threads) throws Exception {
        String name = part.getFileName().toString().replace(".txt", "");
        Path report = Path.of("target/mutation", name);
        List<String> options = new ArrayList<>(List.of("--reportDir", report.toString(), "--sourceDirs",
                "src/main/java", "--mutableCodePaths", Path.of("target/classes").toAbsolutePath().toString(),
                "--mutators", MUTATORS, "--outputFormats", "XML,HTML", "--timestampedReports=false",
                "--timeoutConst", "10000", "--verbosity", "NO_SPINNER", "--threads", threads,
                "--jvmArgs", "--add-modules,jdk.incubator.vector,-XX:+UseSerialGC,-Xmx2g"));
        List<String> explained = new ArrayList<>();
        for (String line : Files.readAllLines(part)) {
            String option = OPTIONS.keySet().stream().filter(line::startsWith).findAny().orElse(null);
            if (option != null) {
                options.addAll(List.of(OPTIONS.get(option), line.substring(option.length())));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                explained.add(line);
            }
        }
        long start = System.nanoTime();
        PrintStream out = System.out;
        Files.createDirectories(report);
        try (PrintStream log = new PrintStream(report.resolve("log.txt").toFile())) {
            System.setOut(log);
            MutationCoverageReport.main(options.toArray(String[]::new));
        } finally {
            System.setOut(out);
        }
        double minutes = (System.nanoTime() - start) / 60e9;

        List<String> made = new ArrayList<>();
        List<String> unnoticed = new ArrayList<>();
        NodeList mutants = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(report.resolve("mutations.xml").toFile()).getElementsByTagName("mutation");
        for (int i = 0; i < mutants.getLength(); i++) {
            Element mutant = (Element) mutants.item(i);
            String line = line(mutant);
            made.add(line);
            if (!Boolean.parseBoolean(mutant.getAttribute("detected"))) {
                unnoticed.add(line);
            }
        }
        List<String> neither = without(unnoticed, explained);
        System.out.printf("%s: %d changes, %d noticed by a test, %d explained, %d neither; %.1f minutes%n", name,
                made.size(), made.size() - unnoticed.size(), unnoticed.size() - neither.size(), neither.size(),
                minutes);
        boolean complete = isEmpty("No test notices these; add one, or say in " + part + " why there is none", neither);
        // One that is explained may be noticed all the same, by its time or in a race.
        List<String> stale = new ArrayList<>(explained);
        for (String line : made) {
            stale.remove(line);
            stale.removeIf(one -> isOfKind(line, one));
        }
        return isEmpty("These are not made any more; delete them from " + part, stale) && complete;
    }

    /// Whether an explanation is one of a kind, and the change is of it.
    private static boolean isOfKind(String change, String explanation) {
        return explanation.startsWith(KIND) && change.matches(explanation.substring(KIND.length()));
    }

    /// The changes that remain when each explanation has taken its own: one, or all of a kind.
    private static List<String> without(List<String> changes, List<String> explained) {
        List<String> rest = new ArrayList<>(changes);
        for (String one : explained) {
            rest.remove(one);
            rest.removeIf(line -> isOfKind(line, one));
        }
        return rest;
    }

    /// What tells a change from others, wherever its line moves.
    private static String line(Element mutant) throws IOException {
        String type = text(mutant, "mutatedClass");
        Path source = source(type.substring(0, type.lastIndexOf('.')).replace('.', '/') + "/"
                + text(mutant, "sourceFile"));
        String change = text(mutant, "description").replaceAll("[\\w/$]+/(?=\\w)", "").replaceAll(" for \\S+$", "");
        return type.substring(type.lastIndexOf('.') + 1) + ": " + change + ": "
                + Files.readAllLines(source).get(Integer.parseInt(text(mutant, "lineNumber")) - 1).strip();
    }

    /// A source file, written or generated.
    private static Path source(String file) throws IOException {
        Path written = Path.of("src/main/java", file);
        if (Files.exists(written)) {
            return written;
        }
        try (Stream<Path> generators = Files.list(Path.of("target/generated-sources/lanewise"))) {
            return generators.map(folder -> folder.resolve(file)).filter(Files::exists).findAny().orElseThrow();
        }
    }

    private static String text(Element mutant, String name) {
        return mutant.getElementsByTagName(name).item(0).getTextContent();
    }

    private static boolean isEmpty(String title, List<String> lines) {
        if (!lines.isEmpty()) {
            System.out.println(title + ":");
            lines.stream().sorted().forEach(System.out::println);
        }
        return lines.isEmpty();
    }
}
