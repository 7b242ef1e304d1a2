// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/// Numbers in result files: four digits that count, a point, nothing for what was not measured.
final class Numbers {

    private static final MathContext FOUR_DIGITS = new MathContext(4, RoundingMode.HALF_EVEN);

    private Numbers() {
    }

    static String plain(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(FOUR_DIGITS).toPlainString() : "";
    }

    static double parse(String text) {
        return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
    }

    /// For tables that people read; a dash for what was not measured.
    static String shown(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
