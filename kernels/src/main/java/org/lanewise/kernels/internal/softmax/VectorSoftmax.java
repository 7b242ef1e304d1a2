// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.softmax;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.formula.ScalarMath;
import org.lanewise.kernels.internal.formula.VectorMath;
import org.lanewise.kernels.internal.lanes.LaneScratch;
import org.lanewise.kernels.internal.lanes.Lanes;
import org.lanewise.kernels.internal.lanes.Species;
import org.lanewise.kernels.internal.lanes.VectorLanes;
import org.lanewise.kernels.softmax.CrossEntropy;
import org.lanewise.kernels.softmax.MaskedRows;
import org.lanewise.kernels.softmax.Softmax;

/// The SIMD twin of [ScalarSoftmax]. Each step is a loop over as many rows as stay in the first-level cache; a row
/// longer than a block goes by itself, a block of columns at a time. Sums are taken as [VectorLanes] says.
///
/// A row's last elements, fewer than a vector, go through the exponential of the loop where vectors have 16 lanes and
/// masks cost nothing, else one by one. In a program whose rows were multiples of 16 before, C2 does not inline a
/// second exponential after the loop and boxes its vectors: a row of 1000 took 1.6 times as long.
///
/// C2 stops inlining helpers once a method has grown to 18,000 nodes, some 40 vector operations, and boxes a vector
/// that is passed to such a call. So the exponential comes early in each method, the code after it calls only
/// operations of the Vector API, and the methods are too long (over 325 bytecodes) to be inlined themselves.
final class VectorSoftmax implements Softmax {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();
    private static final boolean ONE_REGISTER = VectorLanes.ONE_REGISTER;

    /// Elements that stay in the nearest cache from one step to the next.
    private static final int HOT_ELEMENTS = 2048;

    private static final IntVector LANE = IntVector.zero(Species.INT).addIndex(1);

    /// The SIMD twin; it loads vector classes, so the Vector API must be there.
    VectorSoftmax() {
    }

    @Override
    public void softmax(Matrix z, MaskedRows masked, Matrix y) {
        SoftmaxChecks.softmax(z, masked, y);
        boolean zeros = masked == MaskedRows.ZEROS;
        if (z.columns() <= STEP) {
            narrowSoftmax(z, zeros, y);
            return;
        }
        LaneScratch scratch = LaneScratch.take();
        float[] ys = y.data();
        int n = z.columns();
        int bound = SPECIES.loopBound(n);
        int most = zeros ? 1 : rowsAtOnce(n);
        int count;
        for (int first = 0; first < z.rows(); first += count) {
            count = Math.min(z.rows() - first, most);
            maxima(z, first, count, scratch);
            if (zeros && ScalarSoftmax.isMasked(scratch.maxima[0], z.data(), z.index(first, 0), n)) {
                Arrays.fill(ys, y.index(first, 0), y.index(first, 0) + n, 0f);
                continue;
            }
            exponentials(z, first, count, y, scratch);
            for (int i = 0; i < count; i++) {
                int yAt = y.index(first + i, 0);
                float factor = 1f / scratch.sums[i];
                for (int j = 0; j < bound; j += STEP) {
                    FloatVector.fromArray(SPECIES, ys, yAt + j).mul(factor).intoArray(ys, yAt + j);
                }
                for (int j = bound; j < n; j++) {
                    ys[yAt + j] *= factor;
                }
            }
        }
        scratch.give();
    }

    /// How many rows go through a step before the next step: as many as stay in the first-level cache. Each step is a
    /// method of its own, because C2 inlines the exponentials of only one loop in a method. Calling such methods for
    /// each row would take half the time of a short row.
    private static int rowsAtOnce(int columns) {
        return Math.clamp(HOT_ELEMENTS / columns, 1, Lanes.BLOCK);
    }

    @Override
    public void logSoftmax(Matrix z, Matrix y) {
        SoftmaxChecks.forward("log-softmax", z, y);
        if (z.columns() <= STEP) {
            narrowLogSoftmax(z, y);
            return;
        }
        LaneScratch scratch = LaneScratch.take();
        float[] zs = z.data();
        float[] ys = y.data();
        int n = z.columns();
        int bound = SPECIES.loopBound(n);
        int most = rowsAtOnce(n);
        int count;
        for (int first = 0; first < z.rows(); first += count) {
            count = Math.min(z.rows() - first, most);
            maxima(z, first, count, scratch);
            exponentials(z, first, count, null, scratch);
            for (int i = 0; i < count; i++) {
                int zAt = z.index(first + i, 0);
                int yAt = y.index(first + i, 0);
                float max = scratch.maxima[i];
                float log = ScalarSoftmax.log(scratch.sums[i], scratch.rests[i]);
                for (int j = 0; j < bound; j += STEP) {
                    FloatVector.fromArray(SPECIES, zs, zAt + j).sub(max).sub(log).intoArray(ys, yAt + j);
                }
                for (int j = bound; j < n; j++) {
                    ys[yAt + j] = zs[zAt + j] - max - log;
                }
            }
        }
        scratch.give();
    }

    /// Writes the maxima of rows to the scratch.
    private static void maxima(Matrix z, int first, int count, LaneScratch scratch) {
        for (int i = 0; i < count; i++) {
            scratch.maxima[i] = max(z.data(), z.index(first + i, 0), z.columns());
        }
    }

    /// The exponentials of rows, 2²⁴·e^(z − max), by the maxima in the scratch. Writes the sum of each row to `sums`,
    /// and the sum of all elements below the largest, which only a row with a majority needs, to `rests`.
    ///
    /// @param count number of rows; 1 where a row is longer than [Lanes#ROW_BLOCK]
    /// @param out receives the exponentials; may be z; null where they are not wanted
    private static void exponentials(Matrix z, int first, int count, Matrix out, LaneScratch scratch) {
        float[] outs = out == null ? null : out.data();
        int zAt = z.index(first, 0);
        int outAt = out == null ? 0 : out.index(first, 0);
        int n = z.columns();
        if (n <= Lanes.ROW_BLOCK) {
            exponentials(z.data(), zAt, z.stride(), n, count, outs, outAt, out == null ? 0 : out.stride(), scratch);
            return;
        }
        scratch.tree.clear();
        scratch.tree2.clear();
        for (int from = 0; from < n; from += Lanes.ROW_BLOCK) {
            int end = Math.min(n, from + Lanes.ROW_BLOCK);
            exponentials(z.data(), zAt + from, 0, end - from, 1, outs, outAt + from, 0, scratch);
            scratch.tree.add(scratch.sums[0]);
            scratch.tree2.add(scratch.rests[0]);
        }
        scratch.sums[0] = (float) scratch.tree.total();
        scratch.rests[0] = (float) scratch.tree2.total();
    }

    /// The same for blocks of a row. A method of its own: with more loops of this size in one method, C2 stops inlining
    /// and boxes vectors.
    private static void exponentials(float[] z, int zAt, int zStride, int n, int count, float[] out, int outAt,
            int outStride, LaneScratch scratch) {
        float[] lanes = scratch.lanes;
        float[] restLanes = scratch.lanes2;
        FloatVector lowest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        VectorMask<Float> tail = SPECIES.indexInRange(SPECIES.loopBound(n), n);
        int bound = ONE_REGISTER ? n : SPECIES.loopBound(n);
        // The target of exponentials that nobody wants: a masked store under a condition boxes its vector and mask as
        // soon as a program has made calls of both kinds.
        float[] outs = out == null ? scratch.lanes3 : out;
        int outStep = out == null ? 0 : STEP;
        for (int i = 0; i < count; i++) {
            int from = zAt + i * zStride;
            int to = out == null ? 0 : outAt + i * outStride;
            float max = scratch.maxima[i];
            VectorLanes.clear(lanes);
            VectorLanes.clear(restLanes);
            FloatVector sums = FloatVector.zero(SPECIES);
            FloatVector rests = sums;
            for (int j = 0; j < bound; j += STEP, to += outStep) {
                boolean isTail = ONE_REGISTER && j > n - STEP;
                FloatVector v = isTail
                        ? lowest.blend(FloatVector.fromArray(SPECIES, z, from + j, tail), tail)
                        : FloatVector.fromArray(SPECIES, z, from + j);
                FloatVector x = v.sub(max);
                FloatVector e = VectorMath.scaledExp(x);
                if (isTail) {
                    e.intoArray(outs, to, tail);
                } else {
                    e.intoArray(outs, to);
                }
                if (ONE_REGISTER) {
                    sums = sums.add(e);
                    rests = rests.add(e, x.compare(VectorOperators.NE, 0f));
                } else {
                    int lane = Lanes.of(j);
                    FloatVector.fromArray(SPECIES, lanes, lane).add(e).intoArray(lanes, lane);
                    FloatVector.fromArray(SPECIES, restLanes, lane).add(e, x.compare(VectorOperators.NE, 0f))
                            .intoArray(restLanes, lane);
                }
            }
            if (ONE_REGISTER) {
                sums.intoArray(lanes, 0);
                rests.intoArray(restLanes, 0);
            }
            for (int j = bound; j < n; j++) {
                float x = z[from + j] - max;
                float e = ScalarMath.scaledExp(x);
                outs[out == null ? 0 : to - bound + j] = e;
                lanes[Lanes.of(j)] += e;
                restLanes[Lanes.of(j)] += x == 0f ? 0f : e;
            }
            float sum = Lanes.total(lanes);
            scratch.sums[i] = sum;
            // A row has the majority only if all its blocks have.
            scratch.rests[i] = ScalarSoftmax.hasMajority(sum) ? Lanes.total(restLanes) : 0f;
        }
    }

    @Override
    public void softmaxBackward(Matrix y, Matrix dy, Matrix dz) {
        SoftmaxChecks.backward("softmax backward", y, dy, dz);
        LaneScratch scratch = LaneScratch.take();
        float[] lanes = scratch.lanes;
        float[] ys = y.data();
        float[] dys = dy.data();
        float[] dzs = dz.data();
        int n = y.columns();
        int bound = SPECIES.loopBound(n);
        VectorMask<Float> tail = SPECIES.indexInRange(bound, n);
        boolean inBlocks = n > Lanes.ROW_BLOCK;
        for (int i = 0; i < y.rows(); i++) {
            int yAt = y.index(i, 0);
            int dyAt = dy.index(i, 0);
            int dzAt = dz.index(i, 0);
            float dot = 0f;
            scratch.tree.clear();
            for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
                int end = Math.min(n, first + Lanes.ROW_BLOCK);
                int whole = Math.min(bound, end);
                VectorLanes.clear(lanes);
                FloatVector dots = FloatVector.zero(SPECIES);
                for (int j = first; j < whole; j += STEP) {
                    FloatVector v = FloatVector.fromArray(SPECIES, ys, yAt + j);
                    FloatVector d = FloatVector.fromArray(SPECIES, dys, dyAt + j);
                    if (ONE_REGISTER) {
                        dots = v.fma(d, dots);
                    } else {
                        int lane = Lanes.of(j);
                        v.fma(d, FloatVector.fromArray(SPECIES, lanes, lane)).intoArray(lanes, lane);
                    }
                }
                if (ONE_REGISTER) {
                    if (whole < end) {
                        FloatVector v = FloatVector.fromArray(SPECIES, ys, yAt + whole, tail);
                        FloatVector d = FloatVector.fromArray(SPECIES, dys, dyAt + whole, tail);
                        dots = dots.blend(v.fma(d, dots), tail);
                    }
                    dots.intoArray(lanes, 0);
                } else {
                    for (int j = whole; j < end; j++) {
                        lanes[Lanes.of(j)] = Math.fma(ys[yAt + j], dys[dyAt + j], lanes[Lanes.of(j)]);
                    }
                }
                dot = Lanes.total(lanes);
                if (inBlocks) {
                    dot = scratch.tree.with(dot);
                }
            }
            for (int j = 0; j < bound; j += STEP) {
                FloatVector d = FloatVector.fromArray(SPECIES, dys, dyAt + j).sub(dot);
                FloatVector.fromArray(SPECIES, ys, yAt + j).mul(d).intoArray(dzs, dzAt + j);
            }
            for (int j = bound; j < n; j++) {
                dzs[dzAt + j] = ys[yAt + j] * (dys[dyAt + j] - dot);
            }
        }
        scratch.give();
    }

    /// A row of log-probabilities has one element above log ½ at most; a row that has more is left to the reference.
    @Override
    public void logSoftmaxBackward(Matrix y, Matrix dy, Matrix dz) {
        SoftmaxChecks.backward("log-softmax backward", y, dy, dz);
        LaneScratch scratch = LaneScratch.take();
        if (y.columns() <= STEP) {
            narrowLogSoftmaxBackward(y, dy, dz, scratch);
        } else {
            wideLogSoftmaxBackward(y, dy, dz, scratch);
        }
        scratch.give();
    }

    /// A method of its own: if it shared its call counts with the path for narrow rows, C2 would find the exponentials
    /// cold, not inline them, and box vectors.
    private static void wideLogSoftmaxBackward(Matrix y, Matrix dy, Matrix dz, LaneScratch scratch) {
        float[] lanes = scratch.lanes;
        float[] ys = y.data();
        float[] dys = dy.data();
        float[] dzs = dz.data();
        int n = y.columns();
        int bound = SPECIES.loopBound(n);
        for (int i = 0; i < y.rows(); i++) {
            int yAt = y.index(i, 0);
            int dyAt = dy.index(i, 0);
            int dzAt = dz.index(i, 0);
            int likely = -1;
            int above = 0;
            scratch.tree.clear();
            for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
                int end = Math.min(n, first + Lanes.ROW_BLOCK);
                int whole = Math.min(bound, end);
                VectorLanes.clear(lanes);
                FloatVector sums = FloatVector.zero(SPECIES);
                for (int j = first; j < whole; j += STEP) {
                    FloatVector v = FloatVector.fromArray(SPECIES, ys, yAt + j);
                    FloatVector d = FloatVector.fromArray(SPECIES, dys, dyAt + j);
                    VectorMask<Float> isAbove = v.compare(VectorOperators.GT, ScalarSoftmax.LOG_HALF);
                    if (isAbove.anyTrue()) {
                        above += isAbove.trueCount();
                        likely = j + isAbove.firstTrue();
                    }
                    if (ONE_REGISTER) {
                        sums = sums.add(d, isAbove.not());
                    } else {
                        int lane = Lanes.of(j);
                        FloatVector.fromArray(SPECIES, lanes, lane).add(d, isAbove.not()).intoArray(lanes, lane);
                    }
                }
                if (ONE_REGISTER) {
                    sums.intoArray(lanes, 0);
                }
                for (int j = whole; j < end; j++) {
                    if (ys[yAt + j] > ScalarSoftmax.LOG_HALF) {
                        above++;
                        likely = j;
                    } else {
                        lanes[Lanes.of(j)] += dys[dyAt + j];
                    }
                }
                scratch.tree.add(Lanes.total(lanes));
            }
            if (above > 1) {
                ScalarSoftmax.logSoftmaxBackward(ys, yAt, dys, dyAt, dzs, dzAt, n, scratch);
                continue;
            }
            float rest = (float) scratch.tree.total();
            float minusSum = -(above == 0 ? rest : rest + dys[dyAt + likely]);
            for (int j = 0; j < bound; j += STEP) {
                FloatVector e = VectorMath.exp(FloatVector.fromArray(SPECIES, ys, yAt + j));
                FloatVector d = FloatVector.fromArray(SPECIES, dys, dyAt + j);
                e.fma(FloatVector.broadcast(SPECIES, minusSum), d).intoArray(dzs, dzAt + j);
            }
            for (int j = bound; j < n; j++) {
                dzs[dzAt + j] = Math.fma(ScalarMath.exp(ys[yAt + j]), minusSum, dys[dyAt + j]);
            }
            if (above == 1) {
                dzs[dzAt + likely] = Math.fma(ScalarMath.expm1(ys[yAt + likely]), minusSum, -rest);
            }
        }
    }

    /// Rows that fit one vector: all steps of a row in registers.
    private static void narrowLogSoftmaxBackward(Matrix y, Matrix dy, Matrix dz, LaneScratch scratch) {
        int n = y.columns();
        VectorMask<Float> inRow = SPECIES.indexInRange(0, n);
        float[] ys = y.data();
        float[] dys = dy.data();
        float[] dzs = dz.data();
        for (int i = 0; i < y.rows(); i++) {
            int yAt = y.index(i, 0);
            int dyAt = dy.index(i, 0);
            int dzAt = dz.index(i, 0);
            FloatVector v = FloatVector.fromArray(SPECIES, ys, yAt, inRow);
            VectorMask<Float> isAbove = v.compare(VectorOperators.GT, ScalarSoftmax.LOG_HALF).and(inRow);
            FloatVector d = FloatVector.fromArray(SPECIES, dys, dyAt, inRow);
            float rest = VectorLanes.total(d.blend(0f, isAbove));
            int above = isAbove.trueCount();
            if (above > 1) {
                ScalarSoftmax.logSoftmaxBackward(ys, yAt, dys, dyAt, dzs, dzAt, n, scratch);
                continue;
            }
            int likely = isAbove.firstTrue();
            float minusSum = -(above == 0 ? rest : rest + dys[dyAt + likely]);
            VectorMath.exp(v).fma(FloatVector.broadcast(SPECIES, minusSum), d).intoArray(dzs, dzAt, inRow);
            if (above == 1) {
                dzs[dzAt + likely] = Math.fma(ScalarMath.expm1(ys[yAt + likely]), minusSum, -rest);
            }
        }
    }

    @Override
    public float crossEntropy(Matrix z, int[] labels, int labelsOffset, CrossEntropy options, Matrix dz) {
        SoftmaxChecks.crossEntropy(z, labels, labelsOffset, options, dz);
        float divisor = ScalarSoftmax.divisor(options, labels, labelsOffset, z.rows());
        float scale = ScalarSoftmax.scale(divisor);
        // With odd class weights the scale may be negative, infinite or NaN: then even a q of 0 shows in the gradient.
        if (options.labelSmoothing() != 0f || !(scale > 0f && scale < Float.POSITIVE_INFINITY)) {
            return crossEntropy(z, null, labels, labelsOffset, options, dz);
        }
        LaneScratch scratch = LaneScratch.take();
        scratch.rows.clear();
        if (z.columns() <= STEP) {
            narrowCrossEntropy(z, labels, labelsOffset, options.classWeights(), scale, dz, scratch);
        } else {
            crossEntropy(z, labels, labelsOffset, options.classWeights(), scale, dz, scratch);
        }
        double losses = scratch.rows.total();
        scratch.give();
        return ScalarSoftmax.mean(losses, divisor);
    }

    /// Without smoothing: q is 0 but at the label, and only the sum of exponentials needs the whole row.
    private static void crossEntropy(Matrix z, int[] labels, int labelsOffset, Matrix weights, float scale, Matrix dz,
            LaneScratch scratch) {
        float[] xs = scratch.block;
        float[] ds = dz == null ? null : dz.data();
        int n = z.columns();
        int bound = SPECIES.loopBound(n);
        int most = rowsAtOnce(n);
        int count;
        for (int first = 0; first < z.rows(); first += count) {
            count = Math.min(z.rows() - first, most);
            maxima(z, first, count, scratch);
            for (int i = 0; i < count; i++) {
                xs[i] = z.data()[z.index(first + i, labels[labelsOffset + first + i])] - scratch.maxima[i];
            }
            exponentials(z, first, count, dz, scratch);
            for (int i = 0; i < count; i++) {
                int label = labels[labelsOffset + first + i];
                float sum = scratch.sums[i];
                float rest = scratch.rests[i];
                float q = ScalarSoftmax.weighted(1f, weights, label);
                float total = 0f + q;
                float dot = q == 0f ? 0f : Math.fma(q, xs[i], 0f);
                scratch.rows.add(Math.fma(total, ScalarSoftmax.log(sum, rest), -dot));
                if (ds != null) {
                    int dAt = dz.index(first + i, 0);
                    float factor = total * scale / sum;
                    float atLabel = xs[i] == 0f && ScalarSoftmax.hasMajority(sum) && ScalarSoftmax.isMost(q, total)
                            ? ScalarSoftmax.likelyGradient(q, 0f, sum, rest, scale)
                            : Math.fma(ds[dAt + label], factor, -(q * scale));
                    for (int j = 0; j < bound; j += STEP) {
                        FloatVector.fromArray(SPECIES, ds, dAt + j).mul(factor).intoArray(ds, dAt + j);
                    }
                    for (int j = bound; j < n; j++) {
                        ds[dAt + j] *= factor;
                    }
                    ds[dAt + label] = atLabel;
                }
            }
        }
    }

    @Override
    public float crossEntropy(Matrix z, Matrix targets, CrossEntropy options, Matrix dz) {
        SoftmaxChecks.crossEntropy(z, targets, options, dz);
        return crossEntropy(z, targets, null, 0, options, dz);
    }

    private static float crossEntropy(Matrix z, Matrix targets, int[] labels, int labelsOffset, CrossEntropy options,
            Matrix dz) {
        LaneScratch scratch = LaneScratch.take();
        scratch.rows.clear();
        float divisor = ScalarSoftmax.divisor(options, labels, labelsOffset, z.rows());
        float scale = ScalarSoftmax.scale(divisor);
        float[] ts = targets == null ? null : targets.data();
        float[] ds = dz == null ? null : dz.data();
        Matrix weights = options.classWeights();
        float[] ws = weights == null ? null : weights.data();
        int wAt = weights == null ? 0 : weights.offset();
        int n = z.columns();
        int bound = SPECIES.loopBound(n);
        float keep = 1f - options.labelSmoothing();
        float spread = options.labelSmoothing() / n;
        float atLabel = Math.fma(keep, 1f, spread);
        int most = rowsAtOnce(n);
        int count;
        for (int first = 0; first < z.rows(); first += count) {
            count = Math.min(z.rows() - first, most);
            maxima(z, first, count, scratch);
            targets(z, first, count, targets, labels, labelsOffset, keep, spread, weights, scratch);
            if (n <= STEP) {
                narrowExponentials(z, first, count, null, 0, dz, scratch);
            } else {
                exponentials(z, first, count, dz, scratch);
            }
            for (int i = 0; i < count; i++) {
                float sum = scratch.sums[i];
                float rest = scratch.rests[i];
                float total = scratch.totals[i];
                scratch.rows.add(Math.fma(total, ScalarSoftmax.log(sum, rest), -scratch.dots[i]));
                if (ds == null) {
                    continue;
                }
                int tAt = targets == null ? 0 : targets.index(first + i, 0);
                int dAt = dz.index(first + i, 0);
                int label = labels == null ? -1 : labels[labelsOffset + first + i];
                int likely = ScalarSoftmax.hasMajority(sum) ? indexOf(ds, dAt, n, ScalarSoftmax.SCALE) : -1;
                float factor = total * scale / sum;
                for (int j = 0; j < bound; j += STEP) {
                    FloatVector t = FloatVector.broadcast(SPECIES, spread);
                    if (ts != null) {
                        t = FloatVector.fromArray(SPECIES, ts, tAt + j).fma(FloatVector.broadcast(SPECIES, keep), t);
                    } else {
                        t = t.blend(atLabel, LANE.compare(VectorOperators.EQ, label - j).cast(SPECIES));
                    }
                    FloatVector q = t;
                    if (ws != null) {
                        q = t.mul(FloatVector.fromArray(SPECIES, ws, wAt + j))
                                .blend(t, t.compare(VectorOperators.EQ, 0f));
                    }
                    FloatVector.fromArray(SPECIES, ds, dAt + j)
                            .fma(FloatVector.broadcast(SPECIES, factor), q.mul(-scale)).intoArray(ds, dAt + j);
                }
                for (int j = bound; j < n; j++) {
                    float q = target(ts, tAt, label, j, keep, spread, weights);
                    ds[dAt + j] = Math.fma(ds[dAt + j], factor, -(q * scale));
                }
                if (likely >= 0) {
                    float q = target(ts, tAt, label, likely, keep, spread, weights);
                    if (ScalarSoftmax.isMost(q, total)) {
                        float otherQ = otherTargets(ts, tAt, n, label, likely, keep, spread, weights, scratch);
                        ds[dAt + likely] = ScalarSoftmax.likelyGradient(q, otherQ, sum, rest, scale);
                    }
                }
            }
        }
        double losses = scratch.rows.total();
        scratch.give();
        return ScalarSoftmax.mean(losses, divisor);
    }

    /// An element of a row's targets, smoothed and weighted.
    private static float target(float[] ts, int tAt, int label, int j, float keep, float spread, Matrix weights) {
        float target = ts != null ? ts[tAt + j] : label == j ? 1f : 0f;
        return ScalarSoftmax.weighted(Math.fma(keep, target, spread), weights, j);
    }

    /// The sums over a row's targets that its loss needs: Σ q goes to the scratch's `totals`, Σ q·x to `dots`.
    private static void targets(Matrix z, int firstRow, int count, Matrix targets, int[] labels, int labelsOffset,
            float keep, float spread, Matrix weights, LaneScratch scratch) {
        float[] zs = z.data();
        float[] ts = targets == null ? null : targets.data();
        float[] lanes = scratch.lanes;
        float[] dotLanes = scratch.lanes2;
        float[] ws = weights == null ? null : weights.data();
        int wAt = weights == null ? 0 : weights.offset();
        int n = z.columns();
        int bound = SPECIES.loopBound(n);
        boolean inBlocks = n > Lanes.ROW_BLOCK;
        float atLabel = Math.fma(keep, 1f, spread);
        for (int i = 0; i < count; i++) {
            int zAt = z.index(firstRow + i, 0);
            int tAt = targets == null ? 0 : targets.index(firstRow + i, 0);
            int label = labels == null ? -1 : labels[labelsOffset + firstRow + i];
            float max = scratch.maxima[i];
            float total = 0f;
            float dot = 0f;
            scratch.tree.clear();
            scratch.tree2.clear();
            for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
                int end = Math.min(n, first + Lanes.ROW_BLOCK);
                int whole = Math.min(bound, end);
                VectorLanes.clear(lanes);
                VectorLanes.clear(dotLanes);
                FloatVector totals = FloatVector.zero(SPECIES);
                FloatVector dots = totals;
                for (int j = first; j < whole; j += STEP) {
                    FloatVector x = FloatVector.fromArray(SPECIES, zs, zAt + j).sub(max);
                    FloatVector t = FloatVector.broadcast(SPECIES, spread);
                    if (ts != null) {
                        t = FloatVector.fromArray(SPECIES, ts, tAt + j).fma(FloatVector.broadcast(SPECIES, keep), t);
                    } else {
                        t = t.blend(atLabel, LANE.compare(VectorOperators.EQ, label - j).cast(SPECIES));
                    }
                    FloatVector q = t;
                    if (ws != null) {
                        q = t.mul(FloatVector.fromArray(SPECIES, ws, wAt + j))
                                .blend(t, t.compare(VectorOperators.EQ, 0f));
                    }
                    x = x.blend(0f, q.compare(VectorOperators.EQ, 0f));
                    if (ONE_REGISTER) {
                        totals = totals.add(q);
                        dots = q.fma(x, dots);
                    } else {
                        int lane = Lanes.of(j);
                        FloatVector.fromArray(SPECIES, lanes, lane).add(q).intoArray(lanes, lane);
                        q.fma(x, FloatVector.fromArray(SPECIES, dotLanes, lane)).intoArray(dotLanes, lane);
                    }
                }
                if (ONE_REGISTER) {
                    totals.intoArray(lanes, 0);
                    dots.intoArray(dotLanes, 0);
                }
                for (int j = whole; j < end; j++) {
                    int lane = Lanes.of(j);
                    float q = target(ts, tAt, label, j, keep, spread, weights);
                    lanes[lane] += q;
                    dotLanes[lane] = Math.fma(q, q == 0f ? 0f : zs[zAt + j] - max, dotLanes[lane]);
                }
                total = Lanes.total(lanes);
                dot = Lanes.total(dotLanes);
                if (inBlocks) {
                    total = scratch.tree.with(total);
                    dot = scratch.tree2.with(dot);
                }
            }
            scratch.totals[i] = total;
            scratch.dots[i] = dot;
        }
    }

    /// Σ q of a row beside one element, which has the majority of the exponentials.
    private static float otherTargets(float[] ts, int tAt, int n, int label, int likely, float keep, float spread,
            Matrix weights, LaneScratch scratch) {
        float[] lanes = scratch.lanes;
        float[] ws = weights == null ? null : weights.data();
        int wAt = weights == null ? 0 : weights.offset();
        int bound = SPECIES.loopBound(n);
        float atLabel = Math.fma(keep, 1f, spread);
        scratch.tree.clear();
        for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
            int end = Math.min(n, first + Lanes.ROW_BLOCK);
            int whole = Math.min(bound, end);
            VectorLanes.clear(lanes);
            FloatVector others = FloatVector.zero(SPECIES);
            for (int j = first; j < whole; j += STEP) {
                FloatVector t = FloatVector.broadcast(SPECIES, spread);
                if (ts != null) {
                    t = FloatVector.fromArray(SPECIES, ts, tAt + j).fma(FloatVector.broadcast(SPECIES, keep), t);
                } else {
                    t = t.blend(atLabel, LANE.compare(VectorOperators.EQ, label - j).cast(SPECIES));
                }
                FloatVector q = t;
                if (ws != null) {
                    q = t.mul(FloatVector.fromArray(SPECIES, ws, wAt + j))
                            .blend(t, t.compare(VectorOperators.EQ, 0f));
                }
                q = q.blend(0f, LANE.compare(VectorOperators.EQ, likely - j).cast(SPECIES));
                if (ONE_REGISTER) {
                    others = others.add(q);
                } else {
                    int lane = Lanes.of(j);
                    FloatVector.fromArray(SPECIES, lanes, lane).add(q).intoArray(lanes, lane);
                }
            }
            if (ONE_REGISTER) {
                others.intoArray(lanes, 0);
            }
            for (int j = whole; j < end; j++) {
                lanes[Lanes.of(j)] += j == likely ? 0f : target(ts, tAt, label, j, keep, spread, weights);
            }
            scratch.tree.add(Lanes.total(lanes));
        }
        return (float) scratch.tree.total();
    }

    /// The place of a number that is in the array for certain.
    private static int indexOf(float[] x, int at, int n, float number) {
        int bound = SPECIES.loopBound(n);
        int j = 0;
        while (j < bound && !FloatVector.fromArray(SPECIES, x, at + j).compare(VectorOperators.EQ, number).anyTrue()) {
            j += STEP;
        }
        while (x[at + j] != number) {
            j++;
        }
        return j;
    }

    /// Rows that fit one vector: all steps of a row in registers.
    private static void narrowSoftmax(Matrix z, boolean zeros, Matrix y) {
        FloatVector lowest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        int n = z.columns();
        VectorMask<Float> inRow = SPECIES.indexInRange(0, n);
        float[] zs = z.data();
        float[] ys = y.data();
        int zAt = z.offset();
        int yAt = y.offset();
        int zStride = z.stride();
        int yStride = y.stride();
        int rows = z.rows();
        for (int i = 0; i < rows; i++) {
            FloatVector v = lowest.blend(FloatVector.fromArray(SPECIES, zs, zAt, inRow), inRow);
            float max = VectorLanes.max(lowest.blend(v, v.compare(VectorOperators.GT, lowest)));
            FloatVector e = VectorMath.scaledExp(v.sub(max));
            boolean zero = zeros && ScalarSoftmax.isMasked(max, zs, zAt, n);
            e.mul(1f / VectorLanes.total(e)).intoArray(ys, yAt, inRow);
            if (zero) {
                Arrays.fill(ys, yAt, yAt + n, 0f);
            }
            zAt += zStride;
            yAt += yStride;
        }
    }

    private static void narrowLogSoftmax(Matrix z, Matrix y) {
        LaneScratch scratch = LaneScratch.take();
        VectorMask<Float> inRow = SPECIES.indexInRange(0, z.columns());
        float[] zs = z.data();
        float[] ys = y.data();
        for (int first = 0; first < z.rows(); first += Lanes.BLOCK) {
            int count = Math.min(z.rows() - first, Lanes.BLOCK);
            narrowExponentials(z, first, count, null, 0, null, scratch);
            for (int i = 0; i < count; i++) {
                float log = ScalarSoftmax.log(scratch.sums[i], scratch.rests[i]);
                FloatVector x = FloatVector.fromArray(SPECIES, zs, z.index(first + i, 0), inRow).sub(scratch.block[i]);
                x.sub(log).intoArray(ys, y.index(first + i, 0), inRow);
            }
        }
        scratch.give();
    }

    private static void narrowCrossEntropy(Matrix z, int[] labels, int labelsOffset, Matrix weights, float scale,
            Matrix dz, LaneScratch scratch) {
        VectorMask<Float> inRow = SPECIES.indexInRange(0, z.columns());
        float[] sums = scratch.sums;
        float[] rests = scratch.rests;
        float[] xs = scratch.block;
        float[] ds = dz == null ? null : dz.data();
        int dStride = dz == null ? 0 : dz.stride();
        for (int first = 0; first < z.rows(); first += Lanes.BLOCK) {
            int count = Math.min(z.rows() - first, Lanes.BLOCK);
            narrowExponentials(z, first, count, labels, labelsOffset, dz, scratch);
            int dAt = dz == null ? 0 : dz.index(first, 0);
            for (int i = 0; i < count; i++) {
                int label = labels[labelsOffset + first + i];
                float sum = sums[i];
                float rest = rests[i];
                float labelX = xs[i];
                float q = ScalarSoftmax.weighted(1f, weights, label);
                float total = 0f + q;
                float dot = q == 0f ? 0f : Math.fma(q, labelX, 0f);
                scratch.rows.add(Math.fma(total, ScalarSoftmax.log(sum, rest), -dot));
                if (ds != null) {
                    float factor = total * scale / sum;
                    float atLabel = labelX == 0f && ScalarSoftmax.hasMajority(sum) && ScalarSoftmax.isMost(q, total)
                            ? ScalarSoftmax.likelyGradient(q, 0f, sum, rest, scale)
                            : Math.fma(ds[dAt + label], factor, -(q * scale));
                    FloatVector.fromArray(SPECIES, ds, dAt, inRow).mul(factor).intoArray(ds, dAt, inRow);
                    ds[dAt + label] = atLabel;
                    dAt += dStride;
                }
            }
        }
    }

    /// Exponentials of rows that fit one vector, up to [Lanes#BLOCK] of them. Their sums, and those below the largest,
    /// go to the scratch's `sums` and `rests`, and x at the labels to its block; without labels the maxima.
    ///
    /// @param out receives the exponentials; null where they are not wanted
    private static void narrowExponentials(Matrix z, int first, int count, int[] labels, int labelsOffset, Matrix out,
            LaneScratch scratch) {
        FloatVector lowest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        int n = z.columns();
        VectorMask<Float> inRow = SPECIES.indexInRange(0, n);
        float[] zs = z.data();
        float[] outs = out == null ? scratch.lanes3 : out.data();
        float[] lanes = scratch.lanes;
        float[] restLanes = scratch.lanes2;
        VectorLanes.clear(lanes);
        VectorLanes.clear(restLanes);
        int outAt = out == null ? 0 : out.index(first, 0);
        int outStride = out == null ? 0 : out.stride();
        int zAt = z.index(first, 0);
        int zStride = z.stride();
        float[] sums = scratch.sums;
        float[] rests = scratch.rests;
        float[] xs = scratch.block;
        for (int i = 0; i < count; i++) {
            FloatVector v = lowest.blend(FloatVector.fromArray(SPECIES, zs, zAt, inRow), inRow);
            float max = VectorLanes.max(lowest.blend(v, v.compare(VectorOperators.GT, lowest)));
            xs[i] = labels == null ? max : zs[zAt + labels[labelsOffset + first + i]] - max;
            FloatVector x = v.sub(max);
            FloatVector e = VectorMath.scaledExp(x);
            e.intoArray(outs, outAt, inRow);
            e.intoArray(lanes, 0);
            e.blend(0f, x.compare(VectorOperators.EQ, 0f)).intoArray(restLanes, 0);
            float sum = Lanes.total(lanes);
            sums[i] = sum;
            if (ScalarSoftmax.hasMajority(sum)) {
                rests[i] = Lanes.total(restLanes);
            }
            zAt += zStride;
            outAt += outStride;
        }
    }

    /// Four chains, so that comparisons overlap: a maximum has no order.
    private static float max(float[] z, int at, int n) {
        FloatVector max0 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector max1 = max0;
        FloatVector max2 = max0;
        FloatVector max3 = max0;
        int j = 0;
        for (; j <= n - 4 * STEP; j += 4 * STEP) {
            FloatVector v0 = FloatVector.fromArray(SPECIES, z, at + j);
            FloatVector v1 = FloatVector.fromArray(SPECIES, z, at + j + STEP);
            FloatVector v2 = FloatVector.fromArray(SPECIES, z, at + j + 2 * STEP);
            FloatVector v3 = FloatVector.fromArray(SPECIES, z, at + j + 3 * STEP);
            max0 = max0.blend(v0, v0.compare(VectorOperators.GT, max0));
            max1 = max1.blend(v1, v1.compare(VectorOperators.GT, max1));
            max2 = max2.blend(v2, v2.compare(VectorOperators.GT, max2));
            max3 = max3.blend(v3, v3.compare(VectorOperators.GT, max3));
        }
        for (; j <= n - STEP; j += STEP) {
            FloatVector v0 = FloatVector.fromArray(SPECIES, z, at + j);
            max0 = max0.blend(v0, v0.compare(VectorOperators.GT, max0));
        }
        if (j < n && n >= STEP) {
            // The last whole vector of the row: a maximum may see an element twice.
            FloatVector v0 = FloatVector.fromArray(SPECIES, z, at + n - STEP);
            max0 = max0.blend(v0, v0.compare(VectorOperators.GT, max0));
            j = n;
        }
        max0 = max0.blend(max1, max1.compare(VectorOperators.GT, max0));
        max2 = max2.blend(max3, max3.compare(VectorOperators.GT, max2));
        max0 = max0.blend(max2, max2.compare(VectorOperators.GT, max0));
        float max = max0.reduceLanes(VectorOperators.MAX);
        for (; j < n; j++) {
            float v = z[at + j];
            max = v > max ? v : max;
        }
        return max;
    }
}
