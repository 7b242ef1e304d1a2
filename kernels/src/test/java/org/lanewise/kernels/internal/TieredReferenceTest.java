// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lanewise.kernels.contract.Samples.assertSameBits;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.PackedMatrix;

/// Tiered kernels before the switch: held to the contract on an executor that never runs a warm-up, and what they hand
/// to executors and say of it.
class TieredReferenceTest extends OwnKernelsContract {

    private final Kernels waiting = Kernels.tiered(_ -> { });

    @Override
    public Kernels kernels() {
        return waiting;
    }

    @Test
    void eachFamilyIsHandedToTheExecutorOnceAndOnlyWhenItIsUsed() {
        List<Runnable> tasks = new ArrayList<>();
        Kernels kernels = Kernels.tiered(tasks::add);
        Matrix x = Matrix.zeros(2, 3);
        assertEquals(0, tasks.size());
        kernels.softmax().softmax(x, x);
        kernels.softmax().softmax(x, x);
        assertEquals(1, tasks.size());
        kernels.sums().sum(x);
        assertEquals(2, tasks.size());
        assertEquals("tiered: scalar reference for gemm (not used yet), activations (not used yet), "
                + "functions (not used yet), sums (warming up), softmax (warming up), losses (not used yet), "
                + "normalization (not used yet), optimizers (not used yet), dropout (not used yet)",
                kernels.describe());
    }

    @Test
    void aRejectedWarmUpLeavesTheFamilyOnTheReference() {
        Kernels kernels = Kernels.tiered(_ -> {
            throw new RejectedExecutionException("full");
        });
        Matrix z = Matrix.row(1f, 2f, 3f);
        Matrix expected = Matrix.zeros(1, 3);
        Kernels.reference().softmax().softmax(z, expected);
        Matrix actual = Matrix.zeros(1, 3);
        try (LogLines log = new LogLines()) {
            for (int call = 0; call < 2; call++) {
                kernels.softmax().softmax(z, actual);
                assertSameBits(expected, actual, "softmax");
            }
            assertEquals(List.of("softmax stays on the scalar reference: the executor rejected the warm-up"),
                    log.all());
        }
    }

    /// As a pool does whose queue has room for a task that no thread can be started for. Packed matrices wait for the
    /// twin, until it is certain that there will be none.
    @Test
    void aTaskThatIsRunAfterItsExecutorThrewDoesNothing() {
        List<Runnable> tasks = new ArrayList<>();
        Kernels kernels = Kernels.tiered(task -> {
            tasks.add(task);
            throw new OutOfMemoryError("unable to create native thread");
        });
        PackedMatrix packed;
        try (LogLines log = new LogLines()) {
            packed = kernels.gemm().pack(Matrix.zeros(3, 2));
            assertEquals(1, log.all().size());
            tasks.getFirst().run();
            assertEquals(1, log.all().size(), "no more lines");
        }
        kernels.gemm().multiply(Matrix.zeros(1, 3), packed, Matrix.zeros(1, 2), Epilogue.OVERWRITE);
    }

    @Test
    void anExecutorIsRequired() {
        assertEquals("tiered: background is null",
                assertThrows(NullPointerException.class, () -> Kernels.tiered(null)).getMessage());
    }
}
