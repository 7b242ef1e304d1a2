// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/// The state of a training run between two steps: what must be kept to stop and go on with the same bits.
///
/// @param steps steps done
/// @param epochs epochs done
/// @param parameters the learned parameters
/// @param statistics the running statistics
/// @param optimizerState the optimizer's state values
public record Checkpoint(long steps, int epochs, float[] parameters, float[] statistics, float[] optimizerState) {

    /// First bytes of the stream: "LWCP" and the version of the layout.
    private static final long MAGIC = 0x4c57435000000001L;

    /// @throws NullPointerException if an array is null
    /// @throws IllegalArgumentException if a count is negative
    public Checkpoint {
        Objects.requireNonNull(parameters, "checkpoint: parameters is null");
        Objects.requireNonNull(statistics, "checkpoint: statistics is null");
        Objects.requireNonNull(optimizerState, "checkpoint: optimizer state is null");
        if (steps < 0 || epochs < 0) {
            throw new IllegalArgumentException("checkpoint: " + steps + " steps and " + epochs
                    + " epochs are done; neither may be negative");
        }
    }

    /// Writes the state, floats by their bits. The stream stays open.
    public void write(OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeLong(MAGIC);
        data.writeLong(steps);
        data.writeInt(epochs);
        writeFloats(data, parameters);
        writeFloats(data, statistics);
        writeFloats(data, optimizerState);
        data.flush();
    }

    /// Reads what [#write] wrote. The stream stays open.
    ///
    /// @throws IOException if the stream ends early or does not hold a checkpoint
    public static Checkpoint read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        long magic = data.readLong();
        if (magic != MAGIC) {
            throw new IOException(
                    "checkpoint: the stream starts with 0x" + Long.toHexString(magic) + "; it holds no checkpoint");
        }
        long steps = data.readLong();
        int epochs = data.readInt();
        return new Checkpoint(steps, epochs, readFloats(data), readFloats(data), readFloats(data));
    }

    private static void writeFloats(DataOutputStream data, float[] values) throws IOException {
        data.writeInt(values.length);
        for (float value : values) {
            data.writeInt(Float.floatToRawIntBits(value));
        }
    }

    private static float[] readFloats(DataInputStream data) throws IOException {
        int length = data.readInt();
        if (length < 0) {
            throw new IOException("checkpoint: an array has the length " + length);
        }
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = Float.intBitsToFloat(data.readInt());
        }
        return values;
    }
}
