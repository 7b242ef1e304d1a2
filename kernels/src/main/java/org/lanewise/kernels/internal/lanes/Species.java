// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.lanes;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The vector shape that every SIMD kernel of this process uses.
///
/// It is the shape the hardware prefers, unless the system property [VectorWidth#PROPERTY] forces another. The choice
/// is made once, when this class loads: species cost nothing only where the compiler sees constants.
@SuppressWarnings("exports") // Whoever writes vector code requires the incubator module; others never see this class.
public final class Species {

    private static final int WIDEST_BITS = Lanes.COUNT * Float.SIZE;

    private static final VectorShape SHAPE = shape();

    /// The species of all float vectors.
    public static final VectorSpecies<Float> FLOAT = VectorSpecies.of(float.class, SHAPE);

    /// As many `int` lanes as [#FLOAT] has.
    public static final VectorSpecies<Integer> INT = VectorSpecies.of(int.class, SHAPE);

    /// Half as many `long` lanes as [#FLOAT] has.
    public static final VectorSpecies<Long> LONG = VectorSpecies.of(long.class, SHAPE);

    static {
        // JDK-8309727: the first vector operation of a process must not be a masked or converting one.
        FloatVector.zero(FLOAT).add(1f);
        IntVector.zero(INT).add(1);
        LongVector.zero(LONG).add(1L);
    }

    private Species() {
    }

    private static VectorShape shape() {
        int forced = VectorWidth.forcedBits();
        int bits = forced == 0 ? VectorShape.preferredShape().vectorBitSize() : forced;
        // Sums have 16 virtual lanes; a wider vector would leave lanes unused.
        return VectorShape.forBitSize(Math.min(bits, WIDEST_BITS));
    }
}
