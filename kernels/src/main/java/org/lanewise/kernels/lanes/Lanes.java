// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.lanes;

/// The 16 virtual lanes in which sums across an array are taken, as plain arrays of 16 floats: element j is added to
/// lane j mod 16, j ascending, and [#total(float\[\])] brings the lanes together.
public final class Lanes {

    /// Number of virtual lanes, whatever the hardware has.
    public static final int COUNT = 16;

    private Lanes() {
    }

    /// The lane that takes element `index` of a sum.
    public static int of(int index) {
        return index & COUNT - 1;
    }

    /// Sets all lanes to +0.
    public static void clear(float[] lanes) {
        for (int lane = 0; lane < COUNT; lane++) {
            lanes[lane] = 0f;
        }
    }

    /// The lanes' sum in its one order: lane l with l + 8, then with l + 4, l + 2, l + 1.
    public static float total(float[] lanes) {
        return quarter(lanes, 0) + quarter(lanes, 2) + (quarter(lanes, 1) + quarter(lanes, 3));
    }

    private static float quarter(float[] lanes, int lane) {
        return lanes[lane] + lanes[lane + 8] + (lanes[lane + 4] + lanes[lane + 12]);
    }
}
