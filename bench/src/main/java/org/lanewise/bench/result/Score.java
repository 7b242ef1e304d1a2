// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import com.fasterxml.jackson.databind.JsonNode;

/// The primary metric of an entry of a JMH result file, in nanoseconds an operation.
///
/// @param mean over all iterations of all forks
/// @param error half the width of the interval that compare and report use
/// @param best the fastest iteration: what a limit is, since a machine that did something else does not lower it
record Score(double mean, double error, double best) {

    /// Reads it. JMH's 99.9 % interval takes all iterations for independent; iterations of one fork are not, so the
    /// error is at least half the distance between the forks' extreme means.
    static Score of(JsonNode entry) {
        JsonNode metric = entry.path("primaryMetric");
        double mean = metric.path("score").asDouble();
        JsonNode forks = metric.path("rawData");
        double spread = halfRange(forks);
        double interval = metric.path("scoreError").asDouble(Double.NaN);
        return new Score(mean, Double.isNaN(interval) ? spread : Math.max(interval, spread), smallest(forks));
    }

    private static double smallest(JsonNode forks) {
        double smallest = Double.POSITIVE_INFINITY;
        for (JsonNode fork : forks) {
            for (JsonNode iteration : fork) {
                smallest = Math.min(smallest, iteration.asDouble());
            }
        }
        return smallest;
    }

    private static double halfRange(JsonNode forks) {
        double smallest = Double.POSITIVE_INFINITY;
        double largest = Double.NEGATIVE_INFINITY;
        for (JsonNode fork : forks) {
            double sum = 0;
            for (JsonNode iteration : fork) {
                sum += iteration.asDouble();
            }
            smallest = Math.min(smallest, sum / fork.size());
            largest = Math.max(largest, sum / fork.size());
        }
        return forks.isEmpty() ? 0 : (largest - smallest) / 2;
    }
}
