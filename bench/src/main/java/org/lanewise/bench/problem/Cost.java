// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import java.util.Locale;

/// What one operation has to do at least, whoever does it: the ground of its limit.
///
/// @param flops floating-point operations, where arithmetic can be the limit; 0 for a pass
/// @param bytes bytes that must be read or written
/// @param workingSet bytes of memory that the operation touches
/// @param elements elements of a pass, or samples of a network's batch
/// @param traffic which bandwidth bounds it
public record Cost(double flops, double bytes, double workingSet, double elements, Traffic traffic) {

    /// How an operation uses memory.
    public enum Traffic {
        /// Reads far more than it writes.
        READ,
        /// Reads some arrays and writes others, whose lines the processor reads before it writes them.
        COPY,
        /// Writes where it has read.
        UPDATE;

        /// The name in benchmarks and files.
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A product or a network of products.
    public static Cost products(double flops, double bytes, double samples) {
        return new Cost(flops, bytes, bytes, samples, Traffic.READ);
    }

    /// A pass over arrays.
    ///
    /// @param bytesMoved bytes an element that are read or written
    /// @param bytesHeld bytes an element in all arrays
    public static Cost pass(double elements, int bytesMoved, int bytesHeld) {
        return new Cost(0, elements * bytesMoved, elements * bytesHeld, elements, Traffic.COPY);
    }

    /// A pass that updates its arrays in place.
    ///
    /// @param bytesMoved bytes an element that are read or written
    /// @param bytesHeld bytes an element in all arrays
    public static Cost update(double elements, int bytesMoved, int bytesHeld) {
        return new Cost(0, elements * bytesMoved, elements * bytesHeld, elements, Traffic.UPDATE);
    }
}
