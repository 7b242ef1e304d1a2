// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.start;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Shows what the first requests of a service take on each kind of kernels, each time in a JVM of its own.
@Command(name = "start", mixinStandardHelpOptions = true,
        description = "Show what the first predictions in a fresh JVM take: reference, SIMD, tiered.")
public final class StartCommand implements Callable<Integer> {

    @Option(names = "--forks", defaultValue = "5", description = "JVMs of each kind; the medians are shown.")
    private int forks;

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.out.printf("µs        %s%n", String.join("  ", Arrays.stream(FirstRequests.COLUMNS)
                .map(column -> String.format("%13s", column)).toList()));
        for (String kernels : List.of("reference", "vector", "tiered")) {
            double[][] runs = new double[forks][];
            for (int fork = 0; fork < forks; fork++) {
                runs[fork] = run(kernels);
            }
            System.out.printf("%-9s", kernels);
            for (int column = 0; column < FirstRequests.COLUMNS.length; column++) {
                int at = column;
                double[] values = Arrays.stream(runs).mapToDouble(run -> run[at]).sorted().toArray();
                System.out.printf(Locale.ROOT, "  %13.1f", values[forks / 2]);
            }
            System.out.println();
        }
        return 0;
    }

    private static double[] run(String kernels) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", "-cp", System.getProperty("java.class.path"),
                FirstRequests.class.getName(), kernels).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(kernels + ": its JVM ended with exit code " + process.exitValue());
        }
        return Arrays.stream(output.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
    }
}
