// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.lanewise.bench.limit.BandwidthBenchmark;
import org.lanewise.bench.limit.FmaPeakBenchmark;
import org.lanewise.bench.problem.Cost;
import org.lanewise.bench.problem.Cost.Traffic;

/// What the machine allowed in the run: FMA peak and bandwidths, for each set of JVM flags.
public final class Limits {

    /// Working sets at which bandwidth is measured, in bytes: from half of a usual L1 cache to far past the last level.
    private static final int[] WORKING_SETS = {1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28};

    private final Map<String, Double> peaks = new HashMap<>();
    private final Map<String, Map<Traffic, TreeMap<Integer, Double>>> bandwidths = new HashMap<>();

    /// The working set, among those measured, that is nearest to a case's by ratio.
    public static int nearestWorkingSet(double bytes) {
        int nearest = WORKING_SETS[0];
        for (int candidate : WORKING_SETS) {
            if (Math.abs(Math.log(candidate / bytes)) < Math.abs(Math.log(nearest / bytes))) {
                nearest = candidate;
            }
        }
        return nearest;
    }

    /// Takes the time of one call of [FmaPeakBenchmark].
    void addPeak(String implementation, double nanoseconds) {
        peaks.put(implementation, FmaPeakBenchmark.FLOPS / nanoseconds);
    }

    /// Takes the time of one call of [BandwidthBenchmark].
    void addBandwidth(String implementation, Traffic traffic, int workingSet, double nanoseconds) {
        bandwidths.computeIfAbsent(implementation, _ -> new HashMap<>())
                .computeIfAbsent(traffic, _ -> new TreeMap<>())
                .put(workingSet, BandwidthBenchmark.bytes(traffic, workingSet) / nanoseconds);
    }

    /// The measured FMA peak in GFLOP/s, or NaN.
    double peak(String implementation) {
        return peaks.getOrDefault(implementation, Double.NaN);
    }

    /// Measured bandwidths in GB/s (read + write) by working set.
    Map<Integer, Double> bandwidths(String implementation, Traffic traffic) {
        return bandwidths.getOrDefault(implementation, Map.of()).getOrDefault(traffic, new TreeMap<>());
    }

    /// The least time in which the cost can be paid: arithmetic or memory, whichever takes longer. NaN where what is
    /// needed was not measured.
    double nanoseconds(Cost cost, String implementation) {
        double memory = bandwidths(implementation, cost.traffic())
                .getOrDefault(nearestWorkingSet(cost.workingSet()), Double.NaN);
        double bytes = cost.bytes() / memory;
        return cost.flops() == 0 ? bytes : Math.max(bytes, cost.flops() / peak(implementation));
    }
}
