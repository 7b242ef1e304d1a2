// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.loss;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.check.Checks;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Reduction;

/// The checks that both twins of [org.lanewise.kernels.loss.Losses] make before they write anything.
final class LossChecks {

    private LossChecks() {
    }

    static void loss(Loss loss, Reduction reduction, Matrix prediction, Matrix target, Matrix gradient) {
        Checks.notNull("loss", "loss", loss);
        Checks.notNull("loss", "reduction", reduction);
        Checks.plain("loss", "prediction", prediction);
        Checks.shape("loss", "target", target, prediction.rows(), prediction.columns());
        if (prediction.size() == 0) {
            throw new IllegalArgumentException(
                    "loss: prediction is " + prediction.shape() + "; it must have a row and a column");
        }
        if (gradient != null) {
            Checks.shape("loss", "gradient", gradient, prediction.rows(), prediction.columns());
            Checks.sameOrDisjoint("loss", "gradient", gradient, "prediction", prediction);
            Checks.disjoint("loss", "gradient", gradient, "target", target);
        }
    }
}
