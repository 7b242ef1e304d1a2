// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench;

import org.lanewise.bench.problem.Family;
import org.openjdk.jmh.annotations.Benchmark;

/// Training of a network.
public class TrainingBenchmark extends FamilyBenchmark {

    /// For JMH.
    public TrainingBenchmark() {
        super(Family.TRAINING);
    }

    /// Forward, backward and optimizer step of one batch.
    @Benchmark
    public void step() {
        work();
    }
}
