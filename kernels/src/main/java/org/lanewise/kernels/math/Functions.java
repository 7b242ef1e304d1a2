// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.math;

import org.lanewise.kernels.Matrix;

/// Elementary functions over arrays.
public interface Functions {

    /// y ← f(x), element by element; y may be the very view x.
    ///
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes differ, a view is transposed, or the views overlap in part
    void apply(Function function, Matrix x, Matrix y);
}
