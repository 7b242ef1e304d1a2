// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.dropout;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.internal.lanes.Species;

/// The SIMD twin of [Threefry]: each lane computes a block.
final class VectorThreefry {

    private static final VectorSpecies<Integer> INT = Species.INT;
    private static final int WIDTH = INT.length();

    private VectorThreefry() {
    }

    /// The words of sixteen blocks: `words[16 * w + l]` is word w of block `first + l`.
    ///
    /// The words go to memory: returned in vectors, they would be boxed wherever the call is not inlined.
    ///
    /// @param first counter of the first block, a multiple of 16
    /// @param words 64 words, overwritten
    static void sixteenBlocks(long seed, long stream, long first, int[] words) {
        IntVector lanes = IntVector.zero(INT).addIndex(1);
        for (int lane = 0; lane < 16; lane += WIDTH) {
            IntVector a = IntVector.broadcast(INT, (int) seed);
            IntVector b = IntVector.broadcast(INT, (int) (seed >>> 32));
            IntVector c = IntVector.broadcast(INT, (int) stream);
            IntVector d = IntVector.broadcast(INT, (int) (stream >>> 32));
            IntVector e = a.lanewise(VectorOperators.XOR, b).lanewise(VectorOperators.XOR, c)
                    .lanewise(VectorOperators.XOR, d).lanewise(VectorOperators.XOR, Threefry.PARITY);
            IntVector x0 = lanes.add((int) first + lane).add(a);
            IntVector x1 = b.add((int) (first >>> 32));
            IntVector x2 = c;
            IntVector x3 = d;
            for (int injection = 1; true; injection += 2) {
                x0 = x0.add(x1);
                x1 = x1.lanewise(VectorOperators.ROL, 10).lanewise(VectorOperators.XOR, x0);
                x2 = x2.add(x3);
                x3 = x3.lanewise(VectorOperators.ROL, 26).lanewise(VectorOperators.XOR, x2);

                x0 = x0.add(x3);
                x3 = x3.lanewise(VectorOperators.ROL, 11).lanewise(VectorOperators.XOR, x0);
                x2 = x2.add(x1);
                x1 = x1.lanewise(VectorOperators.ROL, 21).lanewise(VectorOperators.XOR, x2);

                x0 = x0.add(x1);
                x1 = x1.lanewise(VectorOperators.ROL, 13).lanewise(VectorOperators.XOR, x0);
                x2 = x2.add(x3);
                x3 = x3.lanewise(VectorOperators.ROL, 27).lanewise(VectorOperators.XOR, x2);

                x0 = x0.add(x3);
                x3 = x3.lanewise(VectorOperators.ROL, 23).lanewise(VectorOperators.XOR, x0);
                x2 = x2.add(x1);
                x1 = x1.lanewise(VectorOperators.ROL, 5).lanewise(VectorOperators.XOR, x2);

                x0 = x0.add(b);
                x1 = x1.add(c);
                x2 = x2.add(d);
                x3 = x3.add(e).add(injection);
                if (injection == Threefry.INJECTIONS) {
                    break;
                }

                x0 = x0.add(x1);
                x1 = x1.lanewise(VectorOperators.ROL, 6).lanewise(VectorOperators.XOR, x0);
                x2 = x2.add(x3);
                x3 = x3.lanewise(VectorOperators.ROL, 20).lanewise(VectorOperators.XOR, x2);

                x0 = x0.add(x3);
                x3 = x3.lanewise(VectorOperators.ROL, 17).lanewise(VectorOperators.XOR, x0);
                x2 = x2.add(x1);
                x1 = x1.lanewise(VectorOperators.ROL, 11).lanewise(VectorOperators.XOR, x2);

                x0 = x0.add(x1);
                x1 = x1.lanewise(VectorOperators.ROL, 25).lanewise(VectorOperators.XOR, x0);
                x2 = x2.add(x3);
                x3 = x3.lanewise(VectorOperators.ROL, 10).lanewise(VectorOperators.XOR, x2);

                x0 = x0.add(x3);
                x3 = x3.lanewise(VectorOperators.ROL, 18).lanewise(VectorOperators.XOR, x0);
                x2 = x2.add(x1);
                x1 = x1.lanewise(VectorOperators.ROL, 20).lanewise(VectorOperators.XOR, x2);

                x0 = x0.add(c);
                x1 = x1.add(d);
                x2 = x2.add(e);
                x3 = x3.add(a).add(injection + 1);

                IntVector front = a;
                a = c;
                c = e;
                e = b;
                b = d;
                d = front;
            }
            x0.intoArray(words, lane);
            x1.intoArray(words, lane + 16);
            x2.intoArray(words, lane + 32);
            x3.intoArray(words, lane + 48);
        }
    }
}
