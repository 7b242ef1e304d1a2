// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.gemm.Epilogue;

/// Bias and activation, for complete sums that are still in L1 or L2.
final class TileEpilogue {

    private TileEpilogue() {
    }

    /// Applies the epilogue to the call's current rows and columns of C. Columns from `call.unbiased` on have their
    /// bias already, and ReLU with it where [#rectifies].
    static void finish(GemmCall call, Matrix c, Epilogue epilogue) {
        int at = call.cStart + call.row * c.stride() + call.column;
        if (epilogue.bias() != null) {
            if (call.unbiased > 0) {
                addBias(epilogue, call.column, c.data(), c, at, call.rows, call.unbiased);
            }
            if (rectifies(epilogue)) {
                return;
            }
        }
        Activation activation = epilogue.activation();
        Matrix derivative = epilogue.derivative();
        if (derivative != null) {
            call.activations.valueAndDerivative(activation, c.data(), at, c.stride(), derivative,
                    derivative.index(call.row, call.column), call.rows, call.columns);
        } else if (!(activation instanceof Activation.Identity)) {
            call.activations.value(activation, c.data(), at, c.stride(), call.rows, call.columns);
        }
    }

    /// Writes sums + bias to C, with ReLU where [#rectifies].
    ///
    /// @param column index in the bias of the first column
    /// @param sums C's own array, or a tile of scratch
    static void addBias(Epilogue epilogue, int column, float[] sums, Matrix c, int cAt, int rows, int columns) {
        Matrix bias = epilogue.bias();
        if (rectifies(epilogue)) {
            TilePasses.addBiasAndRectify(sums, c, cAt, rows, columns, bias.data(), bias.offset() + column);
        } else {
            TilePasses.addBias(sums, c, cAt, rows, columns, bias.data(), bias.offset() + column);
        }
    }

    /// Whether ReLU is fused with the bias: only where no derivative is stored.
    private static boolean rectifies(Epilogue epilogue) {
        return epilogue.activation() instanceof Activation.Relu && epilogue.derivative() == null;
    }
}
