// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;

/// A layer of a frozen network, with the activation that it took over.
interface PredictionStage {

    /// Number of columns that the stage puts out.
    int columns();

    /// y ← stage(x); rows are independent of each other.
    void run(Kernels kernels, Matrix x, Matrix y);
}
