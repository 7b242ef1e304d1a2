// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.limit;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.internal.lanes.Species;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// How many fused multiply-adds one core can do, all operands in registers: the limit of every product.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FmaPeakBenchmark {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    // Two units with a latency of four cycles want eight chains; twelve and two factors fit 16 registers.
    private static final int CHAINS = 12;
    private static final int ELEMENTS = 1 << 16;
    private static final int STEPS = ELEMENTS / SPECIES.length();

    /// Floating-point operations of one call, at any width.
    public static final double FLOPS = 2.0 * CHAINS * ELEMENTS;

    /// The implementation whose JVM flags this runs under.
    @Param("vector")
    public String implementation;

    private final float[] factors = {0.999f, 0.001f};
    private final float[] sums = new float[SPECIES.length()];

    /// Twelve independent chains.
    @Benchmark
    public void fma() {
        FloatVector x = FloatVector.broadcast(SPECIES, factors[0]);
        FloatVector y = FloatVector.broadcast(SPECIES, factors[1]);
        FloatVector s0 = y;
        FloatVector s1 = y;
        FloatVector s2 = y;
        FloatVector s3 = y;
        FloatVector s4 = y;
        FloatVector s5 = y;
        FloatVector s6 = y;
        FloatVector s7 = y;
        FloatVector s8 = y;
        FloatVector s9 = y;
        FloatVector s10 = y;
        FloatVector s11 = y;
        for (int i = 0; i < STEPS; i++) {
            s0 = x.fma(y, s0);
            s1 = x.fma(y, s1);
            s2 = x.fma(y, s2);
            s3 = x.fma(y, s3);
            s4 = x.fma(y, s4);
            s5 = x.fma(y, s5);
            s6 = x.fma(y, s6);
            s7 = x.fma(y, s7);
            s8 = x.fma(y, s8);
            s9 = x.fma(y, s9);
            s10 = x.fma(y, s10);
            s11 = x.fma(y, s11);
        }
        s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7).add(s8).add(s9).add(s10).add(s11)
                .intoArray(sums, 0);
    }
}
