// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.kernels.Kernels;

class ProblemTest {

    private static final double CHEAP = 3e7;

    private static List<Problem> cheap(Family family) {
        return Shapes.of(family).stream()
                .filter(problem -> problem.cost().flops() < CHEAP && problem.cost().workingSet() < CHEAP)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void namesAreUniqueAndHeadlinesExist(Family family) {
        List<String> names = Shapes.of(family).stream().map(Problem::name).toList();
        assertEquals(names.size(), new HashSet<>(names).size());
        assertTrue(Shapes.of(family).stream().anyMatch(Shapes::isHeadline));
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void simdKernelsPassTheCheckOfEveryCase(Family family) {
        assertTrue(!cheap(family).isEmpty());
        for (Problem problem : cheap(family)) {
            assertDoesNotThrow(() -> problem.check(problem.with(Kernels.vector()), true), problem::name);
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void aWrongResultIsNotTimed(Family family) {
        Problem problem = cheap(family).getFirst();
        Task right = problem.with(Kernels.reference());
        Task wrong = new Task() {
            @Override
            public void run() {
                right.run();
                float[] result = right.results()[right.results().length - 1];
                result[result.length - 1] += 1f;
            }

            @Override
            public float[][] results() {
                return right.results();
            }
        };
        assertThrows(IllegalStateException.class, () -> problem.check(wrong, true));
    }

    @Test
    void peersMayBeOffByTheTolerance() {
        Problem problem = Product.square(16);
        float[] c = problem.with(Kernels.reference()).results()[0];
        Task near = Task.of(() -> {
            Task right = problem.with(Kernels.reference());
            right.run();
            System.arraycopy(right.results()[0], 0, c, 0, c.length);
            c[0] += 1e-5f;
        }, c);
        assertDoesNotThrow(() -> problem.check(near, false));
        assertThrows(IllegalStateException.class, () -> problem.check(near, true));
    }

    @Test
    void unitsKnowTheirDirection() {
        assertEquals(2, Unit.GFLOPS.ratio(10, 5));
        assertEquals(2, Unit.MICROSECONDS.ratio(5, 10));
        for (Unit unit : Unit.values()) {
            assertEquals(unit, Unit.of(unit.symbol()));
        }
        assertThrows(IllegalArgumentException.class, () -> Unit.of("furlong"));
    }
}
