// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

/// Tiered kernels before the switch, held to the contract: the executor never runs a warm-up.
class TieredReferenceTest extends OwnKernelsContract {

    private final Kernels waiting = Kernels.tiered(_ -> { });

    @Override
    public Kernels kernels() {
        return waiting;
    }
}
