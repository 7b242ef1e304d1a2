// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import java.util.Objects;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.internal.activation.ScalarActivations;
import org.lanewise.kernels.internal.family.ArrayActivations;

/// The reference: every product sum is one chain of fma down k, whatever the order in which C is walked.
public final class ScalarGemm implements Gemm {

    private final ArrayActivations activations;

    public ScalarGemm() {
        this(new ScalarActivations());
    }

    /// @param activations runs the activation of an [Epilogue]
    /// @throws NullPointerException if `activations` is null
    public ScalarGemm(ArrayActivations activations) {
        this.activations = Objects.requireNonNull(activations, "gemm: activations is null");
    }

    @Override
    public void multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        GemmChecks.multiply(a, b, c, epilogue);
        product(a, a.offset(), b, b.offset(), c, c.offset(), epilogue);
        activate(c, c.offset(), epilogue);
    }

    @Override
    public void multiply(Matrix a, PackedMatrix b, Matrix c, Epilogue epilogue) {
        GemmChecks.multiply(a, b, c, epilogue);
        Matrix copy = own(b).matrix();
        product(a, a.offset(), copy, copy.offset(), c, c.offset(), epilogue);
        activate(c, c.offset(), epilogue);
    }

    @Override
    public void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep,
            Epilogue epilogue) {
        GemmChecks.multiplyBatch(count, a, aStep, b, bStep, c, cStep, epilogue);
        int products = c.size() == 0 ? 0 : count;
        for (int s = 0; s < products; s++) {
            int cStart = GemmChecks.start(c, s, cStep);
            product(a, GemmChecks.start(a, s, aStep), b, GemmChecks.start(b, s, bStep), c, cStart, epilogue);
            activate(c, cStart, epilogue);
        }
    }

    @Override
    public PackedMatrix pack(Matrix b) {
        GemmChecks.pack(b);
        ScalarPackedMatrix packed = new ScalarPackedMatrix(Matrix.zeros(b.rows(), b.columns()));
        packed.copy(b);
        return packed;
    }

    @Override
    public void pack(Matrix b, PackedMatrix packed) {
        GemmChecks.pack(b, packed);
        own(packed).copy(b);
    }

    private static ScalarPackedMatrix own(PackedMatrix packed) {
        if (packed instanceof ScalarPackedMatrix own) {
            return own;
        }
        throw GemmChecks.foreign(packed, "ScalarGemm");
    }

    /// C ← (C +) A·B (+ bias), each view starting at the given index instead of its own offset.
    private static void product(Matrix a, int aStart, Matrix b, int bStart, Matrix c, int cStart, Epilogue epilogue) {
        int aRowStride = a.isTransposed() ? 1 : a.stride();
        int aColumnStride = a.isTransposed() ? a.stride() : 1;
        int bRowStride = b.isTransposed() ? 1 : b.stride();
        int bColumnStride = b.isTransposed() ? b.stride() : 1;
        float[] sums = c.data();
        for (int i = 0; i < c.rows(); i++) {
            int row = cStart + i * c.stride();
            if (!epilogue.accumulate()) {
                for (int j = 0; j < c.columns(); j++) {
                    sums[row + j] = 0f;
                }
            }
            for (int p = 0; p < a.columns(); p++) {
                float factor = a.data()[aStart + i * aRowStride + p * aColumnStride];
                addMultiple(factor, b.data(), bStart + p * bRowStride, bColumnStride, sums, row, c.columns());
            }
            if (epilogue.bias() != null) {
                float[] bias = epilogue.bias().data();
                int biasStart = epilogue.bias().offset();
                for (int j = 0; j < c.columns(); j++) {
                    sums[row + j] += bias[biasStart + j];
                }
            }
        }
    }

    /// One step down k for a whole row: sums[j] ← fma(factor, b[j], sums[j]).
    private static void addMultiple(float factor, float[] b, int bStart, int bStride, float[] sums, int start,
            int columns) {
        if (bStride == 1) {
            // The same loop, without the multiplication that would keep the compiler from vectorising it.
            for (int j = 0; j < columns; j++) {
                sums[start + j] = Math.fma(factor, b[bStart + j], sums[start + j]);
            }
        } else {
            for (int j = 0; j < columns; j++) {
                sums[start + j] = Math.fma(factor, b[bStart + j * bStride], sums[start + j]);
            }
        }
    }

    private void activate(Matrix c, int cStart, Epilogue epilogue) {
        Activation activation = epilogue.activation();
        Matrix derivative = epilogue.derivative();
        if (derivative != null) {
            activations.valueAndDerivative(activation, c.data(), cStart, c.stride(), derivative,
                    derivative.offset(), c.rows(), c.columns());
        } else if (!(activation instanceof Activation.Identity)) {
            activations.value(activation, c.data(), cStart, c.stride(), c.rows(), c.columns());
        }
    }
}
