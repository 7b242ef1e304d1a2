// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import java.util.Arrays;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.lanes.ScalarColumnSums;

/// The reference of `Activations`: walks the rows and calls the loop of the activation, generated from its formula in
/// [ScalarFormulas].
public final class ScalarActivations implements ArrayActivations {

    /// The reference; it needs nothing.
    public ScalarActivations() {
    }

    @Override
    public void value(Activation activation, Matrix z, Matrix y) {
        ActivationChecks.value(activation, z, y);
        boolean oneRun = z.isContiguous() && y.isContiguous();
        int runs = oneRun ? 1 : z.rows();
        int n = oneRun ? (int) z.size() : z.columns();
        for (int i = 0; i < runs; i++) {
            ScalarPasses.value(activation, z.data(), z.offset() + i * z.stride(), y.data(),
                    y.offset() + i * y.stride(), n);
        }
    }

    @Override
    public void value(Activation activation, float[] z, int offset, int stride, int rows, int columns) {
        boolean oneRun = stride == columns;
        int runs = oneRun ? 1 : rows;
        int n = oneRun ? rows * columns : columns;
        for (int i = 0; i < runs; i++) {
            ScalarPasses.value(activation, z, offset + i * stride, z, offset + i * stride, n);
        }
    }

    @Override
    public void valueAndDerivative(Activation activation, Matrix z, Matrix y, Matrix derivative) {
        ActivationChecks.valueAndDerivative(activation, z, y, derivative);
        boolean oneRun = z.isContiguous() && y.isContiguous() && derivative.isContiguous();
        int runs = oneRun ? 1 : z.rows();
        int n = oneRun ? (int) z.size() : z.columns();
        for (int i = 0; i < runs; i++) {
            ScalarPasses.valueAndDerivative(activation, z.data(), z.offset() + i * z.stride(), y.data(),
                    y.offset() + i * y.stride(), derivative.data(), derivative.offset() + i * derivative.stride(), n);
        }
    }

    @Override
    public void valueAndDerivative(Activation activation, float[] z, int offset, int stride, Matrix derivative,
            int derivativeAt, int rows, int columns) {
        boolean oneRun = stride == columns && derivative.stride() == columns;
        int runs = oneRun ? 1 : rows;
        int n = oneRun ? rows * columns : columns;
        for (int i = 0; i < runs; i++) {
            ScalarPasses.valueAndDerivative(activation, z, offset + i * stride, z, offset + i * stride,
                    derivative.data(), derivativeAt + i * derivative.stride(), n);
        }
    }

    @Override
    public void backward(Activation activation, Matrix z, Matrix dy, Matrix dz) {
        ActivationChecks.backward(activation, z, dy, dz);
        boolean oneRun = z.isContiguous() && dy.isContiguous() && dz.isContiguous();
        int runs = oneRun ? 1 : z.rows();
        int n = oneRun ? (int) z.size() : z.columns();
        for (int i = 0; i < runs; i++) {
            ScalarPasses.backward(activation, z.data(), z.offset() + i * z.stride(), dy.data(),
                    dy.offset() + i * dy.stride(), dz.data(), dz.offset() + i * dz.stride(), n);
        }
    }

    @Override
    public void backward(Matrix derivative, Matrix dy, Matrix dz) {
        ActivationChecks.backward(derivative, dy, dz);
        boolean oneRun = derivative.isContiguous() && dy.isContiguous() && dz.isContiguous();
        int runs = oneRun ? 1 : dz.rows();
        int n = oneRun ? (int) dz.size() : dz.columns();
        for (int i = 0; i < runs; i++) {
            chain(derivative.data(), derivative.offset() + i * derivative.stride(), dy.data(),
                    dy.offset() + i * dy.stride(), dz.data(), dz.offset() + i * dz.stride(), n);
        }
    }

    private static void chain(float[] d, int dOffset, float[] dy, int dyOffset, float[] dz, int dzOffset, int n) {
        for (int i = 0; i < n; i++) {
            dz[dzOffset + i] = ScalarFormulas.chain(dy[dyOffset + i], d[dOffset + i]);
        }
    }

    @Override
    public void parametricRelu(Matrix z, Matrix alpha, Matrix y) {
        ActivationChecks.parametricRelu(z, alpha, y);
        for (int i = 0; i < z.rows(); i++) {
            parametricRelu(z.data(), z.offset() + i * z.stride(), alpha.data(), alpha.offset(), y.data(),
                    y.offset() + i * y.stride(), z.columns());
        }
    }

    private static void parametricRelu(float[] z, int zOffset, float[] alpha, int alphaOffset, float[] y, int yOffset,
            int n) {
        for (int j = 0; j < n; j++) {
            float x = z[zOffset + j];
            y[yOffset + j] = x > 0f ? x : ScalarFormulas.chain(x, alpha[alphaOffset + j]);
        }
    }

    @Override
    public void parametricReluBackward(Matrix z, Matrix alpha, Matrix dy, Matrix dz, Matrix dAlpha) {
        ActivationChecks.parametricReluBackward(z, alpha, dy, dz, dAlpha);
        ScalarColumnSums tree = ScalarColumnSums.take(1, z.columns(), z.rows());
        for (int first = 0; first < z.rows(); first += Lanes.PANEL_ROWS) {
            int count = Math.min(z.rows() - first, Lanes.PANEL_ROWS);
            Arrays.fill(tree.nodes(), tree.leaf(), tree.leaf() + z.columns(), 0f);
            for (int i = first; i < first + count; i++) {
                parametricReluBackward(z.data(), z.index(i, 0), alpha.data(), alpha.offset(), dy.data(), dy.index(i, 0),
                        dz.data(), dz.index(i, 0), tree.nodes(), tree.leaf(), z.columns());
            }
            tree.add(count);
        }
        tree.store(dAlpha);
        tree.give();
    }

    private static void parametricReluBackward(float[] z, int zOffset, float[] alpha, int alphaOffset, float[] dy,
            int dyOffset, float[] dz, int dzOffset, float[] sums, int sumsOffset, int n) {
        for (int j = 0; j < n; j++) {
            float x = z[zOffset + j];
            float gradient = dy[dyOffset + j];
            float sum = sums[sumsOffset + j];
            sums[sumsOffset + j] = x >= 0f ? sum : Math.fma(gradient, x, sum);
            dz[dzOffset + j] = ScalarFormulas.chain(gradient, x > 0f ? 1f : alpha[alphaOffset + j]);
        }
    }
}
