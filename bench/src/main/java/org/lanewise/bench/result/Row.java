// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import org.lanewise.bench.problem.Family;
import org.lanewise.bench.problem.Unit;

/// One line of `summary.csv`; what was not measured is NaN or empty.
///
/// @param name the case
/// @param ours the SIMD kernels' result in the family's unit
/// @param error half the width of the interval around it, see [Score]
/// @param reference the scalar reference's result
/// @param bestPeer the fastest peer's result
/// @param limit what the machine allows
record Row(Family family, String name, double ours, double error, double reference, double bestPeer,
        String bestPeerName, double limit) {

    Unit unit() {
        return family.unit();
    }

    double speedupOverReference() {
        return unit().ratio(ours, reference);
    }

    /// Above 1 always means that we are faster.
    double ratioToBestPeer() {
        return unit().ratio(ours, bestPeer);
    }

    double fractionOfLimit() {
        return unit().ratio(ours, limit);
    }
}
