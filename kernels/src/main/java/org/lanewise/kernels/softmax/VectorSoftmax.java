// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.softmax;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.formula.ScalarMath;
import org.lanewise.kernels.formula.VectorMath;
import org.lanewise.kernels.lanes.ElementSum;
import org.lanewise.kernels.lanes.LaneScratch;
import org.lanewise.kernels.lanes.Lanes;
import org.lanewise.kernels.lanes.Species;
import org.lanewise.kernels.lanes.VectorLanes;

/// The SIMD twin of [ScalarSoftmax]: row by row, a block of columns at a time.
///
/// With 16 hardware lanes a sum stays in a register, with fewer it goes through an array of lanes; the compiler sees
/// only one of the two.
///
/// A row's last elements, fewer than a vector, go under a mask where vectors have 16 lanes and masks cost nothing, else
/// one by one. Short vectors under masks were boxed in some programs, where the method's second exponential was not
/// inlined.
///
/// The compiler stops inlining helpers once a method has grown to 18,000 nodes, some 40 vector operations, and a vector
/// that meets such a call is boxed. So the exponential comes early in each method, what follows it calls operations of
/// the Vector API alone, and the methods are too long (over 325 bytecodes) to be drawn into a caller.
public final class VectorSoftmax implements Softmax {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int STEP = SPECIES.length();
    private static final boolean ONE_REGISTER = STEP == Lanes.COUNT;
    private static final IntVector LANE = IntVector.zero(Species.INT).addIndex(1);

    /// The SIMD twin; it loads vector classes, so the Vector API must be there.
    public VectorSoftmax() {
    }

    @Override
    public void softmax(Matrix z, MaskedRows masked, Matrix y) {
        SoftmaxChecks.softmax(z, masked, y);
        boolean zeros = masked == MaskedRows.ZEROS;
        if (z.columns() <= STEP) {
            narrow(zeros ? Result.SOFTMAX_OR_ZEROS : Result.SOFTMAX, z, y, null, 0, null, 1f, null);
            return;
        }
        LaneScratch scratch = LaneScratch.take();
        float[] lanes = scratch.lanes;
        float[] zs = z.data();
        float[] ys = y.data();
        int n = z.columns();
        int bound = SPECIES.loopBound(n);
        VectorMask<Float> tail = SPECIES.indexInRange(bound, n);
        for (int i = 0; i < z.rows(); i++) {
            int zAt = z.index(i, 0);
            int yAt = y.index(i, 0);
            float max = max(zs, zAt, n);
            if (zeros && ScalarSoftmax.isMasked(max, zs, zAt, n)) {
                Arrays.fill(ys, yAt, yAt + n, 0f);
                continue;
            }
            scratch.tree.clear();
            for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
                int end = Math.min(n, first + Lanes.ROW_BLOCK);
                int whole = Math.min(bound, end);
                Lanes.clear(lanes);
                FloatVector sums = FloatVector.zero(SPECIES);
                for (int j = first; j < whole; j += STEP) {
                    FloatVector e = VectorMath.scaledExp(FloatVector.fromArray(SPECIES, zs, zAt + j).sub(max));
                    e.intoArray(ys, yAt + j);
                    if (ONE_REGISTER) {
                        sums = sums.add(e);
                    } else {
                        int lane = Lanes.of(j);
                        FloatVector.fromArray(SPECIES, lanes, lane).add(e).intoArray(lanes, lane);
                    }
                }
                if (ONE_REGISTER) {
                    if (whole < end) {
                        FloatVector x = FloatVector.fromArray(SPECIES, zs, zAt + whole, tail);
                        FloatVector e = VectorMath.scaledExp(x.sub(max));
                        e.intoArray(ys, yAt + whole, tail);
                        sums = sums.add(e, tail);
                    }
                    sums.intoArray(lanes, 0);
                } else {
                    for (int j = whole; j < end; j++) {
                        float e = ScalarMath.scaledExp(zs[zAt + j] - max);
                        ys[yAt + j] = e;
                        lanes[Lanes.of(j)] += e;
                    }
                }
                scratch.tree.add(Lanes.total(lanes));
            }
            float factor = 1f / (float) scratch.tree.total();
            for (int j = 0; j < bound; j += STEP) {
                FloatVector.fromArray(SPECIES, ys, yAt + j).mul(factor).intoArray(ys, yAt + j);
            }
            for (int j = bound; j < n; j++) {
                ys[yAt + j] *= factor;
            }
        }
        scratch.give();
    }

    @Override
    public void logSoftmax(Matrix z, Matrix y) {
        SoftmaxChecks.forward("log-softmax", z, y);
        if (z.columns() <= STEP) {
            narrow(Result.LOG_SOFTMAX, z, y, null, 0, null, 1f, null);
            return;
        }
        LaneScratch scratch = LaneScratch.take();
        float[] lanes = scratch.lanes;
        float[] zs = z.data();
        float[] ys = y.data();
        int n = z.columns();
        int bound = SPECIES.loopBound(n);
        VectorMask<Float> tail = SPECIES.indexInRange(bound, n);
        for (int i = 0; i < z.rows(); i++) {
            int zAt = z.index(i, 0);
            int yAt = y.index(i, 0);
            float max = max(zs, zAt, n);
            int largest = 0;
            scratch.tree.clear();
            for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
                int end = Math.min(n, first + Lanes.ROW_BLOCK);
                int whole = Math.min(bound, end);
                Lanes.clear(lanes);
                FloatVector sums = FloatVector.zero(SPECIES);
                for (int j = first; j < whole; j += STEP) {
                    FloatVector x = FloatVector.fromArray(SPECIES, zs, zAt + j).sub(max);
                    FloatVector e = VectorMath.scaledExp(x);
                    VectorMask<Float> isBelow = x.compare(VectorOperators.NE, 0f);
                    if (!isBelow.allTrue()) {
                        largest += STEP - isBelow.trueCount();
                    }
                    if (ONE_REGISTER) {
                        sums = sums.add(e, isBelow);
                    } else {
                        int lane = Lanes.of(j);
                        FloatVector.fromArray(SPECIES, lanes, lane).add(e, isBelow).intoArray(lanes, lane);
                    }
                }
                if (ONE_REGISTER) {
                    if (whole < end) {
                        FloatVector x = FloatVector.fromArray(SPECIES, zs, zAt + whole, tail).sub(max);
                        FloatVector e = VectorMath.scaledExp(x);
                        VectorMask<Float> isBelow = x.compare(VectorOperators.NE, 0f).and(tail);
                        largest += end - whole - isBelow.trueCount();
                        sums = sums.add(e, isBelow);
                    }
                    sums.intoArray(lanes, 0);
                } else {
                    for (int j = whole; j < end; j++) {
                        float x = zs[zAt + j] - max;
                        if (x == 0f) {
                            largest++;
                        } else {
                            lanes[Lanes.of(j)] += ScalarMath.scaledExp(x);
                        }
                    }
                }
                scratch.tree.add(Lanes.total(lanes));
            }
            float log = ScalarSoftmax.log(ScalarSoftmax.rest((float) scratch.tree.total(), largest));
            for (int j = 0; j < bound; j += STEP) {
                FloatVector.fromArray(SPECIES, zs, zAt + j).sub(max).sub(log).intoArray(ys, yAt + j);
            }
            for (int j = bound; j < n; j++) {
                ys[yAt + j] = zs[zAt + j] - max - log;
            }
        }
        scratch.give();
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
        for (int i = 0; i < y.rows(); i++) {
            int yAt = y.index(i, 0);
            int dyAt = dy.index(i, 0);
            int dzAt = dz.index(i, 0);
            scratch.tree.clear();
            for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
                int end = Math.min(n, first + Lanes.ROW_BLOCK);
                int whole = Math.min(bound, end);
                Lanes.clear(lanes);
                FloatVector sums = FloatVector.zero(SPECIES);
                for (int j = first; j < whole; j += STEP) {
                    FloatVector v = FloatVector.fromArray(SPECIES, ys, yAt + j);
                    FloatVector d = FloatVector.fromArray(SPECIES, dys, dyAt + j);
                    if (ONE_REGISTER) {
                        sums = v.fma(d, sums);
                    } else {
                        int lane = Lanes.of(j);
                        v.fma(d, FloatVector.fromArray(SPECIES, lanes, lane)).intoArray(lanes, lane);
                    }
                }
                if (ONE_REGISTER) {
                    sums.intoArray(lanes, 0);
                }
                for (int j = whole; j < end; j++) {
                    int lane = Lanes.of(j);
                    lanes[lane] = Math.fma(ys[yAt + j], dys[dyAt + j], lanes[lane]);
                }
                scratch.tree.add(Lanes.total(lanes));
            }
            float dot = (float) scratch.tree.total();
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
            scratch.give();
            return;
        }
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
                Lanes.clear(lanes);
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
        scratch.give();
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
        LaneScratch scratch = LaneScratch.take();
        scratch.rows.clear();
        float divisor = ScalarSoftmax.divisor(options, labels, labelsOffset, z.rows());
        float scale = ScalarSoftmax.scale(divisor);
        // With odd class weights the scale may be negative, infinite or NaN: then even a q of 0 shows in the gradient.
        if (options.labelSmoothing() != 0f || !(scale > 0f && scale < Float.POSITIVE_INFINITY)) {
            crossEntropy(z, null, labels, labelsOffset, options, scale, dz, scratch);
        } else if (z.columns() <= STEP) {
            narrow(Result.CROSS_ENTROPY, z, dz, labels, labelsOffset, options.classWeights(), scale, scratch.rows);
        } else {
            crossEntropy(z, labels, labelsOffset, options.classWeights(), scale, dz, scratch);
        }
        double sum = scratch.rows.total();
        scratch.give();
        return ScalarSoftmax.mean(sum, divisor);
    }

    /// Without smoothing: q is 0 but at the label, and only the sum of exponentials needs the whole row.
    private static void crossEntropy(Matrix z, int[] labels, int labelsOffset, Matrix weights, float scale, Matrix dz,
            LaneScratch scratch) {
        float[] lanes = scratch.lanes;
        float[] zs = z.data();
        float[] ds = dz == null ? null : dz.data();
        int n = z.columns();
        int bound = SPECIES.loopBound(n);
        VectorMask<Float> tail = SPECIES.indexInRange(bound, n);
        // Where the tail goes without a gradient, unread: a masked store under a condition boxes its vector and mask as
        // soon as a program has calls of both kinds.
        float[] tails = ds == null ? scratch.lanes2 : ds;
        for (int i = 0; i < z.rows(); i++) {
            int zAt = z.index(i, 0);
            int dAt = dz == null ? 0 : dz.index(i, 0);
            int tailAt = ds == null ? 0 : dAt + bound;
            int label = labels[labelsOffset + i];
            float max = max(zs, zAt, n);
            float q = ScalarSoftmax.weighted(1f, weights, label);
            float total = 0f + q;
            float labelX = zs[zAt + label] - max;
            float dot = q == 0f ? 0f : Math.fma(q, labelX, 0f);
            int largest = 0;
            scratch.tree.clear();
            for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
                int end = Math.min(n, first + Lanes.ROW_BLOCK);
                int whole = Math.min(bound, end);
                Lanes.clear(lanes);
                FloatVector sums = FloatVector.zero(SPECIES);
                for (int j = first; j < whole; j += STEP) {
                    FloatVector x = FloatVector.fromArray(SPECIES, zs, zAt + j).sub(max);
                    FloatVector e = VectorMath.scaledExp(x);
                    VectorMask<Float> isBelow = x.compare(VectorOperators.NE, 0f);
                    if (!isBelow.allTrue()) {
                        largest += STEP - isBelow.trueCount();
                    }
                    if (ds != null) {
                        e.intoArray(ds, dAt + j);
                    }
                    if (ONE_REGISTER) {
                        sums = sums.add(e, isBelow);
                    } else {
                        int lane = Lanes.of(j);
                        FloatVector.fromArray(SPECIES, lanes, lane).add(e, isBelow).intoArray(lanes, lane);
                    }
                }
                if (ONE_REGISTER) {
                    if (whole < end) {
                        FloatVector x = FloatVector.fromArray(SPECIES, zs, zAt + whole, tail).sub(max);
                        FloatVector e = VectorMath.scaledExp(x);
                        VectorMask<Float> isBelow = x.compare(VectorOperators.NE, 0f).and(tail);
                        largest += end - whole - isBelow.trueCount();
                        e.intoArray(tails, tailAt, tail);
                        sums = sums.add(e, isBelow);
                    }
                    sums.intoArray(lanes, 0);
                } else {
                    for (int j = whole; j < end; j++) {
                        float x = zs[zAt + j] - max;
                        float e = ScalarMath.scaledExp(x);
                        tails[tailAt - bound + j] = e;
                        if (x == 0f) {
                            largest++;
                        } else {
                            lanes[Lanes.of(j)] += e;
                        }
                    }
                }
                scratch.tree.add(Lanes.total(lanes));
            }
            float scaledRest = (float) scratch.tree.total();
            float rest = ScalarSoftmax.rest(scaledRest, largest);
            scratch.rows.add(Math.fma(total, ScalarSoftmax.log(rest), -dot));
            if (ds != null) {
                float inverse = scale / ScalarSoftmax.scaledSum(scaledRest, largest);
                float factor = total * inverse;
                float atLabel = largest == 1 && labelX == 0f && ScalarSoftmax.isMost(q, total)
                        ? ScalarSoftmax.likelyGradient(q, 0f, rest, inverse)
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

    @Override
    public float crossEntropy(Matrix z, Matrix targets, CrossEntropy options, Matrix dz) {
        SoftmaxChecks.crossEntropy(z, targets, options, dz);
        LaneScratch scratch = LaneScratch.take();
        scratch.rows.clear();
        float divisor = ScalarSoftmax.divisor(options, null, 0, z.rows());
        crossEntropy(z, targets, null, 0, options, ScalarSoftmax.scale(divisor), dz, scratch);
        double sum = scratch.rows.total();
        scratch.give();
        return ScalarSoftmax.mean(sum, divisor);
    }

    private static void crossEntropy(Matrix z, Matrix targets, int[] labels, int labelsOffset, CrossEntropy options,
            float scale, Matrix dz, LaneScratch scratch) {
        float[] lanes = scratch.lanes;
        float[] qLanes = scratch.lanes2;
        float[] dotLanes = scratch.lanes3;
        float[] zs = z.data();
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
        for (int i = 0; i < z.rows(); i++) {
            int zAt = z.index(i, 0);
            int tAt = targets == null ? 0 : targets.index(i, 0);
            int dAt = dz == null ? 0 : dz.index(i, 0);
            int label = labels == null ? -1 : labels[labelsOffset + i];
            float max = max(zs, zAt, n);
            int largest = 0;
            int likely = -1;
            float likelyQ = 0f;
            scratch.tree.clear();
            scratch.tree2.clear();
            scratch.tree3.clear();
            for (int first = 0; first < n; first += Lanes.ROW_BLOCK) {
                int end = Math.min(n, first + Lanes.ROW_BLOCK);
                int whole = Math.min(bound, end);
                Lanes.clear(lanes);
                Lanes.clear(qLanes);
                Lanes.clear(dotLanes);
                for (int j = first; j < whole; j += STEP) {
                    FloatVector x = FloatVector.fromArray(SPECIES, zs, zAt + j).sub(max);
                    FloatVector e = VectorMath.scaledExp(x);
                    if (ds != null) {
                        e.intoArray(ds, dAt + j);
                    }
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
                    int lane = Lanes.of(j);
                    VectorMask<Float> isBelow = x.compare(VectorOperators.NE, 0f);
                    if (!isBelow.allTrue()) {
                        for (int k = 0; k < STEP; k++) {
                            if (!isBelow.laneIsSet(k)) {
                                float target = ts != null ? ts[tAt + j + k] : label == j + k ? 1f : 0f;
                                likelyQ += ScalarSoftmax.weighted(Math.fma(keep, target, spread), weights, j + k);
                                likely = j + k;
                                largest++;
                            }
                        }
                    }
                    FloatVector.fromArray(SPECIES, lanes, lane).add(e, isBelow).intoArray(lanes, lane);
                    FloatVector.fromArray(SPECIES, qLanes, lane).add(q, isBelow).intoArray(qLanes, lane);
                    x = x.blend(0f, q.compare(VectorOperators.EQ, 0f));
                    q.fma(x, FloatVector.fromArray(SPECIES, dotLanes, lane)).intoArray(dotLanes, lane);
                }
                for (int j = whole; j < end; j++) {
                    int lane = Lanes.of(j);
                    float x = zs[zAt + j] - max;
                    float e = ScalarMath.scaledExp(x);
                    float target = ts != null ? ts[tAt + j] : label == j ? 1f : 0f;
                    float q = ScalarSoftmax.weighted(Math.fma(keep, target, spread), weights, j);
                    if (x == 0f) {
                        likelyQ += q;
                        likely = j;
                        largest++;
                    } else {
                        lanes[lane] += e;
                        qLanes[lane] += q;
                    }
                    dotLanes[lane] = Math.fma(q, q == 0f ? 0f : x, dotLanes[lane]);
                    if (ds != null) {
                        ds[dAt + j] = e;
                    }
                }
                scratch.tree.add(Lanes.total(lanes));
                scratch.tree2.add(Lanes.total(qLanes));
                scratch.tree3.add(Lanes.total(dotLanes));
            }
            float scaledRest = (float) scratch.tree.total();
            float rest = ScalarSoftmax.rest(scaledRest, largest);
            float otherQ = (float) scratch.tree2.total();
            float total = otherQ + likelyQ;
            float dot = (float) scratch.tree3.total();
            scratch.rows.add(Math.fma(total, ScalarSoftmax.log(rest), -dot));
            if (ds == null) {
                continue;
            }
            float inverse = scale / ScalarSoftmax.scaledSum(scaledRest, largest);
            float factor = total * inverse;
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
                float target = ts != null ? ts[tAt + j] : label == j ? 1f : 0f;
                float q = ScalarSoftmax.weighted(Math.fma(keep, target, spread), weights, j);
                ds[dAt + j] = Math.fma(ds[dAt + j], factor, -(q * scale));
            }
            if (largest == 1 && ScalarSoftmax.isMost(likelyQ, total)) {
                ds[dAt + likely] = ScalarSoftmax.likelyGradient(likelyQ, otherQ, rest, inverse);
            }
        }
    }

    private enum Result { SOFTMAX, SOFTMAX_OR_ZEROS, LOG_SOFTMAX, CROSS_ENTROPY }

    /// Rows that fit one vector: all steps of a row in registers, for the passes of which these are the same. The rows'
    /// losses go to `losses`.
    private static void narrow(Result result, Matrix z, Matrix out, int[] labels, int labelsOffset, Matrix weights,
            float scale, ElementSum losses) {
        FloatVector lowest = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        int n = z.columns();
        VectorMask<Float> inRow = SPECIES.indexInRange(0, n);
        float[] zs = z.data();
        float[] outs = out == null ? null : out.data();
        int zStride = z.stride();
        int outStride = out == null ? 0 : out.stride();
        int zAt = z.offset();
        int outAt = out == null ? 0 : out.offset();
        int rows = z.rows();
        boolean isSoftmax = result == Result.SOFTMAX || result == Result.SOFTMAX_OR_ZEROS;
        for (int i = 0; i < rows; i++) {
            FloatVector v = lowest.blend(FloatVector.fromArray(SPECIES, zs, zAt, inRow), inRow);
            float max = VectorLanes.max(lowest.blend(v, v.compare(VectorOperators.GT, lowest)));
            FloatVector x = v.sub(max);
            FloatVector e = VectorMath.scaledExp(x);
            VectorMask<Float> isLargest = x.compare(VectorOperators.EQ, 0f);
            float sum = VectorLanes.total(isSoftmax ? e : e.blend(0f, isLargest));
            if (isSoftmax) {
                boolean zero = result == Result.SOFTMAX_OR_ZEROS && ScalarSoftmax.isMasked(max, zs, zAt, n);
                e.mul(1f / sum).intoArray(outs, outAt, inRow);
                if (zero) {
                    Arrays.fill(outs, outAt, outAt + n, 0f);
                }
            } else {
                int largest = isLargest.trueCount();
                float rest = ScalarSoftmax.rest(sum, largest);
                float log = ScalarSoftmax.log(rest);
                if (result == Result.LOG_SOFTMAX) {
                    x.sub(log).intoArray(outs, outAt, inRow);
                } else {
                    int label = labels[labelsOffset + i];
                    float q = ScalarSoftmax.weighted(1f, weights, label);
                    float total = 0f + q;
                    float labelX = zs[zAt + label] - max;
                    float dot = q == 0f ? 0f : Math.fma(q, labelX, 0f);
                    losses.add(Math.fma(total, log, -dot));
                    if (outs != null) {
                        VectorMask<Float> atLabel = LANE.compare(VectorOperators.EQ, label).cast(SPECIES);
                        FloatVector minusQ = FloatVector.broadcast(SPECIES, -0f).blend(-(q * scale), atLabel);
                        float inverse = scale / ScalarSoftmax.scaledSum(sum, largest);
                        e.fma(FloatVector.broadcast(SPECIES, total * inverse), minusQ).intoArray(outs, outAt, inRow);
                        if (largest == 1 && labelX == 0f && ScalarSoftmax.isMost(q, total)) {
                            outs[outAt + label] = ScalarSoftmax.likelyGradient(q, 0f, rest, inverse);
                        }
                    }
                }
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
