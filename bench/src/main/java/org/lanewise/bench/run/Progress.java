// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.run;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/// One line a trial, with the time that is left; what JMH and its forks print is kept for the case of a failure.
final class Progress implements OutputFormat {

    private final PrintStream out;
    private final int trials;
    private final double plannedSeconds;
    private final long start = System.nanoTime();
    private final StringBuilder log = new StringBuilder();
    private int done;
    private String label = "";

    Progress(PrintStream out, int trials, double plannedSeconds) {
        this.out = out;
        this.trials = trials;
        this.plannedSeconds = plannedSeconds;
    }

    @Override
    public void startBenchmark(BenchmarkParams parameters) {
        done++;
        log.setLength(0);
        StringBuilder text = new StringBuilder(simpleName(parameters.getBenchmark()));
        for (String key : parameters.getParamsKeys()) {
            text.append("  ").append(parameters.getParam(key));
        }
        label = text.toString();
    }

    @Override
    public void endBenchmark(BenchmarkResult result) {
        String outcome = "FAILED";
        if (result != null) {
            Result<?> primary = result.getPrimaryResult();
            outcome = String.format(Locale.ROOT, "%,.1f ± %,.1f ns", primary.getScore(), primary.getScoreError());
        }
        out.printf(Locale.ROOT, "[%d/%d] %s  %s  (%s left)%n", done, trials, label, outcome, timeLeft());
        if (result == null) {
            out.println(log);
        }
    }

    /// What is planned, corrected by how the trials so far kept to the plan.
    private String timeLeft() {
        double elapsed = (System.nanoTime() - start) / 1e9;
        double share = (double) done / trials;
        double left = (1 - share) * (plannedSeconds * (1 - share) + elapsed);
        Duration duration = Duration.ofSeconds(Math.round(left));
        return duration.toMinutes() > 0 ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s"
                : duration.toSeconds() + " s";
    }

    private static String simpleName(String benchmark) {
        int method = benchmark.lastIndexOf('.');
        return benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1).replace("Benchmark", "");
    }

    @Override
    public void print(String text) {
        log.append(text);
    }

    @Override
    public void println(String text) {
        if (text.startsWith("Forking using command")) {
            return;
        }
        log.append(text).append(System.lineSeparator());
    }

    @Override
    public void verbosePrintln(String text) {
        println(text);
    }

    @Override
    public void write(int value) {
        log.append((char) value);
    }

    @Override
    public void write(byte[] bytes) {
        log.append(new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public void iteration(BenchmarkParams parameters, IterationParams iteration, int number) {
        // One line a trial is enough.
    }

    @Override
    public void iterationResult(BenchmarkParams parameters, IterationParams iteration, int number,
            IterationResult result) {
        // One line a trial is enough.
    }

    @Override
    public void startRun() {
        // Every batch is a run of JMH; the whole is what counts here.
    }

    @Override
    public void endRun(Collection<RunResult> results) {
        // Every batch is a run of JMH; the whole is what counts here.
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        // The stream is the caller's.
    }
}
