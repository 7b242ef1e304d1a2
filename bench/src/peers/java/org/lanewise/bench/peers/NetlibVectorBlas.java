// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.lanewise.bench.implementation.Implementation;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Product;
import org.lanewise.bench.problem.Product.Form;
import org.lanewise.bench.problem.Task;

/// The BLAS of dev.ludovic.netlib in Java with the Vector API.
public final class NetlibVectorBlas implements Implementation {

    private static final int LARGEST = 256;
    // Kept, since a logger that nobody holds forgets its level.
    private static final Logger LOGGER = Logger.getLogger("dev.ludovic.netlib");

    @Override
    public String id() {
        return "netlib";
    }

    @Override
    public String version() {
        return "dev.ludovic.netlib " + Versions.of(BLAS.class) + ", " + blas().getClass().getSimpleName();
    }

    private static BLAS blas() {
        LOGGER.setLevel(Level.OFF);
        BLAS blas = JavaBLAS.getInstance();
        if (!blas.getClass().getSimpleName().equals("VectorBLAS")) {
            throw new UnsupportedOperationException("VectorBLAS is not chosen, but " + blas.getClass().getSimpleName());
        }
        return blas;
    }

    @Override
    public boolean accepts(Problem problem) {
        return problem instanceof Product product && product.form() == Form.PLAIN && product.n() <= LARGEST;
    }

    @Override
    public boolean isHeadlineOnly() {
        return true;
    }

    @Override
    public int quietMilliseconds() {
        return 600;
    }

    @Override
    public Task prepare(Problem problem) {
        Product product = (Product) problem;
        BLAS blas = blas();
        float[] a = product.a();
        float[] b = product.b();
        float[] c = new float[product.m() * product.n()];
        int m = product.m();
        int n = product.n();
        int k = product.k();
        // BLAS is column-major: the transposes of row-major matrices, multiplied the other way round.
        return Task.of(() -> blas.sgemm("N", "N", n, m, k, 1f, b, n, a, k, 0f, c, n), c);
    }
}
