// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.lanewise.bench.implementation.Implementation;
import org.lanewise.bench.implementation.Implementations;

/// Tries in a JVM of its own whether an implementation can be loaded, so that a crash there is a report here.
public final class Probe {

    private static final String VERSION = "version: ";
    private static final String MISSING = "missing: ";
    private static final int TIMEOUT_SECONDS = 120;

    private Probe() {
    }

    /// What became of an attempt to load an implementation.
    ///
    /// @param loads whether it can run here
    /// @param detail its version, or why it cannot
    record Outcome(boolean loads, String detail) {
    }

    static Outcome of(Implementation implementation, Path jvm) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(jvm.toString()));
        command.addAll(Forks.jvmArguments(implementation));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName(),
                implementation.id()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Outcome(false, "did not answer within " + TIMEOUT_SECONDS + " s");
        }
        for (String line : output.lines().toList()) {
            if (line.startsWith(VERSION)) {
                return new Outcome(true, line.substring(VERSION.length()));
            }
            if (line.startsWith(MISSING)) {
                return new Outcome(false, line.substring(MISSING.length()));
            }
        }
        return new Outcome(false, "its JVM ended with exit code " + process.exitValue());
    }

    /// Loads the implementation named by the argument and prints its version or what is wrong.
    public static void main(String[] arguments) {
        try {
            System.out.println(VERSION + Implementations.of(arguments[0]).version());
        } catch (Exception | LinkageError e) {
            System.out.println(MISSING + e.toString().lines().findFirst().orElse(""));
        }
    }
}
