// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import org.lanewise.kernels.Kernels;

/// One operation at one shape on fixed inputs: what a benchmark measures, whoever does the work.
public sealed interface Problem permits Product, DenseLayer, ElementwisePass, SoftmaxPass, LossPass,
        NormalizationPass, OptimizerStep, DropoutPass, TrainingStep, NetworkPrediction {

    /// The family that it belongs to.
    Family family();

    /// The name of the case, unique in its family.
    String name();

    /// What must be done at least.
    Cost cost();

    /// The work done by Lanewise's kernels.
    Task with(Kernels kernels);

    /// How far a peer may be off, relative to the largest magnitude of an output.
    default float tolerance() {
        return 1e-4f;
    }

    /// Runs a fresh task once and compares its outputs with the reference's.
    ///
    /// @param exact whether the bits must be equal; else the tolerance holds
    /// @throws IllegalStateException if the outputs are wrong
    default void check(Task task, boolean exact) {
        task.run();
        Task expected = with(Kernels.reference());
        expected.run();
        Comparison.of(this, exact).check(expected.results(), task.results());
    }
}
