// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.family.Tier;

/// Products on the reference until the register tiles are compiled.
///
/// Matrices that were packed before the switch are packed anew by the executor, right after it, while products go on
/// with the old copies: no call waits for it or allocates. From then on they take the memory that they take with SIMD
/// kernels alone.
public final class TieredGemm extends Tier<Gemm> implements ForwardingGemm {

    /// The matrices that were packed before the switch; null once no more will be packed anew. Guarded by `this`.
    private List<WeakReference<TieredPackedMatrix>> early = new ArrayList<>();

    /// @param background runs the warm-up
    /// @param activations runs the activations of an [Epilogue] that are not fused with the bias, from the switch on
    /// @throws NullPointerException if `background` is null
    public TieredGemm(Executor background, ArrayActivations activations) {
        super(new GemmFamily(), background, activations);
    }

    @Override
    protected void switched() {
        Gemm twin = next();
        for (WeakReference<TieredPackedMatrix> reference : takeEarly()) {
            TieredPackedMatrix packed = reference.get();
            if (packed != null) {
                packed.turnInto(twin);
            }
        }
    }

    @Override
    protected void stayed() {
        takeEarly();
    }

    private synchronized List<WeakReference<TieredPackedMatrix>> takeEarly() {
        List<WeakReference<TieredPackedMatrix>> taken = early;
        early = null;
        return taken;
    }

    /// Notes a matrix to be packed anew at the switch; false if the switch is over, or will never come.
    private synchronized boolean remember(TieredPackedMatrix packed) {
        if (early == null) {
            return false;
        }
        early.removeIf(one -> one.refersTo(null));
        early.add(new WeakReference<>(packed));
        return true;
    }

    @Override
    public void multiply(Matrix a, PackedMatrix b, Matrix c, Epilogue epilogue) {
        if (b instanceof TieredPackedMatrix packed) {
            TieredPackedMatrix.Form form = packed.form();
            form.gemm().multiply(a, form.matrix(), c, epilogue);
        } else {
            GemmChecks.multiply(a, b, c, epilogue);
            throw GemmChecks.foreign(b, "TieredGemm");
        }
    }

    @Override
    public PackedMatrix pack(Matrix b) {
        Gemm gemm = next();
        TieredPackedMatrix packed = new TieredPackedMatrix(TieredPackedMatrix.Form.of(gemm, b));
        if (gemm == reference() && !remember(packed)) {
            // The switch came in between, or never comes.
            Gemm later = next();
            if (later != reference()) {
                packed.turnInto(later);
            }
        }
        return packed;
    }

    @Override
    public void pack(Matrix b, PackedMatrix packed) {
        GemmChecks.pack(b, packed);
        if (packed instanceof TieredPackedMatrix own) {
            own.pack(b);
        } else {
            throw GemmChecks.foreign(packed, "TieredGemm");
        }
    }
}
