// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.lanewise.bench.implementation.Implementation;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Product;
import org.lanewise.bench.problem.Product.Form;
import org.lanewise.bench.problem.Task;

/// EJML, plain Java.
public final class Ejml implements Implementation {

    private static final int LARGEST = 256;

    @Override
    public String id() {
        return "ejml";
    }

    @Override
    public String version() {
        return "EJML " + Versions.of(CommonOps_FDRM.class);
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
        return 300;
    }

    @Override
    public Task prepare(Problem problem) {
        Product product = (Product) problem;
        FMatrixRMaj a = FMatrixRMaj.wrap(product.m(), product.k(), product.a());
        FMatrixRMaj b = FMatrixRMaj.wrap(product.k(), product.n(), product.b());
        FMatrixRMaj c = new FMatrixRMaj(product.m(), product.n());
        return Task.of(() -> CommonOps_FDRM.mult(a, b, c), c.data);
    }
}
