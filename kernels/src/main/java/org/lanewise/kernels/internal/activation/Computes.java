// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.activation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The activations that a formula of [ScalarFormulas] computes, where these are not just the record of its name with
/// any parameters. Read by the generator of the passes.
@Retention(RetentionPolicy.SOURCE)
@Target(ElementType.METHOD)
@interface Computes {

    /// Names of activations, each alone or with a condition: `Sigmoid when beta == 1f && gamma == 1f`.
    String[] value();
}
