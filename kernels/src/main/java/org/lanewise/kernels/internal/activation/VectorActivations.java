// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.family.ArrayActivations;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.lanes.ScratchPool;
import org.lanewise.kernels.internal.lanes.Species;
import org.lanewise.kernels.internal.lanes.VectorColumnSums;

/// The SIMD twin of [ScalarActivations]: walks the rows and calls the activation's loop, generated from
/// [ScalarFormulas]. The loop is chosen once for each run of elements, so that each loop is compiled by itself.
public final class VectorActivations implements ArrayActivations {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int LANES = SPECIES.length();

    /// Elements of a chunk: 4 KiB, which stay in L1 together with the chunk's inputs and outputs.
    private static final int CHUNK = 1024;

    /// Shorter runs stay in L1 anyway.
    private static final int FEWEST_CHUNKED = 4096;

    private static final ScratchPool<float[]> CHUNKS = new ScratchPool<>(() -> new float[CHUNK]);

    /// The SIMD twin; it loads vector classes, so the Vector API must be there.
    public VectorActivations() {
    }

    @Override
    public void value(Activation activation, Matrix z, Matrix y) {
        ActivationChecks.value(activation, z, y);
        boolean oneRun = z.isContiguous() && y.isContiguous();
        int runs = oneRun ? 1 : z.rows();
        int n = oneRun ? (int) z.size() : z.columns();
        for (int i = 0; i < runs; i++) {
            VectorPasses.value(activation, z.data(), z.offset() + i * z.stride(), y.data(),
                    y.offset() + i * y.stride(), n);
        }
    }

    @Override
    public void value(Activation activation, float[] z, int offset, int stride, int rows, int columns) {
        boolean oneRun = stride == columns;
        int runs = oneRun ? 1 : rows;
        int n = oneRun ? rows * columns : columns;
        for (int i = 0; i < runs; i++) {
            VectorPasses.value(activation, z, offset + i * stride, z, offset + i * stride, n);
        }
    }

    @Override
    public void valueAndDerivative(Activation activation, Matrix z, Matrix y, Matrix derivative) {
        ActivationChecks.valueAndDerivative(activation, z, y, derivative);
        boolean oneRun = z.isContiguous() && y.isContiguous() && derivative.isContiguous();
        int runs = oneRun ? 1 : z.rows();
        int n = oneRun ? (int) z.size() : z.columns();
        for (int i = 0; i < runs; i++) {
            valueAndDerivative(activation, z.data(), z.offset() + i * z.stride(), y.data(),
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
            valueAndDerivative(activation, z, offset + i * stride, z, offset + i * stride,
                    derivative.data(), derivativeAt + i * derivative.stride(), n);
        }
    }

    /// For some cheap activations a long run goes by chunks, whose derivatives are copied afterwards: beyond L1 a loop
    /// that stores to two arrays took 1.2 to 1.7 times as long, hard swish as long as its reference. For the smooth
    /// activations, which compute longer than they store, a loop with two stores took 0.9 of the time; for ReLU as
    /// long.
    private static void valueAndDerivative(Activation activation, float[] z, int zOffset, float[] y, int yOffset,
            float[] d, int dOffset, int n) {
        if (n < FEWEST_CHUNKED || !(activation instanceof Activation.LeakyRelu
                || activation instanceof Activation.HardSigmoid || activation instanceof Activation.HardSwish)) {
            VectorPasses.valueAndDerivative(activation, z, zOffset, y, yOffset, d, dOffset, n);
            return;
        }
        float[] chunk = CHUNKS.take();
        int count;
        for (int i = 0; i < n; i += count) {
            count = Math.min(CHUNK, n - i);
            VectorPasses.valueAndDerivative(activation, z, zOffset + i, y, yOffset + i, chunk, 0, count);
            System.arraycopy(chunk, 0, d, dOffset + i, count);
        }
        CHUNKS.give(chunk);
    }

    @Override
    public void backward(Activation activation, Matrix z, Matrix dy, Matrix dz) {
        ActivationChecks.backward(activation, z, dy, dz);
        boolean oneRun = z.isContiguous() && dy.isContiguous() && dz.isContiguous();
        int runs = oneRun ? 1 : z.rows();
        int n = oneRun ? (int) z.size() : z.columns();
        for (int i = 0; i < runs; i++) {
            VectorPasses.backward(activation, z.data(), z.offset() + i * z.stride(), dy.data(),
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

    /// As [ScalarFormulas#chain]: where the derivative is 0, the lane keeps it.
    private static void chain(float[] d, int dOffset, float[] dy, int dyOffset, float[] dz, int dzOffset, int n) {
        int i = 0;
        for (int end = SPECIES.loopBound(n); i < end; i += LANES) {
            FloatVector slope = FloatVector.fromArray(SPECIES, d, dOffset + i);
            FloatVector gradient = FloatVector.fromArray(SPECIES, dy, dyOffset + i);
            slope.lanewise(VectorOperators.MUL, gradient, slope.compare(VectorOperators.NE, 0f))
                    .intoArray(dz, dzOffset + i);
        }
        if (i < n) {
            VectorMask<Float> rest = SPECIES.indexInRange(i, n);
            FloatVector slope = FloatVector.fromArray(SPECIES, d, dOffset + i, rest);
            FloatVector gradient = FloatVector.fromArray(SPECIES, dy, dyOffset + i, rest);
            slope.lanewise(VectorOperators.MUL, gradient, slope.compare(VectorOperators.NE, 0f))
                    .intoArray(dz, dzOffset + i, rest);
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
        int j = 0;
        for (int end = SPECIES.loopBound(n); j < end; j += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, z, zOffset + j);
            FloatVector slope = FloatVector.fromArray(SPECIES, alpha, alphaOffset + j);
            slope.lanewise(VectorOperators.MUL, x, slope.compare(VectorOperators.NE, 0f))
                    .blend(x, x.compare(VectorOperators.GT, 0f)).intoArray(y, yOffset + j);
        }
        if (j < n) {
            VectorMask<Float> rest = SPECIES.indexInRange(j, n);
            FloatVector x = FloatVector.fromArray(SPECIES, z, zOffset + j, rest);
            FloatVector slope = FloatVector.fromArray(SPECIES, alpha, alphaOffset + j, rest);
            slope.lanewise(VectorOperators.MUL, x, slope.compare(VectorOperators.NE, 0f))
                    .blend(x, x.compare(VectorOperators.GT, 0f)).intoArray(y, yOffset + j, rest);
        }
    }

    @Override
    public void parametricReluBackward(Matrix z, Matrix alpha, Matrix dy, Matrix dz, Matrix dAlpha) {
        ActivationChecks.parametricReluBackward(z, alpha, dy, dz, dAlpha);
        VectorColumnSums tree = VectorColumnSums.take(1, z.columns(), z.rows());
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
        int j = 0;
        for (int end = SPECIES.loopBound(n); j < end; j += LANES) {
            FloatVector x = FloatVector.fromArray(SPECIES, z, zOffset + j);
            FloatVector gradient = FloatVector.fromArray(SPECIES, dy, dyOffset + j);
            FloatVector sum = FloatVector.fromArray(SPECIES, sums, sumsOffset + j);
            gradient.fma(x, sum).blend(sum, x.compare(VectorOperators.GE, 0f)).intoArray(sums, sumsOffset + j);
            FloatVector slope = FloatVector.fromArray(SPECIES, alpha, alphaOffset + j)
                    .blend(1f, x.compare(VectorOperators.GT, 0f));
            slope.lanewise(VectorOperators.MUL, gradient, slope.compare(VectorOperators.NE, 0f))
                    .intoArray(dz, dzOffset + j);
        }
        if (j < n) {
            VectorMask<Float> rest = SPECIES.indexInRange(j, n);
            FloatVector x = FloatVector.fromArray(SPECIES, z, zOffset + j, rest);
            FloatVector gradient = FloatVector.fromArray(SPECIES, dy, dyOffset + j, rest);
            FloatVector sum = FloatVector.fromArray(SPECIES, sums, sumsOffset + j, rest);
            gradient.fma(x, sum).blend(sum, x.compare(VectorOperators.GE, 0f)).intoArray(sums, sumsOffset + j, rest);
            FloatVector slope = FloatVector.fromArray(SPECIES, alpha, alphaOffset + j, rest)
                    .blend(1f, x.compare(VectorOperators.GT, 0f));
            slope.lanewise(VectorOperators.MUL, gradient, slope.compare(VectorOperators.NE, 0f))
                    .intoArray(dz, dzOffset + j, rest);
        }
    }
}
