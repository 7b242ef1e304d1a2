// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/// The state of a training run between two steps: what must be kept to stop and go on with the same bits.
///
/// A stream holds, big-endian: eight bytes that name the layout; the steps as a long and the epochs as an int; the
/// origin in UTF-8 and the three arrays, floats by their bits, each after its length as an int; the CRC-32C of all
/// that, as an int.
///
/// @param steps steps done
/// @param epochs epochs done
/// @param origin what the state belongs to, as [Trainer#checkpoint()] says it: arithmetic, network, optimizer and
///     objective, in lines of text
/// @param parameters the learned parameters
/// @param statistics the running statistics
/// @param optimizerState the optimizer's state values
public record Checkpoint(long steps, int epochs, String origin, float[] parameters, float[] statistics,
        float[] optimizerState) {

    /// First bytes of the stream: "LWCP" and the version of the layout.
    private static final long MAGIC = 0x4c57435000000002L;

    /// Floats that pass through memory at a time on their way to or from a stream.
    private static final int BLOCK = 2048;

    /// The longest array that every VM can make.
    private static final int LONGEST = Integer.MAX_VALUE - 8;

    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if a count is negative
    public Checkpoint {
        Objects.requireNonNull(origin, "checkpoint: origin is null");
        Objects.requireNonNull(parameters, "checkpoint: parameters is null");
        Objects.requireNonNull(statistics, "checkpoint: statistics is null");
        Objects.requireNonNull(optimizerState, "checkpoint: optimizerState is null");
        if (steps < 0 || epochs < 0) {
            throw new IllegalArgumentException("checkpoint: " + counts(steps, epochs));
        }
    }

    private static String counts(long steps, int epochs) {
        return steps + " steps and " + epochs + " epochs are done; neither may be negative";
    }

    /// Writes the state. The stream stays open.
    ///
    /// @throws NullPointerException if `out` is null
    /// @throws IOException if the stream cannot be written
    public void write(OutputStream out) throws IOException {
        Objects.requireNonNull(out, "checkpoint: out is null");
        CheckedOutputStream checked = new CheckedOutputStream(new BufferedOutputStream(out), new CRC32C());
        DataOutputStream data = new DataOutputStream(checked);
        data.writeLong(MAGIC);
        data.writeLong(steps);
        data.writeInt(epochs);
        byte[] text = origin.getBytes(StandardCharsets.UTF_8);
        data.writeInt(text.length);
        data.write(text);
        writeFloats(data, parameters);
        writeFloats(data, statistics);
        writeFloats(data, optimizerState);
        data.writeInt((int) checked.getChecksum().getValue());
        data.flush();
    }

    /// Reads what [#write] wrote, and not a byte beyond. The stream stays open. Arrays grow as their values arrive, at
    /// most to twice what was read, whatever length a damaged stream says.
    ///
    /// @throws NullPointerException if `in` is null
    /// @throws EOFException if the stream ends early
    /// @throws IOException if the stream cannot be read, or does not hold a checkpoint or holds a damaged one
    public static Checkpoint read(InputStream in) throws IOException {
        Objects.requireNonNull(in, "checkpoint: in is null");
        try {
            return read(new CheckedInputStream(in, new CRC32C()));
        } catch (EOFException e) {
            EOFException named = new EOFException("checkpoint: the stream ends before the checkpoint does");
            named.initCause(e);
            throw named;
        }
    }

    private static Checkpoint read(CheckedInputStream checked) throws IOException {
        DataInputStream data = new DataInputStream(checked);
        long magic = data.readLong();
        if (magic != MAGIC) {
            throw new IOException("checkpoint: the stream starts with 0x" + Long.toHexString(magic)
                    + "; a checkpoint that this version reads starts with 0x" + Long.toHexString(MAGIC));
        }
        long steps = data.readLong();
        int epochs = data.readInt();
        String origin = readText(data);
        float[] parameters = readFloats(data);
        float[] statistics = readFloats(data);
        float[] optimizerState = readFloats(data);
        int expected = (int) checked.getChecksum().getValue();
        int checksum = data.readInt();
        if (checksum != expected) {
            throw new IOException("checkpoint: the checksum is 0x" + Integer.toHexString(checksum)
                    + "; the data have 0x" + Integer.toHexString(expected) + "; the stream is damaged");
        }
        if (steps < 0 || epochs < 0) {
            throw new IOException("checkpoint: " + counts(steps, epochs));
        }
        return new Checkpoint(steps, epochs, origin, parameters, statistics, optimizerState);
    }

    private static String readText(DataInputStream data) throws IOException {
        int length = readLength(data);
        byte[] text = data.readNBytes(length);
        if (text.length < length) {
            throw new EOFException();
        }
        return new String(text, StandardCharsets.UTF_8);
    }

    private static void writeFloats(DataOutputStream data, float[] values) throws IOException {
        data.writeInt(values.length);
        byte[] block = new byte[Float.BYTES * Math.min(values.length, BLOCK)];
        FloatBuffer floats = ByteBuffer.wrap(block).asFloatBuffer();
        int count;
        for (int from = 0; from < values.length; from += count) {
            count = Math.min(BLOCK, values.length - from);
            floats.put(0, values, from, count);
            data.write(block, 0, Float.BYTES * count);
        }
    }

    private static float[] readFloats(DataInputStream data) throws IOException {
        int length = readLength(data);
        float[] values = new float[Math.min(length, BLOCK)];
        byte[] block = new byte[Float.BYTES * values.length];
        FloatBuffer floats = ByteBuffer.wrap(block).asFloatBuffer();
        int count;
        for (int read = 0; read < length; read += count) {
            count = Math.min(BLOCK, length - read);
            data.readFully(block, 0, Float.BYTES * count);
            if (read + count > values.length) {
                values = Arrays.copyOf(values, (int) Math.min(length, 2L * read));
            }
            floats.get(0, values, read, count);
        }
        return values;
    }

    private static int readLength(DataInputStream data) throws IOException {
        int length = data.readInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("checkpoint: an array has the length " + length + "; it must be from 0 to "
                    + LONGEST);
        }
        return length;
    }
}
