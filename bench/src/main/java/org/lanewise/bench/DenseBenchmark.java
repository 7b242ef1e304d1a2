// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench;

import org.lanewise.bench.problem.Family;
import org.openjdk.jmh.annotations.Benchmark;

/// Dense layers.
public class DenseBenchmark extends FamilyBenchmark {

    /// For JMH.
    public DenseBenchmark() {
        super(Family.DENSE);
    }

    /// One layer over one batch.
    @Benchmark
    public void forward() {
        work();
    }
}
