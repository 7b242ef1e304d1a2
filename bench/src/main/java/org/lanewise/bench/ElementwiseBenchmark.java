// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench;

import org.lanewise.bench.problem.Family;
import org.openjdk.jmh.annotations.Benchmark;

/// Activations and elementary functions.
public class ElementwiseBenchmark extends FamilyBenchmark {

    /// For JMH.
    public ElementwiseBenchmark() {
        super(Family.ELEMENTWISE);
    }

    /// One pass.
    @Benchmark
    public void pass() {
        work();
    }
}
