// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.implementation;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.bench.problem.DropoutPass;
import org.lanewise.bench.problem.ElementwisePass;
import org.lanewise.bench.problem.Family;
import org.lanewise.bench.problem.OptimizerStep;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Shapes;
import org.lanewise.bench.problem.Task;
import org.lanewise.kernels.Kernels;

/// A program that uses every family through one [Kernels], so that the compiler sees each call site with many
/// receivers and each loop with many sizes.
final class Mixture {

    private static final long NANOSECONDS = 1_500_000_000L;

    private final List<Task> tasks = new ArrayList<>();

    Mixture(Kernels kernels) {
        Shapes.of(Family.ELEMENTWISE).stream()
                .map(ElementwisePass.class::cast)
                .map(pass -> new ElementwisePass(pass.operation(), 1000))
                .distinct()
                .forEach(pass -> tasks.add(pass.with(kernels)));
        Shapes.of(Family.OPTIMIZERS).stream()
                .map(OptimizerStep.class::cast)
                .map(step -> new OptimizerStep(step.title(), step.optimizer(), 1000))
                .distinct()
                .forEach(step -> tasks.add(step.with(kernels)));
        List<Problem> others = new ArrayList<>();
        others.addAll(Shapes.of(Family.GEMM));
        others.addAll(Shapes.of(Family.DENSE));
        others.addAll(Shapes.of(Family.SOFTMAX));
        others.addAll(Shapes.of(Family.NORMALIZATION));
        others.add(new DropoutPass(0.3f, 1000));
        others.stream()
                .filter(problem -> problem.cost().flops() < 1e7 && problem.cost().bytes() < 1e6)
                .forEach(problem -> tasks.add(problem.with(kernels)));
    }

    /// Runs everything in turn until the compiler has seen enough of it.
    void play() {
        long end = System.nanoTime() + NANOSECONDS;
        do {
            tasks.forEach(Task::run);
        } while (System.nanoTime() < end);
    }
}
