// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import org.lanewise.kernels.contract.KernelsContract;

/// The contract for this project's own kernels, whose refusals are the reference's word for word.
abstract class OwnKernelsContract extends KernelsContract {

    @Override
    public boolean speaksAsTheReference() {
        return true;
    }
}
