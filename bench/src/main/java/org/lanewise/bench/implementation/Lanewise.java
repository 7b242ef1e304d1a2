// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.implementation;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.lanewise.bench.problem.DenseLayer;
import org.lanewise.bench.problem.Family;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Shapes;
import org.lanewise.bench.problem.Task;
import org.lanewise.kernels.Kernels;

/// Lanewise's own kernels: the reference, SIMD, and SIMD under other conditions.
public enum Lanewise implements Implementation {

    /// The scalar reference.
    REFERENCE("reference", "", List.of()) {
        @Override
        public boolean accepts(Problem problem) {
            // Else a full run would consist of little but the reference.
            return problem.family() == Family.DENSE ? Shapes.isHeadline(problem) : problem.cost().flops() <= 1e9;
        }

        @Override
        Kernels kernels() {
            return Kernels.reference();
        }
    },

    /// SIMD kernels at the preferred width.
    VECTOR("vector", "", List.of()) {
        @Override
        public boolean accepts(Problem problem) {
            return true;
        }
    },

    /// SIMD kernels in a program that uses all of them.
    VECTOR_MIXED("vector-mixed", "in a mixed program", List.of()) {
        @Override
        public boolean accepts(Problem problem) {
            return Shapes.isHeadline(problem) && problem.cost().workingSet() < 1e8;
        }

        @Override
        public Task prepare(Problem problem) {
            Kernels kernels = kernels();
            new Mixture(kernels).play();
            return problem.with(kernels);
        }
    },

    /// SIMD kernels on two threads.
    VECTOR_TWO_THREADS("vector-2-threads", "2 threads", List.of()) {
        @Override
        public boolean accepts(Problem problem) {
            Set<String> large = Set.of("n=512", "n=1024", "n=2048", "batch norm forward 256x512", "adam 1Mi");
            return large.contains(problem.name()) || problem instanceof DenseLayer(int inputs, int _, int batch)
                    && batch >= 256 && inputs >= 784;
        }

        @Override
        Kernels kernels() {
            ExecutorService pool = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
            return Kernels.vector().parallel(pool, 2);
        }
    },

    /// SIMD kernels on a processor with AVX2 only.
    VECTOR_AVX2("vector-avx2", "AVX2", List.of("-XX:UseAVX=2")) {
        @Override
        public boolean accepts(Problem problem) {
            return AVX512 && NARROW.test(problem);
        }
    },

    /// SIMD kernels with vectors of 256 bits, but all registers of AVX-512.
    VECTOR_256("vector-256", "256-bit vectors", List.of("-XX:MaxVectorSize=32")) {
        @Override
        public boolean accepts(Problem problem) {
            return AVX512 && NARROW.test(problem);
        }
    },

    /// SIMD kernels with vectors of 128 bits.
    VECTOR_128("vector-128", "128-bit vectors", List.of("-XX:MaxVectorSize=16")) {
        @Override
        public boolean accepts(Problem problem) {
            return AVX512 && NARROW.test(problem);
        }
    };

    private static final boolean AVX512 = Processor.has("avx512f");

    private static final Predicate<Problem> NARROW =
            problem -> problem.family() == Family.GEMM ? problem.name().equals("n=512")
                    : problem.family() == Family.ELEMENTWISE && Shapes.isHeadline(problem);

    private final String id;
    private final String condition;
    private final List<String> jvmArguments;

    Lanewise(String id, String condition, List<String> jvmArguments) {
        this.id = id;
        this.condition = condition;
        this.jvmArguments = jvmArguments;
    }

    Kernels kernels() {
        return Kernels.vector();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String version() {
        return kernels().describe();
    }

    @Override
    public Task prepare(Problem problem) {
        return problem.with(kernels());
    }

    @Override
    public int quietMilliseconds() {
        return this == REFERENCE ? 300 : 600;
    }

    @Override
    public List<String> jvmArguments() {
        return jvmArguments;
    }

    @Override
    public boolean isExact() {
        return true;
    }

    /// Whether this is SIMD under other conditions than the plain [#VECTOR].
    public boolean isVariant() {
        return !condition.isEmpty();
    }

    /// Whose measured limits bound this one: those of the same JVM flags. Two threads share what one cannot reach
    /// alone, so no limit of one thread bounds them.
    public Optional<Lanewise> limitedBy() {
        return switch (this) {
            case VECTOR_TWO_THREADS -> Optional.empty();
            case REFERENCE, VECTOR, VECTOR_MIXED -> Optional.of(VECTOR);
            case VECTOR_AVX2, VECTOR_256, VECTOR_128 -> Optional.of(this);
        };
    }

    /// What is other than usual; empty if nothing is.
    public String condition() {
        return condition;
    }
}
