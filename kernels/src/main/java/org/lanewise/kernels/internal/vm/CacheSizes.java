// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.vm;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// The sizes of a core's caches, where the system reports them, as Linux does in `/sys`.
///
/// @param level2 bytes of the L2 cache; 0 if unknown
public record CacheSizes(long level2) {

    /// No size is known.
    public static final CacheSizes UNKNOWN = new CacheSizes(0);

    private static final Path LINUX = Path.of("/sys/devices/system/cpu/cpu0/cache");

    /// The caches of this machine's first core.
    public static CacheSizes here() {
        return read(LINUX);
    }

    /// Reads a folder as Linux lays it out: a folder `index…` for each cache, with the files `level` and `size`.
    static CacheSizes read(Path folder) {
        try (DirectoryStream<Path> caches = Files.newDirectoryStream(folder, "index*")) {
            for (Path cache : caches) {
                if (Files.readString(cache.resolve("level")).strip().equals("2")) {
                    return new CacheSizes(bytes(Files.readString(cache.resolve("size")).strip()));
                }
            }
        } catch (IOException | RuntimeException e) {
            // No such folder, no right to read it, or a malformed size: unknown.
            return UNKNOWN;
        }
        return UNKNOWN;
    }

    /// `48K` or `2M` in bytes.
    private static long bytes(String size) {
        long unit = switch (size.charAt(size.length() - 1)) {
            case 'K' -> 1L << 10;
            case 'M' -> 1L << 20;
            default -> 1;
        };
        return unit * Long.parseLong(unit == 1 ? size : size.substring(0, size.length() - 1));
    }
}
