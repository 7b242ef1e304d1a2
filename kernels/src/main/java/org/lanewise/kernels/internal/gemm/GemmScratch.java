// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

/// The buffers of a product in progress: they grow to the largest size asked for and never shrink.
final class GemmScratch {

    /// A tile at C's right edge, where whole vectors would reach past C.
    final float[] edge = new float[GemmTile.TALLEST * GemmTile.MAX_VECTORS * Packing.LANES];

    private float[] panels = new float[0];
    private float[] strips = new float[0];

    float[] panels(int size) {
        if (panels.length < size) {
            panels = new float[size];
        }
        return panels;
    }

    float[] strips(int size) {
        if (strips.length < size) {
            strips = new float[size];
        }
        return strips;
    }
}
