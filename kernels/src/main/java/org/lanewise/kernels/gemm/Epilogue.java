// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import java.util.Objects;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;

/// What happens to each sum of a product before it is stored: z = sum (+ bias), C = σ(z), derivative = σ'(z). Starts
/// from [#OVERWRITE] or [#ACCUMULATE], as in `Epilogue.OVERWRITE.withBias(bias).withActivation(Activation.RELU)`.
/// Immutable.
///
/// The result has the bits of product, bias and activation run one after the other.
public final class Epilogue {

    /// C ← A·B.
    public static final Epilogue OVERWRITE = new Epilogue(false, null, Activation.IDENTITY, null);

    /// C ← C + A·B.
    public static final Epilogue ACCUMULATE = new Epilogue(true, null, Activation.IDENTITY, null);

    private final boolean accumulate;
    private final Matrix bias;
    private final Activation activation;
    private final Matrix derivative;

    private Epilogue(boolean accumulate, Matrix bias, Activation activation, Matrix derivative) {
        this.accumulate = accumulate;
        this.bias = bias;
        this.activation = Objects.requireNonNull(activation, "epilogue: activation is null");
        this.derivative = derivative;
    }

    /// C ← σ(A·B + bias).
    ///
    /// @param bias 1×n; null for none
    /// @throws NullPointerException if `activation` is null
    public static Epilogue dense(Matrix bias, Activation activation) {
        return new Epilogue(false, bias, activation, null);
    }

    /// C ← σ(A·B + bias), derivative ← σ'(A·B + bias).
    ///
    /// @param bias 1×n; null for none
    /// @param derivative m×n, written; null for none
    /// @throws NullPointerException if `activation` is null
    public static Epilogue dense(Matrix bias, Activation activation, Matrix derivative) {
        return new Epilogue(false, bias, activation, derivative);
    }

    /// Whether the chain of each element starts from C's value instead of +0.
    public boolean accumulate() {
        return accumulate;
    }

    /// 1×n, added to every row; null, the default, for none.
    public Matrix bias() {
        return bias;
    }

    /// Applied to the biased sum; [Activation#IDENTITY], the default, for none.
    public Activation activation() {
        return activation;
    }

    /// m×n, receives the activation's derivative at z; null, the default, for none.
    public Matrix derivative() {
        return derivative;
    }

    /// The same with a row that is added to every row.
    ///
    /// @param row 1×n; null for none
    public Epilogue withBias(Matrix row) {
        return new Epilogue(accumulate, row, activation, derivative);
    }

    /// The same with an activation.
    ///
    /// @param function σ; [Activation#IDENTITY] for none
    /// @throws NullPointerException if `function` is null
    public Epilogue withActivation(Activation function) {
        return new Epilogue(accumulate, bias, function, derivative);
    }

    /// The same with a matrix that receives the activation's derivative.
    ///
    /// @param target m×n; null for none
    public Epilogue withDerivative(Matrix target) {
        return new Epilogue(accumulate, bias, activation, target);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Epilogue same && accumulate == same.accumulate && Objects.equals(bias, same.bias)
                && activation.equals(same.activation) && Objects.equals(derivative, same.derivative);
    }

    @Override
    public int hashCode() {
        return Objects.hash(accumulate, bias, activation, derivative);
    }

    @Override
    public String toString() {
        return "Epilogue[accumulate=" + accumulate + ", bias=" + bias + ", activation=" + activation + ", derivative="
                + derivative + "]";
    }
}
