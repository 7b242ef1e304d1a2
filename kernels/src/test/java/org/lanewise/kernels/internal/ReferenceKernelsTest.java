// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import org.junit.jupiter.api.Tag;
import org.lanewise.kernels.Kernels;

/// The reference held to the contract: its own bits are the specification, so this covers refusals, layouts and
/// properties such as fused = composed.
@Tag("no-simd")
class ReferenceKernelsTest extends OwnKernelsContract {

    @Override
    public Kernels kernels() {
        return Kernels.reference();
    }
}
