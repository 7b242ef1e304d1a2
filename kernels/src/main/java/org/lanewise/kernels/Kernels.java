// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import java.util.concurrent.Executor;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.dropout.Dropout;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.internal.BestKernels;
import org.lanewise.kernels.internal.KernelSet;
import org.lanewise.kernels.internal.ParallelKernels;
import org.lanewise.kernels.internal.ReferenceKernels;
import org.lanewise.kernels.internal.TieredKernels;
import org.lanewise.kernels.internal.VectorKernels;
import org.lanewise.kernels.internal.vm.SimdSupport;
import org.lanewise.kernels.loss.Losses;
import org.lanewise.kernels.math.Functions;
import org.lanewise.kernels.normalization.Normalization;
import org.lanewise.kernels.optimizer.Optimizers;
import org.lanewise.kernels.softmax.Softmax;
import org.lanewise.kernels.sums.Sums;

/// All kernel families behind one interface.
///
/// Every implementation returns the same bits for the same input, the payload of a NaN aside: [#reference()] is the
/// specification, all others are held to it. Implementations are thread-safe and allocate nothing after warm-up, except
/// as [#parallel] says.
public sealed interface Kernels permits KernelSet {

    /// The version of the arithmetic, for the bits are part of the interface. It is raised whenever the result of any
    /// kernel changes for finite input; CHANGELOG.md says what changed and why.
    int ARITHMETIC = 2;

    /// Matrix products.
    Gemm gemm();

    /// Activation passes.
    Activations activations();

    /// Elementary functions over arrays.
    Functions functions();

    /// Sums over arrays and columns.
    Sums sums();

    /// Softmax and cross-entropy.
    Softmax softmax();

    /// Elementwise losses.
    Losses losses();

    /// Batch and layer normalization.
    Normalization normalization();

    /// Optimizer steps.
    Optimizers optimizers();

    /// Dropout.
    Dropout dropout();

    /// These kernels with the caller's own products; all other families stay what they are.
    ///
    /// A kernel of the caller's own has to return the reference's bits, throw what the family's interface says, and be
    /// thread-safe. The contract suite, `lanewise-kernels-contract`, holds it to that. Fused passes of other families
    /// do not call it. A later [#parallel] splits its calls like those of all kernels; a kernel put in place after
    /// [#parallel] is called unsplit.
    ///
    /// Products of the caller's own pack to a [org.lanewise.kernels.gemm.PackedMatrix.Own] and refuse, with an
    /// `IllegalArgumentException`, a matrix that another implementation packed.
    ///
    /// @throws NullPointerException if `own` is null
    Kernels with(Gemm own);

    /// The same for activation passes.
    ///
    /// @throws NullPointerException if `own` is null
    Kernels with(Activations own);

    /// The same for elementary functions.
    ///
    /// @throws NullPointerException if `own` is null
    Kernels with(Functions own);

    /// The same for sums.
    ///
    /// @throws NullPointerException if `own` is null
    Kernels with(Sums own);

    /// The same for softmax and cross-entropy.
    ///
    /// @throws NullPointerException if `own` is null
    Kernels with(Softmax own);

    /// The same for losses.
    ///
    /// @throws NullPointerException if `own` is null
    Kernels with(Losses own);

    /// The same for normalization.
    ///
    /// @throws NullPointerException if `own` is null
    Kernels with(Normalization own);

    /// The same for optimizer steps.
    ///
    /// @throws NullPointerException if `own` is null
    Kernels with(Optimizers own);

    /// The same for dropout.
    ///
    /// @throws NullPointerException if `own` is null
    Kernels with(Dropout own);

    /// What these kernels are and why they were chosen, in one line for a log.
    String describe();

    /// The scalar specification. Runs on any JVM, no flag needed.
    static Kernels reference() {
        return ReferenceKernels.INSTANCE;
    }

    /// SIMD kernels on the calling thread.
    ///
    /// @throws UnsupportedOperationException if they cannot run in this VM; the message says what to do
    static Kernels vector() {
        String obstacle = SimdSupport.obstacle();
        if (obstacle != null) {
            throw new UnsupportedOperationException("SIMD kernels cannot run: " + obstacle);
        }
        return VectorKernels.INSTANCE;
    }

    /// What a service should use here: SIMD kernels where they run and are fast, else the reference and, once, a log
    /// line that says what to change.
    static Kernels best() {
        return BestKernels.INSTANCE;
    }

    /// Kernels that start on the reference and switch to SIMD, family by family, as soon as its code is compiled; the
    /// bits stay the same. [#describe()] says which families have switched and why the others have not.
    ///
    /// Until C2 has compiled it, seconds into a program, code of the Vector API is some hundred times slower than the
    /// reference. Here no call runs it before then: a family's first call hands its warm-up to the executor, one task
    /// of half a second to some seconds, and calls stay on the reference until the task has seen that SIMD kernels no
    /// longer allocate, which is when they are fast. After the switch a call costs one more field read and allocates
    /// nothing. The task packs anew what was packed before. A family stays on the reference for good, and a log line
    /// says so, if it is not compiled after two minutes, or if its task is rejected by the executor, is interrupted or
    /// fails; no call fails for it.
    ///
    /// Where SIMD kernels cannot run or would be slow, these are the reference, as [#best()] is; so they are, with a
    /// log line, where the VM does not count allocated bytes. The executor is then never called. Thread-safe. Each call
    /// of this method makes kernels with a warm-up of their own; one is enough for a program.
    ///
    /// @param background runs the warm-ups, on platform threads; stays the caller's. A pool of one thread warms up one
    ///     family after the other, in the order of their first use; `Runnable::run` warms up within the first call.
    /// @throws NullPointerException if `background` is null
    static Kernels tiered(Executor background) {
        return TieredKernels.of(background);
    }

    /// These kernels, with large calls split over a pool. The bits stay the same.
    ///
    /// The calling thread takes part and runs every part that the pool has not begun, so a busy pool slows a call down
    /// but never stops it. Neither does a pool that throws; its first exception is logged. Small calls stay on the
    /// calling thread. A call may allocate a few small objects. At most `threads − 1` small tasks wait in the pool at a
    /// time, and a task that begins after its call has ended holds none of the call's arrays. A pool thread that has
    /// helped spins for a tenth of a millisecond, waiting for the next call, before it returns to the pool: waking it
    /// up again would take longer than most calls.
    ///
    /// @param pool runs parts of a call; stays the caller's
    /// @param threads how many threads work at one call, the calling thread included; at least 1
    /// @throws NullPointerException if `pool` is null
    /// @throws IllegalArgumentException if `threads` is below 1
    default Kernels parallel(Executor pool, int threads) {
        return ParallelKernels.of(this, pool, threads);
    }
}
