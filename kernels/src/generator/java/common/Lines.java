// SPDX-License-Identifier: Apache-2.0
package common;

/// Breaks statements over lines.
public final class Lines {

    private Lines() {
    }

    /// A statement on as many lines as it takes: broken before the calls of its outermost chain, or else between
    /// arguments.
    public static String wrapped(String indent, String statement) {
        StringBuilder out = new StringBuilder();
        String rest = indent + statement;
        while (rest.length() > 120) {
            int outermost = lastBreak(rest, 0);
            int at = outermost > 0 ? outermost : lastBreak(rest, 2);
            if (at == 0) {
                break;
            }
            out.append(rest.substring(0, at).stripTrailing()).append("\n");
            rest = indent + "        " + rest.substring(at).stripLeading();
        }
        return out.append(rest).append("\n").toString();
    }

    /// The last place on a line where a call is chained, or, in parentheses up to `deepest`, an argument begins.
    private static int lastBreak(String text, int deepest) {
        int depth = 0;
        int last = 0;
        for (int at = 0; at < 120; at++) {
            char c = text.charAt(at);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            boolean chained = c == '.' && at > 0 && text.charAt(at - 1) == ')';
            boolean argument = c == ' ' && at > 0 && text.charAt(at - 1) == ',';
            if (depth <= deepest && (chained || argument && depth > 0)) {
                last = argument ? at + 1 : at;
            }
        }
        return last;
    }
}
