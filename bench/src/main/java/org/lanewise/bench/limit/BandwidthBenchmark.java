// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.limit;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.bench.problem.Cost;
import org.lanewise.kernels.internal.lanes.Species;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// How fast one core moves memory, by size of the working set: the limit of every pass.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BandwidthBenchmark {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int LANES = SPECIES.length();

    /// The implementation whose JVM flags this runs under.
    @Param("vector")
    public String implementation;

    /// Bytes of all arrays together; a multiple of 4096.
    @Param("65536")
    public int workingSet;

    private final float[] sums = new float[LANES];
    private float[] from;
    private float[] to;

    /// Two arrays of half the working set each.
    @Setup
    public void allocate() {
        from = new float[workingSet / Float.BYTES / 2];
        to = new float[from.length];
    }

    /// Bytes that one call reads and writes.
    public static double bytes(Cost.Traffic traffic, int workingSet) {
        return traffic == Cost.Traffic.UPDATE ? 2.0 * workingSet : workingSet;
    }

    /// Copies half the working set to the other half.
    @Benchmark
    public void copy() {
        System.arraycopy(from, 0, to, 0, from.length);
    }

    /// Reads the whole working set and writes it where it was.
    @Benchmark
    public void update() {
        negate(from);
        negate(to);
    }

    private static void negate(float[] values) {
        for (int i = 0; i < values.length; i += LANES) {
            FloatVector.fromArray(SPECIES, values, i).neg().intoArray(values, i);
        }
    }

    /// Reads the whole working set.
    @Benchmark
    public void read() {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        for (int i = 0; i < from.length; i += 4 * LANES) {
            s0 = s0.add(FloatVector.fromArray(SPECIES, from, i));
            s1 = s1.add(FloatVector.fromArray(SPECIES, from, i + LANES));
            s2 = s2.add(FloatVector.fromArray(SPECIES, from, i + 2 * LANES));
            s3 = s3.add(FloatVector.fromArray(SPECIES, from, i + 3 * LANES));
            s4 = s4.add(FloatVector.fromArray(SPECIES, to, i));
            s5 = s5.add(FloatVector.fromArray(SPECIES, to, i + LANES));
            s6 = s6.add(FloatVector.fromArray(SPECIES, to, i + 2 * LANES));
            s7 = s7.add(FloatVector.fromArray(SPECIES, to, i + 3 * LANES));
        }
        s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7).intoArray(sums, 0);
    }
}
