// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.math;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.lanes.Species;

/// The SIMD twin of [ScalarFunctions]: a loop for each function, since a loop shared by several would box its vectors.
public final class VectorFunctions implements Functions {

    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;
    private static final int LANES = SPECIES.length();

    @Override
    public void apply(Function function, Matrix x, Matrix y) {
        FunctionChecks.apply(function, x, y);
        boolean oneRun = x.isContiguous() && y.isContiguous();
        int runs = oneRun ? 1 : x.rows();
        int n = oneRun ? (int) x.size() : x.columns();
        for (int i = 0; i < runs; i++) {
            apply(function, x.data(), x.offset() + i * x.stride(), y.data(), y.offset() + i * y.stride(), n);
        }
    }

    private static void apply(Function function, float[] x, int xOffset, float[] y, int yOffset, int n) {
        switch (function) {
            case EXP -> exp(x, xOffset, y, yOffset, n);
            case EXPM1 -> expm1(x, xOffset, y, yOffset, n);
            case LOG -> log(x, xOffset, y, yOffset, n);
            case LOG1P -> log1p(x, xOffset, y, yOffset, n);
            case SIGMOID -> sigmoid(x, xOffset, y, yOffset, n);
            case TANH -> tanh(x, xOffset, y, yOffset, n);
            case SOFTPLUS -> softplus(x, xOffset, y, yOffset, n);
            case ERF -> erf(x, xOffset, y, yOffset, n);
        }
    }

    private static void exp(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int i = 0;
        for (int end = SPECIES.loopBound(n); i < end; i += LANES) {
            VectorMath.exp(FloatVector.fromArray(SPECIES, x, xOffset + i)).intoArray(y, yOffset + i);
        }
        if (i < n) {
            expOfRest(x, xOffset + i, y, yOffset + i, n - i);
        }
    }

    private static void expOfRest(float[] x, int xOffset, float[] y, int yOffset, int n) {
        VectorMask<Float> rest = SPECIES.indexInRange(0, n);
        VectorMath.exp(FloatVector.fromArray(SPECIES, x, xOffset, rest)).intoArray(y, yOffset, rest);
    }

    private static void expm1(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int i = 0;
        for (int end = SPECIES.loopBound(n); i < end; i += LANES) {
            VectorMath.expm1(FloatVector.fromArray(SPECIES, x, xOffset + i)).intoArray(y, yOffset + i);
        }
        if (i < n) {
            expm1OfRest(x, xOffset + i, y, yOffset + i, n - i);
        }
    }

    private static void expm1OfRest(float[] x, int xOffset, float[] y, int yOffset, int n) {
        VectorMask<Float> rest = SPECIES.indexInRange(0, n);
        VectorMath.expm1(FloatVector.fromArray(SPECIES, x, xOffset, rest)).intoArray(y, yOffset, rest);
    }

    private static void log(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int i = 0;
        for (int end = SPECIES.loopBound(n); i < end; i += LANES) {
            VectorMath.log(FloatVector.fromArray(SPECIES, x, xOffset + i)).intoArray(y, yOffset + i);
        }
        if (i < n) {
            logOfRest(x, xOffset + i, y, yOffset + i, n - i);
        }
    }

    private static void logOfRest(float[] x, int xOffset, float[] y, int yOffset, int n) {
        VectorMask<Float> rest = SPECIES.indexInRange(0, n);
        VectorMath.log(FloatVector.fromArray(SPECIES, x, xOffset, rest)).intoArray(y, yOffset, rest);
    }

    private static void log1p(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int i = 0;
        for (int end = SPECIES.loopBound(n); i < end; i += LANES) {
            VectorMath.log1p(FloatVector.fromArray(SPECIES, x, xOffset + i)).intoArray(y, yOffset + i);
        }
        if (i < n) {
            log1pOfRest(x, xOffset + i, y, yOffset + i, n - i);
        }
    }

    private static void log1pOfRest(float[] x, int xOffset, float[] y, int yOffset, int n) {
        VectorMask<Float> rest = SPECIES.indexInRange(0, n);
        VectorMath.log1p(FloatVector.fromArray(SPECIES, x, xOffset, rest)).intoArray(y, yOffset, rest);
    }

    private static void sigmoid(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int i = 0;
        for (int end = SPECIES.loopBound(n); i < end; i += LANES) {
            VectorMath.sigmoid(FloatVector.fromArray(SPECIES, x, xOffset + i)).intoArray(y, yOffset + i);
        }
        if (i < n) {
            sigmoidOfRest(x, xOffset + i, y, yOffset + i, n - i);
        }
    }

    private static void sigmoidOfRest(float[] x, int xOffset, float[] y, int yOffset, int n) {
        VectorMask<Float> rest = SPECIES.indexInRange(0, n);
        VectorMath.sigmoid(FloatVector.fromArray(SPECIES, x, xOffset, rest)).intoArray(y, yOffset, rest);
    }

    private static void tanh(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int i = 0;
        for (int end = SPECIES.loopBound(n); i < end; i += LANES) {
            VectorMath.tanh(FloatVector.fromArray(SPECIES, x, xOffset + i)).intoArray(y, yOffset + i);
        }
        if (i < n) {
            tanhOfRest(x, xOffset + i, y, yOffset + i, n - i);
        }
    }

    private static void tanhOfRest(float[] x, int xOffset, float[] y, int yOffset, int n) {
        VectorMask<Float> rest = SPECIES.indexInRange(0, n);
        VectorMath.tanh(FloatVector.fromArray(SPECIES, x, xOffset, rest)).intoArray(y, yOffset, rest);
    }

    private static void softplus(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int i = 0;
        for (int end = SPECIES.loopBound(n); i < end; i += LANES) {
            VectorMath.softplus(FloatVector.fromArray(SPECIES, x, xOffset + i)).intoArray(y, yOffset + i);
        }
        if (i < n) {
            softplusOfRest(x, xOffset + i, y, yOffset + i, n - i);
        }
    }

    private static void softplusOfRest(float[] x, int xOffset, float[] y, int yOffset, int n) {
        VectorMask<Float> rest = SPECIES.indexInRange(0, n);
        VectorMath.softplus(FloatVector.fromArray(SPECIES, x, xOffset, rest)).intoArray(y, yOffset, rest);
    }

    private static void erf(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int i = 0;
        for (int end = SPECIES.loopBound(n); i < end; i += LANES) {
            VectorMath.erf(FloatVector.fromArray(SPECIES, x, xOffset + i)).intoArray(y, yOffset + i);
        }
        if (i < n) {
            erfOfRest(x, xOffset + i, y, yOffset + i, n - i);
        }
    }

    private static void erfOfRest(float[] x, int xOffset, float[] y, int yOffset, int n) {
        VectorMask<Float> rest = SPECIES.indexInRange(0, n);
        VectorMath.erf(FloatVector.fromArray(SPECIES, x, xOffset, rest)).intoArray(y, yOffset, rest);
    }
}
