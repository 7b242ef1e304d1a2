// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.start;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.lanewise.bench.problem.NetworkPrediction;
import org.lanewise.bench.problem.Task;
import org.lanewise.kernels.Kernels;

/// The life of a young service: the first thing that its JVM does is to load a model, then it answers a request every
/// few milliseconds. Prints what [StartCommand] shows of it, in microseconds.
public final class FirstRequests {

    /// What is printed, in this order.
    static final String[] COLUMNS = {"model ready", "first", "slowest later", "in 0.1 s", "at 1 s", "at 2 s", "at 8 s"};

    private static final int BATCH = 8;
    private static final long INTERVAL_NANOS = 2_000_000;
    private static final double SECONDS = 8.2;

    /// Medians are taken over so many seconds from each of these times on.
    private static final double WINDOW = 0.1;
    private static final double[] TIMES = {0, 1, 2, 8};

    private FirstRequests() {
    }

    private static Kernels kernels(String name) {
        return switch (name) {
            case "reference" -> Kernels.reference();
            case "vector" -> Kernels.vector();
            case "tiered" -> Kernels.tiered(background());
            default -> throw new IllegalArgumentException(
                    "kernels: \"" + name + "\" is none of reference, vector, tiered");
        };
    }

    private static Executor background() {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().priority(Thread.MIN_PRIORITY).factory());
    }

    /// @param arguments the name of the kernels
    public static void main(String[] arguments) {
        long loading = System.nanoTime();
        Task task = new NetworkPrediction(BATCH).with(kernels(arguments[0]));
        long start = System.nanoTime();
        int count = (int) (SECONDS * 1e9 / INTERVAL_NANOS);
        double[] began = new double[count];
        double[] took = new double[count];
        int answered = 0;
        for (long now = start; answered < count && now - start < SECONDS * 1e9; now = System.nanoTime()) {
            task.run();
            began[answered] = (now - start) * 1e-9;
            took[answered] = (System.nanoTime() - now) * 1e-3;
            answered++;
            LockSupport.parkNanos(start + answered * INTERVAL_NANOS - System.nanoTime());
        }
        double[] shown = new double[COLUMNS.length];
        shown[0] = (start - loading) * 1e-3;
        shown[1] = took[0];
        shown[2] = Arrays.stream(took, 1, answered).max().orElse(Double.NaN);
        for (int i = 0; i < TIMES.length; i++) {
            shown[3 + i] = median(began, took, answered, TIMES[i]);
        }
        System.out.println(Arrays.stream(shown).mapToObj(value -> String.format(Locale.ROOT, "%.1f", value))
                .collect(Collectors.joining(" ")));
    }

    private static double median(double[] began, double[] took, int answered, double from) {
        double[] window = new double[answered];
        int size = 0;
        for (int i = 0; i < answered; i++) {
            if (began[i] >= from && began[i] < from + WINDOW) {
                window[size++] = took[i];
            }
        }
        Arrays.sort(window, 0, size);
        return size == 0 ? Double.NaN : window[size / 2];
    }
}
