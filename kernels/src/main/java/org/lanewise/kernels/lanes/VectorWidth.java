// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.lanes;

/// The property that forces a vector width, read without touching a vector class.
public final class VectorWidth {

    /// System property: 64, 128, 256 or 512 forces vectors of so many bits. For tests: a width above the hardware's is
    /// correct but slow out of proportion.
    public static final String PROPERTY = "lanewise.vectorBits";

    private VectorWidth() {
    }

    /// The forced width in bits, or 0 where the hardware decides.
    ///
    /// @throws IllegalArgumentException if the property holds anything but a supported width
    public static int forcedBits() {
        String value = System.getProperty(PROPERTY);
        if (value == null || value.isEmpty()) {
            return 0;
        }
        return switch (value) {
            case "64" -> 64;
            case "128" -> 128;
            case "256" -> 256;
            case "512" -> 512;
            default -> throw new IllegalArgumentException(
                    "system property " + PROPERTY + " is \"" + value + "\"; it must be 64, 128, 256 or 512");
        };
    }
}
