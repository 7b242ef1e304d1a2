// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.dropout;

/// Threefry4x32-20, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3" (SC 2011): under a key of four words, a counter of four words becomes four random words.
///
/// It needs only additions, rotations and exclusive ors, so a lane of any vector computes what a scalar does:
/// [VectorThreefry] is its twin, step for step. Philox4x32-10 needs 32×32→64-bit multiplications and thus 64-bit lanes;
/// a dropout pass with it took twice as long.
final class Threefry {

    /// The constant of the key schedule, as in Threefish (Skein 1.3).
    static final int PARITY = 0x1BD11BDA;

    /// The rounds come in fives of four, each four followed by an injection of the key.
    static final int INJECTIONS = 5;

    private Threefry() {
    }

    /// One word of the block that belongs to a counter.
    ///
    /// @param word which, 0 … 3
    static int word(int word, int counter0, int counter1, int counter2, int counter3, int key0, int key1, int key2,
            int key3) {
        int a = key0;
        int b = key1;
        int c = key2;
        int d = key3;
        int e = a ^ b ^ c ^ d ^ PARITY;
        int x0 = counter0 + a;
        int x1 = counter1 + b;
        int x2 = counter2 + c;
        int x3 = counter3 + d;
        for (int injection = 1; true; injection += 2) {
            x0 += x1;
            x1 = Integer.rotateLeft(x1, 10) ^ x0;
            x2 += x3;
            x3 = Integer.rotateLeft(x3, 26) ^ x2;

            x0 += x3;
            x3 = Integer.rotateLeft(x3, 11) ^ x0;
            x2 += x1;
            x1 = Integer.rotateLeft(x1, 21) ^ x2;

            x0 += x1;
            x1 = Integer.rotateLeft(x1, 13) ^ x0;
            x2 += x3;
            x3 = Integer.rotateLeft(x3, 27) ^ x2;

            x0 += x3;
            x3 = Integer.rotateLeft(x3, 23) ^ x0;
            x2 += x1;
            x1 = Integer.rotateLeft(x1, 5) ^ x2;

            x0 += b;
            x1 += c;
            x2 += d;
            x3 += e + injection;
            if (injection == INJECTIONS) {
                break;
            }

            x0 += x1;
            x1 = Integer.rotateLeft(x1, 6) ^ x0;
            x2 += x3;
            x3 = Integer.rotateLeft(x3, 20) ^ x2;

            x0 += x3;
            x3 = Integer.rotateLeft(x3, 17) ^ x0;
            x2 += x1;
            x1 = Integer.rotateLeft(x1, 11) ^ x2;

            x0 += x1;
            x1 = Integer.rotateLeft(x1, 25) ^ x0;
            x2 += x3;
            x3 = Integer.rotateLeft(x3, 10) ^ x2;

            x0 += x3;
            x3 = Integer.rotateLeft(x3, 18) ^ x0;
            x2 += x1;
            x1 = Integer.rotateLeft(x1, 20) ^ x2;

            x0 += c;
            x1 += d;
            x2 += e;
            x3 += a + injection + 1;

            int front = a;
            a = c;
            c = e;
            e = b;
            b = d;
            d = front;
        }
        return switch (word) {
            case 0 -> x0;
            case 1 -> x1;
            case 2 -> x2;
            default -> x3;
        };
    }
}
