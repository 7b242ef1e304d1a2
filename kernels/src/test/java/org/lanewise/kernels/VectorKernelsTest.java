// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import org.junit.jupiter.api.Tag;
import org.lanewise.kernels.contract.KernelsContract;

/// SIMD kernels held to the contract, at each vector width.
@Tag("every-width")
class VectorKernelsTest extends KernelsContract {

    @Override
    public Kernels kernels() {
        return Kernels.vector();
    }
}
