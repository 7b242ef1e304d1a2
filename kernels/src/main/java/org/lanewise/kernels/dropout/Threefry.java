// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.dropout;

/// Threefry4x32-20, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3" (SC 2011): a key of four words turns a counter of four words into four random words.
///
/// Additions, rotations and exclusive ors only, so it takes the same few instructions in a lane of any vector. The
/// paper finds 12 rounds enough to pass all of TestU01's BigCrush and recommends 20.
final class Threefry {

    /// The constant of the key schedule, from Skein 1.3.
    static final int PARITY = 0x1BD11BDA;

    private static final int ROUNDS = 20;

    /// Rotations of the two pairs mixed in a round; they repeat after eight rounds.
    private static final int[] FIRST = {10, 11, 13, 23, 6, 17, 25, 18};
    private static final int[] SECOND = {26, 21, 27, 5, 20, 11, 10, 20};

    private Threefry() {
    }

    /// One of the four words of a block.
    ///
    /// @param word which, 0 … 3
    static int word(int word, int counter0, int counter1, int counter2, int counter3, int key0, int key1, int key2,
            int key3) {
        int k0 = key0;
        int k1 = key1;
        int k2 = key2;
        int k3 = key3;
        int k4 = PARITY ^ key0 ^ key1 ^ key2 ^ key3;
        int x0 = counter0 + k0;
        int x1 = counter1 + k1;
        int x2 = counter2 + k2;
        int x3 = counter3 + k3;
        for (int round = 0; round < ROUNDS; round++) {
            int first = FIRST[round % 8];
            int second = SECOND[round % 8];
            if (round % 2 == 0) {
                x0 += x1;
                x1 = Integer.rotateLeft(x1, first) ^ x0;
                x2 += x3;
                x3 = Integer.rotateLeft(x3, second) ^ x2;
            } else {
                x0 += x3;
                x3 = Integer.rotateLeft(x3, first) ^ x0;
                x2 += x1;
                x1 = Integer.rotateLeft(x1, second) ^ x2;
            }
            if (round % 4 == 3) {
                int k = k0;
                k0 = k1;
                k1 = k2;
                k2 = k3;
                k3 = k4;
                k4 = k;
                x0 += k0;
                x1 += k1;
                x2 += k2;
                x3 += k3 + round / 4 + 1;
            }
        }
        return switch (word) {
            case 0 -> x0;
            case 1 -> x1;
            case 2 -> x2;
            default -> x3;
        };
    }
}
