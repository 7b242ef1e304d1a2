// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import java.util.function.Function;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.internal.family.Family;

/// The scalar twins of all families.
public final class ReferenceKernels {

    public static final KernelSet INSTANCE = KernelSet.of(() -> "scalar reference", new KernelSet.Source() {
        @Override
        public <F> F of(Family<F> family, Function<Kernels, F> member) {
            return family.reference();
        }
    });

    private ReferenceKernels() {
    }
}
