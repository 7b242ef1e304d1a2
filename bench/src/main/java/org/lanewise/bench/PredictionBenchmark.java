// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench;

import org.lanewise.bench.problem.Family;
import org.openjdk.jmh.annotations.Benchmark;

/// Predictions of a network.
public class PredictionBenchmark extends FamilyBenchmark {

    /// For JMH.
    public PredictionBenchmark() {
        super(Family.PREDICTION);
    }

    /// One batch.
    @Benchmark
    public void predict() {
        work();
    }
}
