// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

/// The check before the stopwatch: a wrong result is never timed.
final class Comparison {

    private final String name;
    private final boolean exact;
    private final float tolerance;

    private Comparison(String name, boolean exact, float tolerance) {
        this.name = name;
        this.exact = exact;
        this.tolerance = tolerance;
    }

    static Comparison of(Problem problem, boolean exact) {
        return new Comparison(problem.family().id() + " " + problem.name(), exact, problem.tolerance());
    }

    void check(float[][] expected, float[][] actual) {
        if (expected.length != actual.length) {
            throw new IllegalStateException(name + ": " + actual.length + " outputs, expected " + expected.length);
        }
        for (int output = 0; output < expected.length; output++) {
            if (expected[output].length != actual[output].length) {
                throw new IllegalStateException(name + ": output " + output + " has " + actual[output].length
                        + " elements, expected " + expected[output].length);
            }
            check(output, expected[output], actual[output], 0, expected[output].length);
        }
    }

    /// Compares `count` elements of `actual` from `from` with the start of `expected`.
    void check(int output, float[] expected, float[] actual, int from, int count) {
        float bound = exact ? 0f : tolerance * largest(expected, count);
        for (int i = 0; i < count; i++) {
            float value = actual[from + i];
            boolean equal = Float.floatToIntBits(value) == Float.floatToIntBits(expected[i]);
            if (!equal && (exact || !(Math.abs(value - expected[i]) <= bound))) {
                throw new IllegalStateException(name + ": output " + output + " is " + value + " at " + (from + i)
                        + "; the reference has " + expected[i] + (exact ? "" : ", tolerance " + bound));
            }
        }
    }

    /// Compares all elements at once: the length of the difference with the length of `expected`.
    void checkWhole(float[] expected, float[] actual) {
        double difference = 0;
        double length = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow((double) actual[i] - expected[i], 2);
            length += Math.pow(expected[i], 2);
        }
        double distance = Math.sqrt(difference / length);
        if (!(distance <= tolerance)) {
            throw new IllegalStateException(name + ": the outputs differ from the reference's by " + distance
                    + " of their length; the tolerance is " + tolerance);
        }
    }

    private static float largest(float[] values, int count) {
        float largest = 0f;
        for (int i = 0; i < count; i++) {
            if (Float.isFinite(values[i])) {
                largest = Math.max(largest, Math.abs(values[i]));
            }
        }
        return largest;
    }
}
