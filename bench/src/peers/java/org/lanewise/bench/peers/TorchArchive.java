// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes TorchScript modules: an archive of the module's source, its pickled state (here none) and constants (none).
final class TorchArchive {

    private static final String FORMAT_VERSION = "10\n";
    private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

    private TorchArchive() {
    }

    /// A module with one method.
    ///
    /// @param method its source, indented by two spaces
    static byte[] of(String method) {
        String source = """
                class Op(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                """ + method;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            add(zip, "op/data.pkl", emptyModule());
            add(zip, "op/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            add(zip, "op/constants.pkl", EMPTY_TUPLE);
            add(zip, "op/version", FORMAT_VERSION.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// An object of class `__torch__.Op` whose state is `{"training": False}`, pickled by protocol 2.
    private static byte[] emptyModule() {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(new byte[] {(byte) 0x80, 2});
        pickle.writeBytes("c__torch__\nOp\n)".getBytes(StandardCharsets.US_ASCII));
        pickle.write(0x81);
        pickle.writeBytes("}X\b\0\0\0training".getBytes(StandardCharsets.US_ASCII));
        pickle.write(0x89);
        pickle.writeBytes("sb.".getBytes(StandardCharsets.US_ASCII));
        return pickle.toByteArray();
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
