// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The changes between two summaries, case by case. A change counts only where the two intervals of [Score] do not
/// meet; the unit says which direction is the better one.
record Comparison(List<Change> changes, List<String> onlyInBaseline, List<String> onlyInCandidate) {

    /// What became of a case.
    enum Verdict {
        /// The intervals are apart and the candidate is better.
        FASTER,
        /// The intervals are apart and the candidate is worse.
        SLOWER,
        /// The intervals meet.
        SAME
    }

    /// One case in both summaries.
    record Change(Row before, Row after) {

        /// Above 1 means that the candidate is faster.
        double ratio() {
            return after.unit().ratio(after.ours(), before.ours());
        }

        Verdict verdict() {
            if (Math.abs(after.ours() - before.ours()) <= before.error() + after.error()) {
                return Verdict.SAME;
            }
            return ratio() > 1 ? Verdict.FASTER : Verdict.SLOWER;
        }

        private String line() {
            return String.format(Locale.ROOT, "%-7s %-14s %-44s %10s ± %-8s → %10s ± %-8s %-11s × %.3f", verdict(),
                    after.family().id(), after.name(), Numbers.shown(before.ours()), Numbers.shown(before.error()),
                    Numbers.shown(after.ours()), Numbers.shown(after.error()), after.unit().symbol(), ratio());
        }
    }

    static Comparison of(List<Row> baseline, List<Row> candidate) {
        Map<String, Row> before = new LinkedHashMap<>();
        baseline.forEach(row -> before.put(key(row), row));
        List<Change> changes = new ArrayList<>();
        List<String> added = new ArrayList<>();
        for (Row after : candidate) {
            Row match = before.remove(key(after));
            if (match == null) {
                added.add(key(after));
            } else {
                changes.add(new Change(match, after));
            }
        }
        return new Comparison(changes, List.copyOf(before.keySet()), added);
    }

    private static String key(Row row) {
        return row.family().id() + " " + row.name();
    }

    boolean hasSlower() {
        return count(Verdict.SLOWER) > 0;
    }

    private long count(Verdict verdict) {
        return changes.stream().filter(change -> change.verdict() == verdict).count();
    }

    /// What a terminal shows: the changes, what cannot be compared, the tally.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        changes.stream().filter(change -> change.verdict() != Verdict.SAME).map(Change::line).forEach(lines::add);
        onlyInBaseline.forEach(name -> lines.add("only in the baseline: " + name));
        onlyInCandidate.forEach(name -> lines.add("only in the candidate: " + name));
        lines.add("compared " + changes.size() + " cases: " + count(Verdict.SLOWER) + " slower, "
                + count(Verdict.FASTER) + " faster, " + count(Verdict.SAME) + " the same within their errors");
        return lines;
    }
}
