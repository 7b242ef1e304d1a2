// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench;

import org.lanewise.bench.problem.Family;
import org.openjdk.jmh.annotations.Benchmark;

/// Softmax, cross-entropy and losses.
public class SoftmaxBenchmark extends FamilyBenchmark {

    /// For JMH.
    public SoftmaxBenchmark() {
        super(Family.SOFTMAX);
    }

    /// One pass.
    @Benchmark
    public void pass() {
        work();
    }
}
