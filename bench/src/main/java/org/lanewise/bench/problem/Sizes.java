// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

/// Sizes as case names show them.
final class Sizes {

    private static final int KIBI = 1 << 10;
    private static final int MEBI = 1 << 20;

    private Sizes() {
    }

    /// 16384 as `16Ki`, 1048576 as `1Mi`; others in full.
    static String binary(int size) {
        if (size >= MEBI && size % MEBI == 0) {
            return size / MEBI + "Mi";
        }
        return size >= KIBI && size % KIBI == 0 ? size / KIBI + "Ki" : Integer.toString(size);
    }
}
