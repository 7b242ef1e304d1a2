// SPDX-License-Identifier: Apache-2.0
package example;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.contract.KernelsContract;

/// The suite asks for no particular words.
class RewordedTest extends KernelsContract {

    @Override
    public Kernels kernels() {
        return Reworded.kernels();
    }
}
