// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import org.junit.jupiter.api.Tag;
import org.lanewise.kernels.Kernels;

/// SIMD kernels held to the contract, at each vector width.
@Tag("every-width")
class VectorKernelsTest extends OwnKernelsContract {

    @Override
    public Kernels kernels() {
        return Kernels.vector();
    }
}
