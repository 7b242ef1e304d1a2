// SPDX-License-Identifier: Apache-2.0
package example;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.gemm.PackedMatrix;

/// Products with one element that is one unit in the last place too large.
///
/// @param gemm what does the work
record OneUlpOff(Gemm gemm) implements Gemm {

    static Kernels kernels() {
        return Kernels.reference().with(new OneUlpOff(Kernels.reference().gemm()));
    }

    @Override
    public void multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
        gemm.multiply(a, b, c, epilogue);
        shift(c);
    }

    @Override
    public void multiply(Matrix a, PackedMatrix b, Matrix c, Epilogue epilogue) {
        gemm.multiply(a, b, c, epilogue);
        shift(c);
    }

    @Override
    public void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep,
            Epilogue epilogue) {
        gemm.multiplyBatch(count, a, aStep, b, bStep, c, cStep, epilogue);
        shift(c);
    }

    @Override
    public PackedMatrix pack(Matrix b) {
        return gemm.pack(b);
    }

    @Override
    public void pack(Matrix b, PackedMatrix packed) {
        gemm.pack(b, packed);
    }

    private static void shift(Matrix c) {
        if (c.rows() > 0 && c.columns() > 0) {
            c.set(c.rows() - 1, c.columns() - 1, Math.nextUp(c.get(c.rows() - 1, c.columns() - 1)));
        }
    }
}
