// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.family;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.lanewise.kernels.internal.vm.AllocatedBytes;

/// Repeats a family's exercises until C2 has compiled what they reach.
///
/// An exercise counts as compiled when it allocates nothing. Vectors are heap objects while their code is interpreted
/// or compiled by C1, and registers from the moment C2's code runs, which is when it becomes fast. The calling thread's
/// count of allocated bytes shows that moment exactly, however busy the machine is.
///
/// Tried, and misleading: times. While both twins ran C1's code, SIMD took 1.1 to 2.7 times as long as the reference;
/// fully compiled, on rows of seven elements, still 1.6 times.
final class Warmup {

    /// Calls of an exercise in a round: few, so that a round mixes all exercises as a program mixes calls.
    private static final int REPEATS = 20;

    /// Rounds over all exercises that must allocate nothing in a row, for one exercise can make the compiler discard
    /// code that another needs.
    private static final int QUIET_ROUNDS = 3;

    /// Rounds after which only waiting for the compiler helps: C2 takes a method on after some 600 calls counted by
    /// C1's code, and a method in its queue need not be called more often.
    private static final int BUSY_ROUNDS = 60;

    private static final long PAUSE_NANOS = 5_000_000L;

    /// Some twenty times as long as the largest family takes.
    private static final long LONGEST_NANOS = 120_000_000_000L;

    private Warmup() {
    }

    /// Returns when all exercises are compiled.
    ///
    /// @return null, or why it gave up
    static <F> String run(F family, List<Exercise<F>> exercises) {
        if (AllocatedBytes.now() < 0) {
            return "the executor ran the warm-up on a virtual thread, which does not count the bytes that it allocates";
        }
        long end = System.nanoTime() + LONGEST_NANOS;
        boolean[] compiled = new boolean[exercises.size()];
        int quiet = 0;
        for (int round = 0; quiet < QUIET_ROUNDS; round++) {
            boolean all = areAll(compiled);
            for (int i = 0; i < compiled.length; i++) {
                if (all || !compiled[i]) {
                    compiled[i] = allocatesNothing(exercises.get(i), family);
                }
                if (Thread.interrupted()) {
                    Thread.currentThread().interrupt();
                    return "the warm-up was interrupted";
                }
                if (System.nanoTime() > end && !compiled[i]) {
                    return "\"" + exercises.get(i).name() + "\" was not compiled after "
                            + LONGEST_NANOS / 1_000_000_000L + " s";
                }
            }
            quiet = all && areAll(compiled) ? quiet + 1 : 0;
            if (round >= BUSY_ROUNDS && quiet == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
        return null;
    }

    private static boolean areAll(boolean[] flags) {
        for (boolean flag : flags) {
            if (!flag) {
                return false;
            }
        }
        return true;
    }

    private static <F> boolean allocatesNothing(Exercise<F> exercise, F family) {
        long before = AllocatedBytes.now();
        for (int i = 0; i < REPEATS; i++) {
            exercise.call().accept(family);
        }
        return AllocatedBytes.now() == before;
    }
}
