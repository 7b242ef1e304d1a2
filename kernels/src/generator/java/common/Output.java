// SPDX-License-Identifier: Apache-2.0
package common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/// The folder that a generator, and nothing else, writes to.
public final class Output {

    private final Path folder;
    private final Set<Path> written = new HashSet<>();

    public Output(Path folder) {
        this.folder = folder;
    }

    /// Writes a class. Leaves an unchanged file alone, so that nothing is compiled again without need.
    ///
    /// @param type its full name
    public void write(String type, String text) throws IOException {
        Path file = folder.resolve(type.replace('.', '/') + ".java");
        written.add(file);
        Files.createDirectories(file.getParent());
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }

    /// Deletes files that an earlier version of the generator wrote and this one does not. Of the files in the folder,
    /// only those that say they are generated.
    public void deleteStale() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                if (!written.contains(file) && Files.readString(file).contains("Generated")) {
                    Files.delete(file);
                }
            }
        }
    }
}
