// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

/// A unit in which people compare results, with its direction.
public enum Unit {

    /// Products: multiplications and additions counted apart.
    GFLOPS("GFLOP/s", true) {
        @Override
        public double of(double nanoseconds, Cost cost) {
            return cost.flops() / nanoseconds;
        }
    },

    /// Passes over arrays.
    NANOSECONDS_PER_ELEMENT("ns/element", false) {
        @Override
        public double of(double nanoseconds, Cost cost) {
            return nanoseconds / cost.elements();
        }
    },

    /// Steps and predictions of whole networks.
    MICROSECONDS("µs", false) {
        @Override
        public double of(double nanoseconds, Cost cost) {
            return nanoseconds / 1_000;
        }
    };

    private final String symbol;
    private final boolean higherIsBetter;

    Unit(String symbol, boolean higherIsBetter) {
        this.symbol = symbol;
        this.higherIsBetter = higherIsBetter;
    }

    /// What the time of one operation is in this unit.
    public abstract double of(double nanoseconds, Cost cost);

    /// As tables show it.
    public String symbol() {
        return symbol;
    }

    /// Whether a larger value is the better one.
    public boolean higherIsBetter() {
        return higherIsBetter;
    }

    /// How many times better `value` is than `other`; above 1 always means better.
    public double ratio(double value, double other) {
        return higherIsBetter ? value / other : other / value;
    }

    /// The unit with this symbol.
    ///
    /// @throws IllegalArgumentException if there is none
    public static Unit of(String symbol) {
        for (Unit unit : values()) {
            if (unit.symbol.equals(symbol)) {
                return unit;
            }
        }
        throw new IllegalArgumentException("unit: \"" + symbol + "\" is none that results use");
    }
}
