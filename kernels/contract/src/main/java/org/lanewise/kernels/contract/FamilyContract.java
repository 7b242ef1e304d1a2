// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

import org.lanewise.kernels.Kernels;

/// What the contract of each family must know of the kernels under test.
public interface FamilyContract {

    /// The kernels under test.
    Kernels kernels();

    /// Whether the kernels under test refuse bad arguments in the reference's own words.
    ///
    /// For every refused call a contract checks that it throws what the kernel's interface says, that the exception has
    /// a message, and that nothing was written. The words of the message are up to the kernels, unless this is true:
    /// then they must be the reference's, as for kernels that leave their checks to the reference.
    default boolean speaksAsTheReference() {
        return false;
    }
}
