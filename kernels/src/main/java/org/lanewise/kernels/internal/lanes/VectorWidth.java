// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

/// The property that forces a vector width, read once and without touching a vector class.
public final class VectorWidth {

    /// System property: 64, 128, 256 or 512 forces vectors of so many bits. For tests: a width above the hardware's
    /// gives the right result, very slowly.
    ///
    /// With any other value there are no SIMD kernels: [org.lanewise.kernels.Kernels#vector()] throws,
    /// [org.lanewise.kernels.Kernels#best()] takes the reference, and both report the value. The property is read when
    /// kernels are first asked for; later changes have no effect.
    public static final String PROPERTY = "lanewise.vectorBits";

    private static final String VALUE = System.getProperty(PROPERTY, "");

    private VectorWidth() {
    }

    /// What is wrong with the property's value; null if nothing is.
    public static String obstacle() {
        return switch (VALUE) {
            case "", "64", "128", "256", "512" -> null;
            default -> "system property " + PROPERTY + " is \"" + VALUE + "\"; it must be 64, 128, 256 or 512";
        };
    }

    /// The forced width in bits, or 0 where the hardware decides.
    ///
    /// @throws IllegalArgumentException if the property holds anything but a supported width
    public static int forcedBits() {
        if (obstacle() != null) {
            throw new IllegalArgumentException(obstacle());
        }
        return VALUE.isEmpty() ? 0 : Integer.parseInt(VALUE);
    }
}
