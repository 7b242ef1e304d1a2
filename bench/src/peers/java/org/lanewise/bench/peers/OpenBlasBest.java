// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import org.lanewise.bench.implementation.Processor;

/// OpenBLAS made to use its AVX-512 kernels, which on some processors it does not choose by itself.
public final class OpenBlasBest extends OpenBlas {

    private static final String CORE = "SKYLAKEX";

    @Override
    public String id() {
        return "openblas-best";
    }

    @Override
    void load() {
        if (!Processor.has("avx512f")) {
            throw new UnsupportedOperationException(CORE + " kernels need AVX-512; OpenBLAS's own choice is measured");
        }
        NativeEnvironment.set("OPENBLAS_CORETYPE", CORE);
        super.load();
    }

    @Override
    public boolean isHeadlineOnly() {
        return false;
    }
}
