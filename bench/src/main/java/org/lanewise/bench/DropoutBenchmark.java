// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench;

import org.lanewise.bench.problem.Family;
import org.openjdk.jmh.annotations.Benchmark;

/// Dropout.
public class DropoutBenchmark extends FamilyBenchmark {

    /// For JMH.
    public DropoutBenchmark() {
        super(Family.DROPOUT);
    }

    /// One pass.
    @Benchmark
    public void apply() {
        work();
    }
}
