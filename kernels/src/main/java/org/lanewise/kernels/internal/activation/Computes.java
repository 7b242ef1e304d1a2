// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Names the activations that a formula of [ScalarFormulas] computes, for the generator of the passes. A formula
/// without it computes the activation of its own name, for all values of the parameters.
@Retention(RetentionPolicy.SOURCE)
@Target(ElementType.METHOD)
@interface Computes {

    /// Names of activations, each alone or with a condition: `Sigmoid when beta == 1f && gamma == 1f`.
    String[] value();
}
