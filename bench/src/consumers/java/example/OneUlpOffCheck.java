// SPDX-License-Identifier: Apache-2.0
package example;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.contract.GemmContract;

/// Fails, as it must: products that are not the reference's. Its name is none that Surefire runs by itself.
class OneUlpOffCheck implements GemmContract {

    @Override
    public Kernels kernels() {
        return OneUlpOff.kernels();
    }
}
