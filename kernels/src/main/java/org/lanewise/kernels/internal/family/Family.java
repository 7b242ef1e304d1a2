// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.family;

import java.util.List;
import java.util.concurrent.Executor;
import org.lanewise.kernels.internal.team.Team;

/// What each kernel family decides for itself: its twins, how a call is split, what warms it up. Everything else
/// follows from the family's interface and is generated. A family object exists before it is known whether there is a
/// Vector API; only [#twin] and [#exercises] may load classes that mention a vector.
///
/// @param <F> the family's interface
public interface Family<F> {

    /// The name in descriptions and log lines.
    String name();

    /// The scalar specification.
    F reference();

    /// The SIMD twin.
    ///
    /// @param activations runs the activations that the twin applies in a pass of their own
    F twin(ArrayActivations activations);

    /// The kernels of [org.lanewise.kernels.Kernels#tiered(Executor)]: a [Tier].
    ///
    /// @param background runs the warm-up
    /// @param activations those of the same set of kernels
    F tiered(Executor background, ArrayActivations activations);

    /// The same kernels with large calls split over a team; the kernels themselves where splitting never pays.
    default F split(F kernels, Team team) {
        return kernels;
    }

    /// Short calls that together reach every loop of the family, on every path that the compiler compiles separately.
    List<Exercise<F>> exercises();
}
