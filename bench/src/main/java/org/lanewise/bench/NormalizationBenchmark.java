// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench;

import org.lanewise.bench.problem.Family;
import org.openjdk.jmh.annotations.Benchmark;

/// Batch and layer norm.
public class NormalizationBenchmark extends FamilyBenchmark {

    /// For JMH.
    public NormalizationBenchmark() {
        super(Family.NORMALIZATION);
    }

    /// One pass, or one forward and one backward.
    @Benchmark
    public void pass() {
        work();
    }
}
