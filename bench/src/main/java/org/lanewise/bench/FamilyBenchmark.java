// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench;

import java.util.concurrent.TimeUnit;
import org.lanewise.bench.implementation.Implementation;
import org.lanewise.bench.implementation.Implementations;
import org.lanewise.bench.implementation.Warmup;
import org.lanewise.bench.problem.Family;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Shapes;
import org.lanewise.bench.problem.Task;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What the benchmarks of all families share: one implementation and one case a fork, checked before it is timed.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public abstract class FamilyBenchmark {

    /// Who does the work: an [Implementation#id()].
    @Param("vector")
    public String implementation;

    /// Which case of the family: a [Problem#name()].
    @Param("")
    public String shape;

    private final Family family;
    private Task task;
    private int repetitions;

    FamilyBenchmark(Family family) {
        this.family = family;
    }

    /// Prepares the task, compares its result with the reference's, and warms it up.
    @Setup
    public void prepare() throws Exception {
        Problem problem = Shapes.find(family, shape);
        if (problem == null) {
            throw new IllegalArgumentException(family.id() + ": there is no case \"" + shape + "\"");
        }
        Implementation one = Implementations.of(implementation);
        repetitions = one.repetitions();
        task = one.prepare(problem);
        problem.check(task, one.isExact());
        Warmup.run(task, repetitions, one.quietMilliseconds());
    }

    /// Frees native memory.
    @TearDown
    public void close() {
        task.close();
    }

    final void work() {
        task.repeat(repetitions);
    }
}
