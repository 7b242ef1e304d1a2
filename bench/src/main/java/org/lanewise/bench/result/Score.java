// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// The primary metric of an entry of a JMH result file, in nanoseconds an operation.
///
/// A machine's other tenants only ever slow an iteration down, so each fork counts with its fastest one; forks differ
/// by themselves, in alignment and compilation, so of these the median counts.
///
/// @param typical the median over the forks of each fork's fastest iteration
/// @param error half the distance between the forks' extremes, or that from the result to the median of all
///     iterations, whichever is more: a run that was disturbed shows it
/// @param best the fastest iteration of all: what a limit is
record Score(double typical, double error, double best) {

    /// Reads it.
    static Score of(JsonNode entry) {
        List<Double> all = new ArrayList<>();
        List<Double> fastest = new ArrayList<>();
        for (JsonNode fork : entry.path("primaryMetric").path("rawData")) {
            List<Double> iterations = new ArrayList<>();
            fork.forEach(iteration -> iterations.add(iteration.asDouble()));
            all.addAll(iterations);
            fastest.add(iterations.stream().min(Double::compare).orElseThrow());
        }
        all.sort(null);
        fastest.sort(null);
        double typical = median(fastest);
        double spread = (fastest.getLast() - fastest.getFirst()) / 2;
        return new Score(typical, Math.max(spread, median(all) - typical), fastest.getFirst());
    }

    private static double median(List<Double> sorted) {
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
