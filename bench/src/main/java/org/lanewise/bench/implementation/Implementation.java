// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.implementation;

import java.util.List;
import org.lanewise.bench.problem.Problem;
import org.lanewise.bench.problem.Task;

/// One of those that are compared: Lanewise itself or a peer. Peers are found by [java.util.ServiceLoader]; their
/// constructors load nothing native.
public interface Implementation {

    /// The name in results.
    String id();

    /// Loads what it needs and says which version that is.
    ///
    /// @throws Exception if it cannot be loaded here; the message becomes the reason in the report
    String version() throws Exception;

    /// Whether it can do this work at all. Loads nothing native.
    boolean accepts(Problem problem);

    /// Makes a problem ready, on one thread unless its name says otherwise.
    ///
    /// @throws Exception if it cannot
    Task prepare(Problem problem) throws Exception;

    /// Whether its results must have the reference's bits.
    default boolean isExact() {
        return false;
    }

    /// Whether only the headline cases are worth the time.
    default boolean isHeadlineOnly() {
        return false;
    }

    /// How many times in a row it does the work when it is timed: more than once where the way into native code takes
    /// longer than small work does.
    default int repetitions() {
        return 1;
    }

    /// For how long nothing must change before it counts as warm. Native code needs little; C2 may be busy for long.
    default int quietMilliseconds() {
        return 100;
    }

    /// What its JVM needs beside the flags of every fork.
    default List<String> jvmArguments() {
        return List.of();
    }
}
