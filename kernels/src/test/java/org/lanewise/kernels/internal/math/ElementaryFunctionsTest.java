// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.math;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.math.Function;

/// Two million floats, a fixed stride apart, through every elementary function, and its edges.
class ElementaryFunctionsTest {

    private static final int STRIDE = 2053;
    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final float TINY = Float.MIN_VALUE;
    private static final float HUGE = Float.MAX_VALUE;

    @Tag("every-width")
    @ParameterizedTest
    @EnumSource
    void simdHasTheReferencesBits(Function function) {
        FunctionSweep.assertSameBits(function, STRIDE);
    }

    @ParameterizedTest
    @EnumSource
    void errorsAreWithinTheClaimedBounds(Function function) {
        FunctionSweep.assertWithinBound(function, FunctionSweep.worst(function, STRIDE));
    }

    static Stream<Arguments> edges() {
        return Stream.of(
                edge(Function.EXP, 0f, 1f), edge(Function.EXP, -0f, 1f), edge(Function.EXP, TINY, 1f),
                edge(Function.EXP, INFINITY, INFINITY), edge(Function.EXP, -INFINITY, 0f),
                edge(Function.EXP, 0x1.62e42ep6f, 0x1.ffff08p127f), edge(Function.EXP, 0x1.62e43p6f, INFINITY),
                edge(Function.EXP, HUGE, INFINITY), edge(Function.EXP, -HUGE, 0f),
                edge(Function.EXP, -103.97f, TINY), edge(Function.EXP, -103.98f, 0f),
                edge(Function.EXPM1, 0f, 0f), edge(Function.EXPM1, -0f, -0f), edge(Function.EXPM1, TINY, TINY),
                edge(Function.EXPM1, -TINY, -TINY), edge(Function.EXPM1, INFINITY, INFINITY),
                edge(Function.EXPM1, -INFINITY, -1f), edge(Function.EXPM1, 0x1.62e43p6f, INFINITY),
                edge(Function.EXPM1, HUGE, INFINITY), edge(Function.EXPM1, -HUGE, -1f),
                edge(Function.LOG, 1f, 0f), edge(Function.LOG, 0f, -INFINITY), edge(Function.LOG, -0f, -INFINITY),
                edge(Function.LOG, INFINITY, INFINITY), edge(Function.LOG, -INFINITY, Float.NaN),
                edge(Function.LOG, -TINY, Float.NaN), edge(Function.LOG, TINY, -103.27893f),
                edge(Function.LOG, HUGE, 88.72284f), edge(Function.LOG, -HUGE, Float.NaN),
                edge(Function.LOG1P, 0f, 0f), edge(Function.LOG1P, -0f, -0f), edge(Function.LOG1P, TINY, TINY),
                edge(Function.LOG1P, -TINY, -TINY), edge(Function.LOG1P, -1f, -INFINITY),
                edge(Function.LOG1P, INFINITY, INFINITY), edge(Function.LOG1P, -INFINITY, Float.NaN),
                edge(Function.LOG1P, -0x1.000002p0f, Float.NaN), edge(Function.LOG1P, HUGE, 88.72284f),
                edge(Function.SIGMOID, 0f, 0.5f), edge(Function.SIGMOID, INFINITY, 1f),
                edge(Function.SIGMOID, -INFINITY, 0f), edge(Function.SIGMOID, HUGE, 1f),
                edge(Function.SIGMOID, -HUGE, 0f), edge(Function.SIGMOID, -103.97f, TINY),
                edge(Function.TANH, 0f, 0f), edge(Function.TANH, -0f, -0f), edge(Function.TANH, TINY, TINY),
                edge(Function.TANH, -TINY, -TINY), edge(Function.TANH, INFINITY, 1f),
                edge(Function.TANH, -INFINITY, -1f), edge(Function.TANH, HUGE, 1f), edge(Function.TANH, -HUGE, -1f),
                edge(Function.SOFTPLUS, 0f, 0.6931472f), edge(Function.SOFTPLUS, INFINITY, INFINITY),
                edge(Function.SOFTPLUS, -INFINITY, 0f), edge(Function.SOFTPLUS, HUGE, HUGE),
                edge(Function.SOFTPLUS, -HUGE, 0f), edge(Function.SOFTPLUS, -103.97f, TINY),
                edge(Function.ERF, 0f, 0f), edge(Function.ERF, -0f, -0f), edge(Function.ERF, TINY, TINY),
                edge(Function.ERF, INFINITY, 1f), edge(Function.ERF, -INFINITY, -1f), edge(Function.ERF, HUGE, 1f),
                edge(Function.ERF, -HUGE, -1f));
    }

    @Tag("every-width")
    @ParameterizedTest
    @MethodSource("edges")
    void edgesAreExact(Function function, float x, float expected) {
        float[] y = {42f};
        new VectorFunctions().apply(function, Matrix.row(x), Matrix.row(y));
        assertEquals(expected, y[0], () -> "SIMD " + function + "(" + x + ")");
        new ScalarFunctions().apply(function, Matrix.row(x), Matrix.row(y));
        assertEquals(expected, y[0], () -> "scalar " + function + "(" + x + ")");
    }

    @Tag("every-width")
    @ParameterizedTest
    @EnumSource
    void nanStaysNanWhateverItsSignAndPayload(Function function) {
        for (int bits : new int[] {0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0x7fffffff, 0xffffffff}) {
            float[] y = {42f};
            new VectorFunctions().apply(function, Matrix.row(Float.intBitsToFloat(bits)), Matrix.row(y));
            assertEquals(Float.NaN, y[0], () -> "SIMD " + function + " of " + Integer.toHexString(bits));
            new ScalarFunctions().apply(function, Matrix.row(Float.intBitsToFloat(bits)), Matrix.row(y));
            assertEquals(Float.NaN, y[0], () -> "scalar " + function + " of " + Integer.toHexString(bits));
        }
    }

    private static Arguments edge(Function function, float x, float expected) {
        return Arguments.of(function, x, expected);
    }
}
