// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.lanewise.kernels.internal.dropout.CounterRandom;

/// Draws the examples that are held out, by the rule of [Dataset#split].
final class Stratification {

    /// The stream that draws between equal classes; the members of class c are drawn from stream c.
    private static final long TIES = -1;

    private Stratification() {
    }

    /// The examples of one class; without labels all are of class 0.
    private record Stratum(int label, int[] members) {
    }

    /// Whether each example is held out.
    ///
    /// @param labels class of each example; null for none
    static boolean[] draw(int[] labels, int examples, double share, long seed) {
        List<Stratum> strata = labels == null
                ? List.of(new Stratum(0, IntStream.range(0, examples).toArray())) : byClass(labels);
        int[] sizes = strata.stream().mapToInt(stratum -> stratum.members().length).toArray();
        int[] counts = counts(sizes, examples, Math.clamp(Math.round(examples * share), 1, examples - 1), seed);
        boolean[] heldOut = new boolean[examples];
        for (int index = 0; index < counts.length; index++) {
            int[] members = strata.get(index).members();
            CounterRandom.shuffle(members, seed, strata.get(index).label());
            for (int i = 0; i < counts[index]; i++) {
                heldOut[members[i]] = true;
            }
        }
        return heldOut;
    }

    /// The classes that have examples, ascending, each with its examples in order.
    private static List<Stratum> byClass(int[] labels) {
        long[] sorted = new long[labels.length];
        Arrays.setAll(sorted, i -> (long) labels[i] << Integer.SIZE | i);
        Arrays.sort(sorted);
        List<Stratum> strata = new ArrayList<>();
        int end;
        for (int start = 0; start < sorted.length; start = end) {
            long label = sorted[start] >>> Integer.SIZE;
            end = start;
            while (end < sorted.length && sorted[end] >>> Integer.SIZE == label) {
                end++;
            }
            int[] members = Arrays.stream(sorted, start, end).mapToInt(key -> (int) key).toArray();
            strata.add(new Stratum((int) label, members));
        }
        return strata;
    }

    /// How many examples of each class are held out.
    private static int[] counts(int[] sizes, int examples, int total, long seed) {
        int several = (int) Arrays.stream(sizes).filter(size -> size > 1).count();
        boolean eachInBoth = several <= total && total <= examples - several;
        int[] lowest = Arrays.stream(sizes).map(size -> eachInBoth && size > 1 ? 1 : 0).toArray();
        int[] highest = Arrays.stream(sizes).map(size -> eachInBoth && size > 1 ? size - 1 : size).toArray();
        int[] counts = new int[sizes.length];
        Arrays.setAll(counts, index -> Math.clamp((long) sizes[index] * total / examples, lowest[index],
                highest[index]));

        int[] turns = IntStream.range(0, sizes.length).toArray();
        CounterRandom.shuffle(turns, seed, TIES);
        // How far a class is below its quota size·total/examples, times the number of examples, so that it is whole.
        Comparator<Integer> byShortfall = Comparator.comparingLong(
                index -> (long) sizes[index] * total - (long) counts[index] * examples);
        Comparator<Integer> byTurn = Comparator.comparingInt(index -> turns[index]);
        int missing = total - Arrays.stream(counts).sum();
        int change = Integer.signum(missing);
        int[] bounds = change > 0 ? highest : lowest;
        PriorityQueue<Integer> next = new PriorityQueue<>(
                (change > 0 ? byShortfall.reversed() : byShortfall).thenComparing(byTurn));
        IntStream.range(0, sizes.length).filter(index -> counts[index] != bounds[index]).forEach(next::add);
        for (; missing != 0; missing -= change) {
            int index = next.remove();
            counts[index] += change;
            if (counts[index] != bounds[index]) {
                next.add(index);
            }
        }
        return counts;
    }
}
