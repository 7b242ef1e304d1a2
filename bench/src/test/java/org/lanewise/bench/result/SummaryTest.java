// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.bench.limit.FmaPeakBenchmark;
import org.lanewise.bench.problem.Family;

class SummaryTest {

    // n = 64: 2·64³ floating-point operations.
    private static final double FLOPS = 524_288;

    @TempDir
    private Path root;

    @Test
    void hasTheColumnsThatReadersParse() throws IOException {
        Path folder = new Samples().trial("vector", "n=64", 1000).write(root.resolve("a"), Family.GEMM);
        assertEquals("family,case,unit,higher_is_better,ours,error,reference,speedup_over_reference,best_peer,"
                + "best_peer_name,ratio_to_best_peer,limit,fraction_of_limit",
                Files.readAllLines(folder.resolve(ResultFolder.SUMMARY_FILE)).getFirst());
    }

    @Test
    void comparesProductsByThroughput() throws IOException {
        Path folder = new Samples().trial("vector", "n=64", 1000).trial("reference", "n=64", 4000)
                .trial("ejml", "n=64", 3000).trial("openblas", "n=64", 2000)
                .peak(FmaPeakBenchmark.FLOPS / 1000)
                .bandwidth("read", Limits.nearestWorkingSet(3 * 4 * 64 * 64), 1)
                .write(root.resolve("a"), Family.GEMM);
        Row row = Summary.read(folder).getFirst();
        assertEquals(FLOPS / 1000, row.ours(), 0.05);
        assertEquals(0.01 * row.ours(), row.error(), 0.001);
        assertEquals(4, row.speedupOverReference(), 1e-3);
        assertEquals("openblas", row.bestPeerName());
        assertEquals(2, row.ratioToBestPeer(), 1e-3);
        assertEquals(1000, row.limit(), 1e-6);
        assertEquals(0.5243, row.fractionOfLimit(), 1e-4);
    }

    @Test
    void comparesPassesByTime() throws IOException {
        int size = 1 << 14;
        Path folder = new Samples().trial("vector", "relu 16Ki", size).trial("pytorch", "relu 16Ki", 3.0 * size)
                .bandwidth("copy", Limits.nearestWorkingSet(8.0 * size), Limits.nearestWorkingSet(8.0 * size) / 16.0)
                .write(root.resolve("a"), Family.ELEMENTWISE);
        Row row = Summary.read(folder).getFirst();
        assertEquals(1, row.ours(), 1e-6);
        assertEquals(3, row.ratioToBestPeer(), 1e-3);
        assertEquals(0.5, row.limit(), 1e-3);
        assertEquals(0.5, row.fractionOfLimit(), 1e-3);
    }

    @Test
    void leavesEmptyWhatWasNotMeasured() throws IOException {
        Path folder = new Samples().trial("vector", "n=64", 1000).write(root.resolve("a"), Family.GEMM);
        Row row = Summary.read(folder).getFirst();
        assertTrue(Double.isNaN(row.reference()) && Double.isNaN(row.bestPeer()) && Double.isNaN(row.limit()));
        assertEquals("", row.bestPeerName());
    }

    @Test
    void givesConditionsRowsOfTheirOwn() throws IOException {
        Path folder = new Samples().trial("vector", "n=512", 1000).trial("vector-avx2", "n=512", 2000)
                .write(root.resolve("a"), Family.GEMM);
        assertEquals(List.of("n=512", "n=512 [AVX2]"), Summary.read(folder).stream().map(Row::name).toList());
    }

    @Test
    void saysWhichFileIsMissing() {
        IOException error = assertThrows(IOException.class, () -> Summary.read(root.resolve("nowhere")));
        assertTrue(error.getMessage().contains("nowhere") && error.getMessage().contains("summary.csv"),
                error.getMessage());
    }

    @Test
    void saysWhichLineIsMalformed() throws IOException {
        Path folder = new Samples().trial("vector", "n=64", 1000).write(root.resolve("a"), Family.GEMM);
        Path file = folder.resolve(ResultFolder.SUMMARY_FILE);
        Files.writeString(file, Files.readString(file).replace("gemm,", "gem,"));
        IOException error = assertThrows(IOException.class, () -> Summary.read(folder));
        assertTrue(error.getMessage().contains("line 2") && error.getMessage().contains("gem"), error.getMessage());
    }
}
