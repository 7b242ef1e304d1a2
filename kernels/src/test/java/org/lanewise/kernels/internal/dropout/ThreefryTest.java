// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.dropout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// Threefry4x32-20 against the known answers of its authors' library Random123, and its mixing.
class ThreefryTest {

    @Test
    void returnsTheKnownAnswers() {
        assertArrayEquals(words(0x9c6ca96a, 0xe17eae66, 0xfc10ecd4, 0x5256a7d8),
                block(words(0, 0, 0, 0), words(0, 0, 0, 0)));
        assertArrayEquals(words(0x2a881696, 0x57012287, 0xf6c7446e, 0xa16a6732),
                block(words(-1, -1, -1, -1), words(-1, -1, -1, -1)));
        // Counter and key are the first digits of π.
        assertArrayEquals(words(0x59cd1dbb, 0xb8879579, 0x86b5d00c, 0xac8b6d84),
                block(words(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344),
                        words(0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89)));
    }

    /// Each bit of counter and key changes each bit of the block with probability 1/2: over 512 blocks, the number of
    /// changed bits of 128 has mean 64 and a deviation of its mean of √32/√512 = 0.25.
    @Test
    void everyInputBitChangesHalfTheOutput() {
        for (int bit = 0; bit < 256; bit++) {
            int changed = 0;
            for (int trial = 0; trial < 512; trial++) {
                int[] counter = words(trial, 0, 0, 0);
                int[] key = words(1, 0, trial % 3, 0);
                int[] before = block(counter, key);
                (bit < 128 ? counter : key)[bit % 128 / 32] ^= 1 << bit;
                int[] after = block(counter, key);
                for (int word = 0; word < 4; word++) {
                    changed += Integer.bitCount(before[word] ^ after[word]);
                }
            }
            assertEquals(64.0, changed / 512.0, 1.25, "bits changed by input bit " + bit);
        }
    }

    private static int[] words(int... words) {
        return words;
    }

    private static int[] block(int[] counter, int[] key) {
        int[] block = new int[4];
        for (int word = 0; word < 4; word++) {
            block[word] = Threefry.word(word, counter[0], counter[1], counter[2], counter[3], key[0], key[1], key[2],
                    key[3]);
        }
        return block;
    }
}
