// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench;

import org.lanewise.bench.problem.Family;
import org.openjdk.jmh.annotations.Benchmark;

/// Optimizers.
public class OptimizersBenchmark extends FamilyBenchmark {

    /// For JMH.
    public OptimizersBenchmark() {
        super(Family.OPTIMIZERS);
    }

    /// One step.
    @Benchmark
    public void step() {
        work();
    }
}
