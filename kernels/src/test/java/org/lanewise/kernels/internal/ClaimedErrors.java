// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lanewise.kernels.math.Function;

/// The largest errors that Javadoc claims, read from it: there is one number, for the user and for the test.
public final class ClaimedErrors {

    private static final Path SOURCES = Path.of("src/main/java/org/lanewise/kernels");
    private static final Pattern ROW = Pattern.compile("/// \\| (?<name>[^|]+) \\| (?<value>[0-9.]+) \\| "
            + "(?<derivative>[0-9.]+) \\| (?<root>[0-9.]*) ?\\|");
    private static final Pattern FUNCTION =
            Pattern.compile("(?s)([0-9.]+) ULP, at[^/]*\\n    (?<name>[A-Z0-9]+)[,\\n]");

    private ClaimedErrors() {
    }

    /// Each name in the table of [org.lanewise.kernels.activation.Activation] with the errors of its value, its
    /// derivative, and its derivative near a root, where it has one.
    public static Map<String, double[]> ofActivations() {
        Map<String, double[]> claims = new LinkedHashMap<>();
        for (String line : lines("activation/Activation.java")) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                double root = row.group("root").isEmpty() ? 0 : Double.parseDouble(row.group("root"));
                double value = Double.parseDouble(row.group("value"));
                double derivative = Double.parseDouble(row.group("derivative"));
                claims.put(row.group("name").strip(), new double[] {value, derivative, root});
            }
        }
        return claims;
    }

    /// The error of each elementary function.
    public static Map<Function, Double> ofFunctions() {
        Map<Function, Double> claims = new EnumMap<>(Function.class);
        Matcher function = FUNCTION.matcher(String.join("\n", lines("math/Function.java")));
        while (function.find()) {
            claims.put(Function.valueOf(function.group("name")), Double.parseDouble(function.group(1)));
        }
        if (claims.size() != Function.values().length) {
            throw new AssertionError("the Javadoc of Function claims errors of " + claims.keySet() + " alone");
        }
        return claims;
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(SOURCES.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
