// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.outside;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A Markdown page of this project, taken at its word.
record Page(String text) {

    /// The folder of the whole project.
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern COMMENT = Pattern.compile("\\s+#.*");

    /// A page by its name at the project's root.
    static Page of(String name) {
        try {
            return new Page(Files.readString(ROOT.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The fenced blocks in a language, `""` for those that name none.
    List<String> blocks(String language) {
        return BLOCK.matcher(text).results().filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2)).toList();
    }

    /// The code within running text, each on one line.
    List<String> code() {
        return code(BLOCK.matcher(text).replaceAll(""));
    }

    /// The code within some running text, each on one line.
    static List<String> code(String text) {
        return CODE.matcher(text).results().map((MatchResult code) -> code.group(1).replaceAll("\\s+", " ")).toList();
    }

    /// Every Maven command line, without its comment.
    List<String> commands() {
        List<String> lines = new ArrayList<>(code());
        blocks("").stream().flatMap(String::lines).map(line -> COMMENT.matcher(line).replaceFirst(""))
                .forEach(lines::add);
        return lines.stream().filter(line -> line.startsWith("mvn ")).distinct().toList();
    }
}
