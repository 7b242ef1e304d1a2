// SPDX-License-Identifier: Apache-2.0

/// A thin network layer over the Lanewise kernels: it lays out memory and calls kernels, and does no arithmetic.
module org.lanewise.nn {
    requires transitive org.lanewise.kernels;
    requires de.siegmar.fastcsv;

    exports org.lanewise.nn;
}
