// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

/// The shapes into which a product is cut: one row of the table for each vector width and register count.
///
/// @param tileRows rows of a register tile
/// @param tileVectors vectors in each row of a register tile
/// @param stripRows rows of a register tile that reads A from strips
/// @param stripVectors vectors in each row of such a tile
/// @param stripFrom number of rows of A from which strips are packed
/// @param depth steps of k for which a panel of B is packed and a tile runs (KC)
/// @param rows rows of A between which all panels of B are read again (MC)
/// @param columns columns of B that are packed at a time (NC)
/// @param directRows number of rows up to which B is read in place
/// @param directElements number of elements up to which B is read in place
record GemmBlocks(int tileRows, int tileVectors, int stripRows, int stripVectors, int stripFrom, int depth, int rows,
        int columns, int directRows, int directElements) {

    /// The row of the table for vectors of `lanes` floats and so many registers.
    static GemmBlocks of(int lanes, int registers) {
        if (registers >= 32) {
            return new GemmBlocks(8, 3, 12, 2, 48, Integer.getInteger("KC", 192), Integer.getInteger("MC", 240), Integer.getInteger("NC", 512), Integer.getInteger("DIR", 64), 64 * 64);
        }
        return new GemmBlocks(5, 2, 5, 2, 48, 256, 240, 512, 64, 64 * 64);
    }

    /// The next tile's size along a side of which `remaining` are left: full tiles, then two of equal size rather than
    /// a full one and a sliver, which would not have enough independent sums to keep the fma units busy.
    static int next(int remaining, int tile) {
        if (remaining >= 2 * tile) {
            return tile;
        }
        return remaining > tile ? (remaining + 1) / 2 : remaining;
    }
}
