// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.run;

/// How long each trial takes.
///
/// @param forks JVMs a trial; at least two, since alignment alone can make two differ
/// @param measurements iterations that count
/// @param milliseconds length of an iteration
/// @param headlineOnly whether only the headline cases are run
record Settings(int forks, int measurements, int milliseconds, boolean headlineOnly) {

    static final Settings FULL = new Settings(3, 5, 100, false);
    static final Settings QUICK = new Settings(2, 4, 80, true);

    // Start of a JVM, inputs, the check: what a fork takes beside its iterations.
    private static final double FORK_SECONDS = 0.9;

    /// The same for the headline cases alone.
    Settings headline() {
        return new Settings(forks, measurements, milliseconds, true);
    }

    /// Iterations before those that count: few where the benchmark has warmed up by itself.
    int warmups(Batch batch) {
        return batch.isLimit() ? 6 : 2;
    }

    /// A first guess at how long a batch takes.
    double seconds(Batch batch) {
        int warming = batch.isLimit() ? 0 : 2 * batch.implementation().quietMilliseconds();
        int running = (warmups(batch) + measurements) * milliseconds + warming;
        return batch.trials() * forks * (FORK_SECONDS + running / 1000.0);
    }
}
