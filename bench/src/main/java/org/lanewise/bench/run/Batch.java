// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.run;

import java.util.List;
import java.util.Map;
import org.lanewise.bench.implementation.Implementation;

/// Trials that JMH runs one after the other: one method, one implementation, some values of one parameter.
///
/// @param benchmark class and method, as a regular expression
/// @param parameters values of JMH's parameters beside the implementation
/// @param isLimit whether it measures the machine
record Batch(Implementation implementation, String benchmark, Map<String, List<String>> parameters, boolean isLimit) {

    /// Operations in one invocation of the benchmark's method. A limit is never measured by a peer.
    int repetitions() {
        return implementation.repetitions();
    }

    int trials() {
        return parameters.values().stream().mapToInt(List::size).reduce(1, (a, b) -> a * b);
    }
}
