// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.lanewise.kernels.Exercise;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.Tier;
import org.lanewise.kernels.activation.Activations;

/// Products on the reference until the register tiles are compiled.
///
/// Matrices that were packed before the switch are packed anew by the executor, right after it, while products go on
/// with the old copies: no call ever waits for that or allocates. Their memory is then what SIMD kernels alone take.
public final class TieredGemm extends Tier<Gemm> implements Gemm {

    private final Gemm scalar;
    private final Activations activations;

    /// What was packed before the switch; null when nothing more will be packed anew. Guarded by `this`.
    private List<WeakReference<TieredPackedMatrix>> early = new ArrayList<>();

    /// @param activations runs the activations of an [Epilogue] that no register tile applies, from the switch on
    /// @param background runs the warm-up
    /// @throws NullPointerException if an argument is null
    public TieredGemm(Activations activations, Executor background) {
        this(new ScalarGemm(), activations, background);
    }

    private TieredGemm(Gemm scalar, Activations activations, Executor background) {
        super("gemm", scalar, background);
        this.scalar = scalar;
        this.activations = Objects.requireNonNull(activations, "tiered gemm: activations is null");
    }

    @Override
    protected Gemm twin() {
        return new VectorGemm(activations);
    }

    @Override
    protected List<Exercise<Gemm>> exercises() {
        return GemmExercises.all();
    }

    @Override
    protected void switched() {
        Gemm twin = now();
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

    /// The implementation that does the next call.
    Gemm current() {
        return now();
    }

    private synchronized List<WeakReference<TieredPackedMatrix>> takeEarly() {
        List<WeakReference<TieredPackedMatrix>> taken = early;
        early = null;
        return taken;
    }

    /// Whether a matrix will be turned at the switch; false once that is over, or will never be.
    private synchronized boolean remember(TieredPackedMatrix packed) {
        if (early == null) {
            return false;
        }
        early.removeIf(one -> one.refersTo(null));
        early.add(new WeakReference<>(packed));
        return true;
    }

    @Override
    public void multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        now().multiply(a, b, c, epilogue);
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
    public void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep,
            Epilogue epilogue) {
        now().multiplyBatch(count, a, aStep, b, bStep, c, cStep, epilogue);
    }

    @Override
    public PackedMatrix pack(Matrix b) {
        Gemm gemm = now();
        TieredPackedMatrix packed = new TieredPackedMatrix(TieredPackedMatrix.Form.of(gemm, b));
        if (gemm == scalar && !remember(packed)) {
            // The switch came in between, or never comes.
            Gemm later = now();
            if (later != scalar) {
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
