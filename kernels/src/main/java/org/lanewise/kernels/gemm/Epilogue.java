// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.gemm;

import java.util.Objects;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;

/// What happens to each sum of a product before it is stored: z = sum (+ bias), C = σ(z), derivative = σ'(z).
///
/// The result has the bits of the parts run one after the other: product, bias, activation.
///
/// @param accumulate whether the chain of each element starts from C's value instead of +0
/// @param bias 1×n, added to every row; null for none
/// @param activation applied to the biased sum; [Activation#IDENTITY] for none
/// @param derivative m×n, receives the activation's derivative at z; null for none
public record Epilogue(boolean accumulate, Matrix bias, Activation activation, Matrix derivative) {

    /// C ← A·B.
    public static final Epilogue OVERWRITE = new Epilogue(false, null, Activation.IDENTITY, null);

    /// C ← C + A·B.
    public static final Epilogue ACCUMULATE = new Epilogue(true, null, Activation.IDENTITY, null);

    /// @throws NullPointerException if `activation` is null
    public Epilogue {
        Objects.requireNonNull(activation, "epilogue: activation is null");
    }

    /// C ← σ(A·B + bias).
    public static Epilogue dense(Matrix bias, Activation activation) {
        return new Epilogue(false, bias, activation, null);
    }

    /// C ← σ(A·B + bias), derivative ← σ'(A·B + bias).
    public static Epilogue dense(Matrix bias, Activation activation, Matrix derivative) {
        return new Epilogue(false, bias, activation, derivative);
    }
}
