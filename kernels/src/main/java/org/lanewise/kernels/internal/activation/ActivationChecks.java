// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.check.Checks;

/// The checks of both twins of [org.lanewise.kernels.activation.Activations].
final class ActivationChecks {

    private ActivationChecks() {
    }

    static void value(Activation activation, Matrix z, Matrix y) {
        String operation = "activation value";
        Checks.notNull(operation, "activation", activation);
        Checks.plain(operation, "z", z);
        Checks.shape(operation, "y", y, z.rows(), z.columns());
        Checks.sameOrDisjoint(operation, "y", y, "z", z);
    }

    static void valueAndDerivative(Activation activation, Matrix z, Matrix y, Matrix derivative) {
        String operation = "activation value and derivative";
        Checks.notNull(operation, "activation", activation);
        Checks.plain(operation, "z", z);
        Checks.shape(operation, "y", y, z.rows(), z.columns());
        Checks.shape(operation, "derivative", derivative, z.rows(), z.columns());
        Checks.sameOrDisjoint(operation, "y", y, "z", z);
        Checks.sameOrDisjoint(operation, "derivative", derivative, "z", z);
        Checks.disjoint(operation, "derivative", derivative, "y", y);
    }

    static void backward(Activation activation, Matrix z, Matrix dy, Matrix dz) {
        Checks.notNull("activation backward", "activation", activation);
        backward("z", z, dy, dz);
    }

    static void backward(Matrix derivative, Matrix dy, Matrix dz) {
        backward("derivative", derivative, dy, dz);
    }

    private static void backward(String name, Matrix saved, Matrix dy, Matrix dz) {
        String operation = "activation backward";
        Checks.plain(operation, name, saved);
        Checks.shape(operation, "dy", dy, saved.rows(), saved.columns());
        Checks.shape(operation, "dz", dz, saved.rows(), saved.columns());
        Checks.sameOrDisjoint(operation, "dz", dz, name, saved);
        Checks.sameOrDisjoint(operation, "dz", dz, "dy", dy);
    }

    static void parametricRelu(Matrix z, Matrix alpha, Matrix y) {
        String operation = "parametric ReLU";
        Checks.plain(operation, "z", z);
        Checks.shape(operation, "alpha", alpha, 1, z.columns());
        Checks.shape(operation, "y", y, z.rows(), z.columns());
        Checks.sameOrDisjoint(operation, "y", y, "z", z);
        Checks.disjoint(operation, "y", y, "alpha", alpha);
    }

    static void parametricReluBackward(Matrix z, Matrix alpha, Matrix dy, Matrix dz, Matrix dAlpha) {
        String operation = "parametric ReLU backward";
        Checks.plain(operation, "z", z);
        Checks.shape(operation, "alpha", alpha, 1, z.columns());
        Checks.shape(operation, "dy", dy, z.rows(), z.columns());
        Checks.shape(operation, "dz", dz, z.rows(), z.columns());
        Checks.shape(operation, "dAlpha", dAlpha, 1, z.columns());
        Checks.sameOrDisjoint(operation, "dz", dz, "z", z);
        Checks.sameOrDisjoint(operation, "dz", dz, "dy", dy);
        Checks.disjoint(operation, "dz", dz, "alpha", alpha);
        Checks.disjoint(operation, "dAlpha", dAlpha, "z", z);
        Checks.disjoint(operation, "dAlpha", dAlpha, "alpha", alpha);
        Checks.disjoint(operation, "dAlpha", dAlpha, "dy", dy);
        Checks.disjoint(operation, "dAlpha", dAlpha, "dz", dz);
    }
}
