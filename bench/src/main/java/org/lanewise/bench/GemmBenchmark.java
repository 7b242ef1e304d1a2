// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench;

import org.lanewise.bench.problem.Family;
import org.openjdk.jmh.annotations.Benchmark;

/// Matrix products.
public class GemmBenchmark extends FamilyBenchmark {

    /// For JMH.
    public GemmBenchmark() {
        super(Family.GEMM);
    }

    /// One product.
    @Benchmark
    public void multiply() {
        work();
    }
}
