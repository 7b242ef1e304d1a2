// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.implementation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What Linux says of the processor; elsewhere nothing.
public final class Processor {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final List<String> LINES = lines();

    private Processor() {
    }

    /// The marketing name, or the architecture's where that is all there is.
    public static String name() {
        return value("model name").orElse(System.getProperty("os.arch"));
    }

    /// How many there are, whether or not this process may use them all.
    public static int cores() {
        long listed = LINES.stream().filter(line -> line.startsWith("processor")).count();
        return listed == 0 ? Runtime.getRuntime().availableProcessors() : (int) listed;
    }

    /// Whether the first processor has a feature, named as in `/proc/cpuinfo`.
    public static boolean has(String flag) {
        return List.of(value("flags").orElse("").split(" ")).contains(flag);
    }

    private static Optional<String> value(String key) {
        return LINES.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    private static List<String> lines() {
        try {
            return Files.isReadable(CPU_INFO) ? Files.readAllLines(CPU_INFO) : List.of();
        } catch (IOException _) {
            return List.of();
        }
    }
}
