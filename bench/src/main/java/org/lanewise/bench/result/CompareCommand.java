// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Compares our results in two folders.
@Command(name = "compare", mixinStandardHelpOptions = true, exitCodeOnExecutionException = 2,
        description = "Compare our results in two result folders. Ends with 1 if a case has become slower by more than "
                + "both errors.")
public final class CompareCommand implements Callable<Integer> {

    @Option(names = "--baseline", required = true, description = "The folder with the results to compare with.")
    private Path baseline;

    @Option(names = "--candidate", required = true, description = "The folder with the results to judge.")
    private Path candidate;

    @Override
    public Integer call() throws IOException {
        List<Row> before = Summary.read(baseline);
        List<Row> after = Summary.read(candidate);
        Comparison comparison = Comparison.of(before, after);
        comparison.lines().forEach(System.out::println);
        return comparison.hasSlower() ? 1 : 0;
    }
}
