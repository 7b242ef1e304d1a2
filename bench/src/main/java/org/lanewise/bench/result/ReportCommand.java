// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Writes `REPORT.md` and its charts from all result folders.
@Command(name = "report", mixinStandardHelpOptions = true,
        description = "Write REPORT.md with tables and charts from all result folders.")
public final class ReportCommand implements Callable<Integer> {

    private static final String QUICK = "-quick";

    @Option(names = "--results", defaultValue = "jmh-results", description = "Where result folders lie.")
    private Path results;

    @Override
    public Integer call() throws IOException {
        List<ResultFolder> folders = ResultFolder.all(results).stream()
                .filter(folder -> !folder.name().endsWith(QUICK))
                .toList();
        if (folders.isEmpty()) {
            System.out.println("no results in " + results + "; run the benchmarks first");
            return 1;
        }
        StringBuilder report = new StringBuilder(Report.HEADER);
        for (ResultFolder folder : folders) {
            Summary.write(folder.path());
            report.append(new Report(folder).markdown());
            Charts.write(folder);
        }
        Path file = results.resolve("REPORT.md");
        Files.writeString(file, report);
        System.out.println("report: " + file);
        return 0;
    }
}
