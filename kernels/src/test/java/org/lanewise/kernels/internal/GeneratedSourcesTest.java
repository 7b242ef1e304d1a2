// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What the build generates reads as it is kept under version control: a sample of each generator's work. Whoever
/// changes a generator on purpose copies the new text from `target/generated-sources`.
@Tag("no-simd")
class GeneratedSourcesTest {

    private static final Path SAMPLES = Path.of("src/test/resources/generated");
    private static final Path GENERATED = Path.of("target/generated-sources/lanewise");

    private static String generated(String type) throws IOException {
        for (String generator : List.of("tiles", "elementwise", "decorators")) {
            try (Stream<Path> files = Files.walk(GENERATED.resolve(generator))) {
                Path found = files.filter(file -> file.getFileName().toString().equals(type + ".java")).findAny()
                        .orElse(null);
                if (found != null) {
                    return Files.readString(found);
                }
            }
        }
        throw new AssertionError("nobody generates " + type);
    }

    private static List<Path> samples() {
        try (Stream<Path> files = Files.list(SAMPLES)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void samplesOfGeneratedClassesAreWhatTheBuildMakes() throws IOException {
        assertEquals(8, samples().size(), "samples");
        for (Path sample : samples()) {
            String[] name = sample.getFileName().toString().replace(".txt", "").split("-");
            String expected = Files.readString(sample);
            String actual = generated(name[0]);
            if (name.length == 1) {
                assertEquals(expected, actual, name[0]);
            } else {
                assertTrue(actual.contains(expected), name[0] + " has no longer the method of " + sample);
            }
        }
    }
}
