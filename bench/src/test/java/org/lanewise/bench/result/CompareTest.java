// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.bench.problem.Family;
import org.lanewise.bench.result.Comparison.Verdict;
import picocli.CommandLine;

class CompareTest {

    @TempDir
    private Path root;

    private List<Row> gemm(String name, double nanoseconds) throws IOException {
        return Summary.read(new Samples().trial("vector", "n=64", nanoseconds).trial("vector", "n=128", 9000)
                .write(root.resolve(name), Family.GEMM));
    }

    private List<Row> elementwise(String name, double nanoseconds) throws IOException {
        return Summary.read(new Samples().trial("vector", "relu 16Ki", nanoseconds)
                .write(root.resolve(name), Family.ELEMENTWISE));
    }

    private static Verdict first(List<Row> before, List<Row> after) {
        return Comparison.of(before, after).changes().getFirst().verdict();
    }

    @Test
    void flagsASlowedKernelAndOnlyThat() throws IOException {
        Comparison comparison = Comparison.of(gemm("before", 1000), gemm("after", 1200));
        assertTrue(comparison.hasSlower());
        assertEquals(List.of(Verdict.SLOWER, Verdict.SAME),
                comparison.changes().stream().map(Comparison.Change::verdict).toList());
    }

    @Test
    void takesTheDirectionFromTheUnit() throws IOException {
        assertEquals(Verdict.FASTER, first(gemm("a", 1200), gemm("b", 1000)));
        assertEquals(Verdict.SLOWER, first(elementwise("c", 1000), elementwise("d", 1200)));
        assertEquals(Verdict.FASTER, first(elementwise("e", 1200), elementwise("f", 1000)));
    }

    @Test
    void letsChangesWithinTheErrorsPass() throws IOException {
        assertEquals(Verdict.SAME, first(gemm("a", 1000), gemm("b", 1015)));
        assertEquals(Verdict.SAME, first(elementwise("c", 1000), elementwise("d", 1015)));
    }

    @Test
    void namesCasesThatOnlyOneSideHas() throws IOException {
        Comparison comparison = Comparison.of(gemm("a", 1000), elementwise("b", 1000));
        assertEquals(List.of("gemm n=64", "gemm n=128"), comparison.onlyInBaseline());
        assertEquals(List.of("elementwise relu 16Ki"), comparison.onlyInCandidate());
    }

    @Test
    void endsWithOneIfSomethingIsSlower() throws IOException {
        gemm("before", 1000);
        gemm("after", 1200);
        assertEquals(1, compare("before", "after"));
        assertEquals(0, compare("after", "before"));
        assertEquals(0, compare("before", "before"));
    }

    @Test
    void endsWithTwoIfAFolderIsMissing() throws IOException {
        gemm("before", 1000);
        assertEquals(2, compare("before", "nowhere"));
    }

    private int compare(String baseline, String candidate) {
        return new CommandLine(new CompareCommand()).setErr(new PrintWriter(new StringWriter()))
                .execute("--baseline=" + root.resolve(baseline), "--candidate=" + root.resolve(candidate));
    }
}
