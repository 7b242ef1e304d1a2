// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.lanewise.bench.implementation.Implementation;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Product;
import org.lanewise.bench.problem.Product.Form;
import org.lanewise.bench.problem.Task;

/// OpenBLAS on native memory that is allocated before the clock starts, with the kernels that it chooses itself.
public class OpenBlas implements Implementation {

    @Override
    public String id() {
        return "openblas";
    }

    @Override
    public String version() {
        load();
        return "OpenBLAS " + Versions.of(openblas.class) + ", kernels for "
                + NativeLibrary.text("openblas_get_corename");
    }

    /// Loads the library, on one thread.
    void load() {
        NativeEnvironment.set("OPENBLAS_NUM_THREADS", "1");
        Loader.load(openblas_nolapack.class);
    }

    @Override
    public boolean accepts(Problem problem) {
        return problem instanceof Product;
    }

    @Override
    public boolean isHeadlineOnly() {
        return true;
    }

    @Override
    public Task prepare(Problem problem) {
        load();
        return new Sgemm((Product) problem);
    }

    private static final class Sgemm implements Task {

        private final Product product;
        private final int transposeA;
        private final int transposeB;
        private final int strideOfA;
        private final int strideOfB;
        private final FloatPointer a;
        private final FloatPointer b;
        private final FloatPointer c;

        Sgemm(Product product) {
            this.product = product;
            boolean atransposed = product.form() == Form.A_TRANSPOSED;
            boolean btransposed = product.form() == Form.B_TRANSPOSED;
            transposeA = atransposed ? openblas.CblasTrans : openblas.CblasNoTrans;
            transposeB = btransposed ? openblas.CblasTrans : openblas.CblasNoTrans;
            strideOfA = atransposed ? product.m() : product.k();
            strideOfB = btransposed ? product.k() : product.n();
            a = new FloatPointer(product.a());
            b = new FloatPointer(product.b());
            c = new FloatPointer((long) product.m() * product.n());
        }

        @Override
        public void run() {
            openblas.cblas_sgemm(openblas.CblasRowMajor, transposeA, transposeB, product.m(), product.n(), product.k(),
                    1f, a, strideOfA, b, strideOfB, 0f, c, product.n());
        }

        @Override
        public float[][] results() {
            float[] result = new float[product.m() * product.n()];
            c.get(result);
            return new float[][] {result};
        }

        @Override
        public void close() {
            a.deallocate();
            b.deallocate();
            c.deallocate();
        }
    }
}
