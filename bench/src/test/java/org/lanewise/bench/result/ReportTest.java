// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.bench.problem.Family;
import picocli.CommandLine;

class ReportTest {

    @TempDir
    private Path root;

    private String report() throws IOException {
        assertEquals(0, new CommandLine(new ReportCommand()).execute("--results=" + root));
        return Files.readString(root.resolve("REPORT.md"));
    }

    @Test
    void saysPlainlyWhereAPeerIsFaster() throws IOException {
        new Samples().trial("vector", "n=64", 1000).trial("openblas", "n=64", 800).trial("vector", "n=128", 9000)
                .trial("openblas", "n=128", 9900).write(root.resolve("machine"), Family.GEMM);
        String report = report();
        String verdict = report.substring(report.indexOf("### Where a peer is faster"),
                report.indexOf("### " + Family.GEMM.title()));
        assertTrue(verdict.contains("In 1 of the 2 cases"), verdict);
        assertTrue(verdict.contains("gemm n=64") && verdict.contains("openblas"), verdict);
        assertFalse(verdict.contains("n=128"), verdict);
    }

    @Test
    void namesPeersThatCouldNotBeLoaded() throws IOException {
        new Samples().trial("vector", "n=64", 1000).write(root.resolve("machine"), Family.GEMM);
        assertTrue(report().contains("| ejml | missing: not there |"));
    }

    @Test
    void drawsChartsWithoutABackground() throws IOException {
        Path folder = root.resolve("machine");
        new Samples().trial("vector", "n=64", 1000).trial("openblas", "n=64", 800).trial("vector", "n=128", 9000)
                .peak(5000).write(folder, Family.GEMM);
        String report = report();
        assertTrue(report.contains("(machine/gemm.svg)"), report);
        String chart = Files.readString(folder.resolve("gemm.svg"));
        assertTrue(chart.contains("Lanewise") && chart.contains("openblas"), chart);
        assertTrue(chart.contains(">FMA peak"), "the limit is drawn");
        assertFalse(chart.contains("white") || chart.contains("#fff"), "no white background");
    }

    @Test
    void leavesQuickRunsOut() throws IOException {
        new Samples().trial("vector", "n=64", 1000).write(root.resolve("machine-quick"), Family.GEMM);
        assertEquals(1, new CommandLine(new ReportCommand()).execute("--results=" + root));
    }
}
