// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.contract;

/// The contract of all kernel families, for one implementation of [org.lanewise.kernels.Kernels]: a subclass says
/// which. To hold kernels of your own to it, extend this class, or implement the contract of a single family; those
/// that refuse bad arguments in the reference's own words say so by [#speaksAsTheReference()].
public abstract class KernelsContract implements GemmContract, ActivationsContract, FunctionsContract, SumsContract,
        SoftmaxContract, LossesContract, NormalizationContract, OptimizersContract, DropoutContract,
        ArgumentsContract {
}
