// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Versions of libraries that do not tell theirs.
final class Versions {

    private static final Pattern IN_FILE_NAME = Pattern.compile("-(\\d[^/]*)\\.jar$");

    private Versions() {
    }

    /// The version in the name of the jar that a class comes from.
    static String of(Class<?> type) {
        Path jar = Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
        Matcher matcher = IN_FILE_NAME.matcher(jar.getFileName().toString());
        return matcher.find() ? matcher.group(1) : "of unknown version";
    }
}
