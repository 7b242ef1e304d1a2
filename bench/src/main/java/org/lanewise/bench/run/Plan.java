// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.lanewise.bench.DenseBenchmark;
import org.lanewise.bench.DropoutBenchmark;
import org.lanewise.bench.ElementwiseBenchmark;
import org.lanewise.bench.FamilyBenchmark;
import org.lanewise.bench.GemmBenchmark;
import org.lanewise.bench.NormalizationBenchmark;
import org.lanewise.bench.OptimizersBenchmark;
import org.lanewise.bench.PredictionBenchmark;
import org.lanewise.bench.SoftmaxBenchmark;
import org.lanewise.bench.TrainingBenchmark;
import org.lanewise.bench.implementation.Implementation;
import org.lanewise.bench.implementation.Lanewise;
import org.lanewise.bench.limit.BandwidthBenchmark;
import org.lanewise.bench.limit.FmaPeakBenchmark;
import org.lanewise.bench.problem.Cost;
import org.lanewise.bench.problem.Family;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Shapes;
import org.lanewise.bench.result.Limits;

/// What is run for a family: its cases for each implementation, and the limits that bound them.
final class Plan {

    private static final Map<Family, Class<? extends FamilyBenchmark>> BENCHMARKS = Map.of(
            Family.GEMM, GemmBenchmark.class,
            Family.DENSE, DenseBenchmark.class,
            Family.ELEMENTWISE, ElementwiseBenchmark.class,
            Family.SOFTMAX, SoftmaxBenchmark.class,
            Family.NORMALIZATION, NormalizationBenchmark.class,
            Family.OPTIMIZERS, OptimizersBenchmark.class,
            Family.DROPOUT, DropoutBenchmark.class,
            Family.TRAINING, TrainingBenchmark.class,
            Family.PREDICTION, PredictionBenchmark.class);

    private Plan() {
    }

    /// The batches of a family: the limits, then case by case, all implementations of a case one after the other. What
    /// is compared is so measured within a minute or so, and a shared machine changes its speed less in that time.
    static List<Batch> of(Family family, List<Implementation> implementations, Settings settings) {
        List<Batch> batches = new ArrayList<>();
        for (Implementation implementation : implementations) {
            List<Problem> problems = problems(family, implementation, settings);
            if (!problems.isEmpty() && implementation instanceof Lanewise own
                    && own.limitedBy().filter(own::equals).isPresent()) {
                batches.addAll(limits(own, problems));
            }
        }
        for (Problem problem : Shapes.of(family)) {
            for (Implementation implementation : implementations) {
                if (problems(family, implementation, settings).contains(problem)) {
                    batches.add(new Batch(implementation, BENCHMARKS.get(family).getName(),
                            Map.of("shape", List.of(problem.name())), false));
                }
            }
        }
        return batches;
    }

    /// Whether a run has no time for an implementation: SIMD under other conditions belongs to full runs.
    static boolean leavesOut(Implementation implementation, Settings settings) {
        return settings.headlineOnly() && implementation instanceof Lanewise own && own.isVariant();
    }

    private static List<Problem> problems(Family family, Implementation implementation, Settings settings) {
        if (leavesOut(implementation, settings)) {
            return List.of();
        }
        boolean headlineOnly = settings.headlineOnly() || implementation.isHeadlineOnly();
        return Shapes.of(family).stream()
                .filter(problem -> !headlineOnly || Shapes.isHeadline(problem))
                .filter(implementation::accepts)
                .toList();
    }

    private static List<Batch> limits(Lanewise implementation, List<Problem> problems) {
        List<Batch> batches = new ArrayList<>();
        if (problems.stream().anyMatch(problem -> problem.cost().flops() > 0)) {
            batches.add(new Batch(implementation, FmaPeakBenchmark.class.getName(), Map.of(), true));
        }
        for (Cost.Traffic traffic : Cost.Traffic.values()) {
            TreeSet<Integer> sizes = new TreeSet<>();
            problems.stream().map(Problem::cost).filter(cost -> cost.traffic() == traffic)
                    .forEach(cost -> sizes.add(Limits.nearestWorkingSet(cost.workingSet())));
            if (!sizes.isEmpty()) {
                batches.add(new Batch(implementation, BandwidthBenchmark.class.getName() + "." + traffic.id(),
                        Map.of("workingSet", sizes.stream().map(String::valueOf).toList()), true));
            }
        }
        return batches;
    }
}
