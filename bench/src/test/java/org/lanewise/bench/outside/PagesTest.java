// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.outside;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the pages name is there, and what they say to type is run.
class PagesTest {

    private static final List<Page> PAGES = List.of(Page.of("README.md"), Page.of("CONTRIBUTING.md"));
    private static final String CLAIMS = "| claim | held by |\n|---|---|\n";

    /// What a command may be given besides: how it logs, and a repository that is not the user's.
    private static final List<String> ALWAYS = List.of("-B", "-ntp", "-gs", "$outside/settings.xml",
            "-Dmaven.repo.local=$outside/installed");

    /// What keeps a command that takes long from doing more than it must to show that it works.
    private static final List<String> WHERE_LONG = List.of("-Dbench.options=--help", "-DskipTests");

    @Test
    void everyCommandIsRun() throws IOException {
        List<List<String>> run = Files.readString(Page.ROOT.resolve(".ci/run")).replace("\\\n", "").lines()
                .filter(line -> line.startsWith("mvn ")).map(line -> words(line.replace("\"", ""))).toList();
        for (Page page : PAGES) {
            assertFalse(page.commands().isEmpty(), page.text());
            for (String command : page.commands()) {
                assertTrue(run.stream().anyMatch(line -> runs(line, words(command))),
                        ".ci/run does not run " + command);
            }
        }
    }

    private static List<String> words(String line) {
        return Arrays.asList(line.strip().split("\\s+"));
    }

    private static boolean runs(List<String> line, List<String> command) {
        boolean isLong = command.contains("-Pexhaustive") || command.contains("-Pmutation")
                || command.stream().anyMatch(word -> word.matches("-Pbench(,.*)?")) && !command.contains("-Dquick");
        List<String> rest = new ArrayList<>(line);
        for (String word : command) {
            // A page writes FOLDER, or dots, where a user fills something in.
            String pattern = Arrays.stream(word.split("FOLDER|…", -1)).map(Pattern::quote)
                    .collect(Collectors.joining(".+"));
            if (rest.stream().filter(given -> given.matches(pattern)).findFirst().map(rest::remove).isEmpty()) {
                return false;
            }
        }
        rest.removeAll(ALWAYS);
        return rest.isEmpty() || isLong && WHERE_LONG.containsAll(rest);
    }

    @Test
    void everyClaimIsHeldByTestsThatExist() throws IOException {
        String readme = PAGES.getFirst().text();
        assertTrue(readme.contains(CLAIMS), "the README's table of claims");
        List<String> rows = readme.substring(readme.indexOf(CLAIMS) + CLAIMS.length()).lines()
                .takeWhile(line -> line.startsWith("|")).toList();
        Set<String> tests;
        try (Stream<Path> files = Files.walk(Page.ROOT)) {
            tests = files.map(Path::toString).filter(file -> file.matches(".*/src/test/java/.*Test\\.java"))
                    .map(file -> file.replaceFirst(".*/", "").replace(".java", "")).collect(Collectors.toSet());
        }
        for (String row : rows) {
            List<String> named = Page.code(row.split("\\|")[2]).stream().filter(code -> code.matches("\\w+Test"))
                    .toList();
            assertFalse(named.isEmpty(), "no test holds " + row);
            assertTrue(tests.containsAll(named), named + " are not all among the tests: " + row);
        }
    }
}
