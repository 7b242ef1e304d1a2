// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.optimizer.Optimizer;
import org.lanewise.kernels.softmax.CrossEntropy;

/// Checkpoints on streams, and what they belong to.
class CheckpointTest {

    private static final Network NETWORK = Network.of(3, 1, Layer.dense(4), Layer.batchNorm(),
            Layer.activate(Activation.RELU), Layer.dropout(0.1f), Layer.dense(2));
    private static final Optimizer ADAM = Optimizer.Adam.DEFAULT;
    /// Where the length of the origin stands: after the magic number, the steps and the epochs.
    private static final int LENGTH_AT = 20;

    private static Objective weighted(float... weights) {
        return new Objective.Classification(CrossEntropy.MEAN.withLabelSmoothing(0.1f)
                .withClassWeights(Matrix.row(weights)));
    }

    private static TrainingOptions options(Objective objective, Optimizer optimizer) {
        return TrainingOptions.of(objective).withOptimizer(optimizer).withLearningRate(0.01f).withBatchSize(8)
                .withSeed(2);
    }

    private static Checkpoint checkpoint() {
        Trainer trainer = new Trainer(Model.initial(NETWORK), Kernels.reference(), options(weighted(0.5f, 2f), ADAM));
        trainer.step(Matrix.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3), new int[] {0, 1}, 0);
        return trainer.checkpoint();
    }

    private static byte[] bytes(Checkpoint checkpoint) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            checkpoint.write(out);
        } catch (IOException e) {
            throw new AssertionError("memory cannot fail", e);
        }
        return out.toByteArray();
    }

    private static Checkpoint read(byte[] bytes) throws IOException {
        return Checkpoint.read(new ByteArrayInputStream(bytes));
    }

    private static void refused(byte[] bytes, String what) {
        try {
            read(bytes);
        } catch (IOException e) {
            assertTrue(e.getMessage() != null && e.getMessage().startsWith("checkpoint: "), what + ": " + e);
            return;
        }
        throw new AssertionError(what + " was accepted");
    }

    /// Puts the right checksum at the end, so that nothing but the damage itself can be found.
    private static byte[] withChecksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - Integer.BYTES);
        ByteBuffer.wrap(bytes).putInt(bytes.length - Integer.BYTES, (int) crc.getValue());
        return bytes;
    }

    @Test
    void whatIsReadIsWhatWasWritten() throws IOException {
        Checkpoint written = checkpoint();
        Checkpoint read = read(bytes(written));
        SameBitsTest.assertSame(written, read);
        assertEquals(written.epochs(), read.epochs());
        assertEquals(written.origin(), read.origin());
        Checkpoint fresh = new Checkpoint(0, 0, "", new float[1], new float[0], new float[0]);
        SameBitsTest.assertSame(fresh, read(bytes(fresh)));
        float[] many = new float[10_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = Float.intBitsToFloat(i * 429_497);
        }
        Checkpoint large = new Checkpoint(Long.MAX_VALUE, Integer.MAX_VALUE, "ε\n", many, new float[0],
                Arrays.copyOf(many, 2048));
        Checkpoint again = read(bytes(large));
        SameBitsTest.assertSame(large, again);
        assertEquals(large.epochs(), again.epochs());
        assertEquals(large.origin(), again.origin());
    }

    @Test
    void onlyTheCheckpointsOwnBytesAreRead() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean[] closed = new boolean[1];
        OutputStream open = new OutputStream() {
            @Override
            public void write(int b) {
                out.write(b);
            }

            @Override
            public void close() {
                closed[0] = true;
            }
        };
        checkpoint().write(open);
        open.write(42);
        checkpoint().write(open);
        open.write(43);
        InputStream in = new ByteArrayInputStream(out.toByteArray()) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        SameBitsTest.assertSame(checkpoint(), Checkpoint.read(in));
        assertEquals(42, in.read());
        SameBitsTest.assertSame(checkpoint(), Checkpoint.read(in));
        assertEquals(43, in.read());
        assertEquals(-1, in.read());
        assertFalse(closed[0]);
    }

    @Test
    void aStreamIsWrittenAndReadInBlocks() throws IOException {
        int[] calls = new int[2];
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Checkpoint large = new Checkpoint(1, 1, "", new float[1 << 20], new float[0], new float[0]);
        large.write(new OutputStream() {
            @Override
            public void write(int b) {
                calls[0]++;
                bytes.write(b);
            }

            @Override
            public void write(byte[] block, int from, int length) {
                calls[0]++;
                bytes.write(block, from, length);
            }
        });
        Checkpoint.read(new ByteArrayInputStream(bytes.toByteArray()) {
            @Override
            public synchronized int read() {
                calls[1]++;
                return super.read();
            }

            @Override
            public synchronized int read(byte[] block, int from, int length) {
                calls[1]++;
                return super.read(block, from, length);
            }
        });
        assertTrue(calls[0] < 600 && calls[1] < 600, "calls for 4 MiB: " + Arrays.toString(calls));
    }

    @Test
    void everySingleFlippedBitIsFound() {
        byte[] whole = bytes(checkpoint());
        for (int bit = 0; bit < Byte.SIZE * whole.length; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            refused(flipped, "flipped bit " + bit);
        }
    }

    @Test
    void aStreamThatEndsEarlySaysSo() {
        byte[] whole = bytes(checkpoint());
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertEquals("checkpoint: the stream ends before the checkpoint does",
                    assertThrows(EOFException.class, () -> read(cut)).getMessage());
        }
    }

    @Test
    void countsAndLengthsAreCheckedEvenUnderARightChecksum() {
        byte[] whole = bytes(checkpoint());
        byte[] steps = whole.clone();
        ByteBuffer.wrap(steps).putLong(Long.BYTES, -1);
        assertEquals("checkpoint: -1 steps and 0 epochs are done; neither may be negative",
                assertThrows(IOException.class, () -> read(withChecksum(steps))).getMessage());
        byte[] epochs = whole.clone();
        ByteBuffer.wrap(epochs).putInt(2 * Long.BYTES, Integer.MIN_VALUE);
        refused(withChecksum(epochs), "negative epochs");
        int firstArrayAt = LENGTH_AT + Integer.BYTES + ByteBuffer.wrap(whole).getInt(LENGTH_AT);
        for (int at : new int[] {LENGTH_AT, firstArrayAt}) {
            for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE - 8, 1 << 30}) {
                byte[] damaged = whole.clone();
                ByteBuffer.wrap(damaged).putInt(at, length);
                refused(withChecksum(damaged), "length " + length + " at " + at);
            }
        }
        byte[] version = whole.clone();
        version[7] = 1;
        refused(withChecksum(version), "version 1");
        assertEquals("checkpoint: the stream starts with 0x0; a checkpoint that this version reads starts with "
                + "0x" + Long.toHexString(ByteBuffer.wrap(whole).getLong()),
                assertThrows(IOException.class, () -> read(new byte[64])).getMessage());
    }

    /// Random bytes, and checkpoints with random damage, half of them with the checksum put right: an exception of the
    /// documented kind or a checkpoint, and never much memory.
    @Test
    void noStreamCostsMoreThanItsOwnSize() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] whole = bytes(checkpoint());
        Random random = new Random(5);
        int accepted = 0;
        long total = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes;
            if (round % 4 == 0) {
                bytes = new byte[random.nextInt(2 * whole.length)];
                random.nextBytes(bytes);
            } else {
                bytes = Arrays.copyOf(whole, whole.length + random.nextInt(3) * 100);
                for (int damage = 0; damage <= random.nextInt(4); damage++) {
                    int at = random.nextBoolean() ? random.nextInt(bytes.length) : LENGTH_AT + random.nextInt(4);
                    bytes[at] = (byte) random.nextInt();
                }
                if (round % 2 == 0) {
                    withChecksum(bytes);
                }
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                read(bytes);
                accepted++;
            } catch (IOException e) {
                assertTrue(e.getMessage().startsWith("checkpoint: "), e.getMessage());
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            total += allocated;
            // The first message of a kind takes 0.2 MB, to link the code that puts it together.
            assertTrue(allocated < 500_000, "round " + round + " allocated " + allocated + " bytes");
        }
        assertTrue(total < 20_000L * 30_000, "allocated " + total + " bytes");
        assertTrue(accepted < 2_000, accepted + " were accepted");
    }

    @Test
    void trainingGoesOnOnlyWhereItBelongs() {
        Checkpoint checkpoint = checkpoint();
        TrainingOptions same = options(weighted(0.5f, 2f), ADAM);
        assertEquals(1, Trainer.resume(NETWORK, Kernels.reference(), same, checkpoint).steps());

        differs("layer 0: Dense[outputs=4, initializer=HE]", "layer 0: Dense[outputs=5, initializer=HE]", same,
                Layer.dense(5), Layer.batchNorm(), Layer.activate(Activation.RELU), Layer.dropout(0.1f),
                Layer.dense(2));
        differs("layer 1: BatchNorm[momentum=0.1, epsilon=1.0E-5]", "layer 1: BatchNorm[momentum=0.2, epsilon=1.0E-5]",
                same, Layer.dense(4), Layer.batchNorm().withMomentum(0.2f), Layer.activate(Activation.RELU),
                Layer.dropout(0.1f), Layer.dense(2));
        differs("layer 2: Activate[activation=Relu[]]", "layer 2: Activate[activation=Tanh[]]", same,
                Layer.dense(4), Layer.batchNorm(), Layer.activate(Activation.TANH), Layer.dropout(0.1f),
                Layer.dense(2));
        differs("layer 3: Dropout[probability=0.1]", "layer 3: Dropout[probability=0.2]", same, Layer.dense(4),
                Layer.batchNorm(), Layer.activate(Activation.RELU), Layer.dropout(0.2f), Layer.dense(2));
        differs("layer 3: Dropout[probability=0.1]", "layer 3: Dense[outputs=2, initializer=HE]", same,
                Layer.dense(4), Layer.batchNorm(), Layer.activate(Activation.RELU), Layer.dense(2));
        differs("seed of the initial weights: 1", "layer 5: Activate[activation=Relu[]]", same, Layer.dense(4),
                Layer.batchNorm(), Layer.activate(Activation.RELU), Layer.dropout(0.1f), Layer.dense(2),
                Layer.activate(Activation.RELU));

        differs("optimizer: Adam[beta1=0.9, beta2=0.999, epsilon=1.0E-8, decoupledDecay=0.0, amsgrad=false]",
                "optimizer: Adadelta[rho=0.9, epsilon=1.0E-6]",
                options(weighted(0.5f, 2f), new Optimizer.Adadelta(0.9f, 1e-6f)));
        differs("optimizer: Adam[beta1=0.9, beta2=0.999, epsilon=1.0E-8, decoupledDecay=0.0, amsgrad=false]",
                "optimizer: Adam[beta1=0.8, beta2=0.999, epsilon=1.0E-8, decoupledDecay=0.0, amsgrad=false]",
                options(weighted(0.5f, 2f), Optimizer.Adam.DEFAULT.withBetas(0.8f, 0.999f)));

        differs("objective: Classification[reduction=MEAN, labelSmoothing=0.1]",
                "objective: Classification[reduction=MEAN, labelSmoothing=0.0]",
                options(Objective.classification(), ADAM));
        differs("objective: Classification[reduction=MEAN, labelSmoothing=0.1]",
                "objective: Regression[loss=SquaredError[], reduction=MEAN]",
                options(Objective.regression(new Loss.SquaredError()), ADAM));
        differs("weight of class 1: 2.0", "weight of class 1: 2.0000002",
                options(weighted(0.5f, Math.nextUp(2f)), ADAM));
        differs("weight of class 0: 0.5", "class weights: none", options(
                new Objective.Classification(CrossEntropy.MEAN.withLabelSmoothing(0.1f)), ADAM));

        Checkpoint older =
                ofOrigin(checkpoint.origin().replace("arithmetic: " + Kernels.ARITHMETIC, "arithmetic: 1"));
        differs(older, "arithmetic: 1", "arithmetic: " + Kernels.ARITHMETIC, NETWORK, same);

        String origin = checkpoint.origin();
        String last = origin.substring(origin.lastIndexOf('\n') + 1);
        assertEquals("trainer: the checkpoint has nothing more; the trainer has \"" + last
                + "\"; they must be the same",
                refusal(ofOrigin(origin.substring(0, origin.lastIndexOf('\n'))), NETWORK, same));
        assertEquals("trainer: the checkpoint has \"more\"; the trainer has nothing more; they must be the same",
                refusal(ofOrigin(origin + "\nmore"), NETWORK, same));
    }

    private static void differs(String saved, String own, TrainingOptions options, Layer... layers) {
        differs(checkpoint(), saved, own, layers.length == 0 ? NETWORK : Network.of(3, 1, layers), options);
    }

    private static void differs(Checkpoint checkpoint, String saved, String own, Network network,
            TrainingOptions options) {
        assertEquals("trainer: the checkpoint has \"" + saved + "\"; the trainer has \"" + own
                + "\"; they must be the same", refusal(checkpoint, network, options));
    }

    private static String refusal(Checkpoint checkpoint, Network network, TrainingOptions options) {
        return assertThrows(IllegalArgumentException.class,
                () -> Trainer.resume(network, Kernels.reference(), options, checkpoint)).getMessage();
    }

    private static Checkpoint ofOrigin(String origin) {
        Checkpoint good = checkpoint();
        return new Checkpoint(1, 0, origin, good.parameters(), good.statistics(), good.optimizerState());
    }

    @Test
    void arraysOfTheWrongLengthAreRefused() {
        Checkpoint good = checkpoint();
        TrainingOptions options = options(weighted(0.5f, 2f), ADAM);
        for (Checkpoint bad : new Checkpoint[] {
            new Checkpoint(1, 0, good.origin(), new float[3], good.statistics(), good.optimizerState()),
            new Checkpoint(1, 0, good.origin(), good.parameters(), new float[3], good.optimizerState()),
            new Checkpoint(1, 0, good.origin(), good.parameters(), good.statistics(), new float[3])}) {
            assertThrows(IllegalArgumentException.class,
                    () -> Trainer.resume(NETWORK, Kernels.reference(), options, bad));
        }
        assertThrows(IllegalArgumentException.class, () -> new Checkpoint(-1, 0, "", new float[0], new float[0],
                new float[0]));
        assertThrows(IllegalArgumentException.class, () -> new Checkpoint(0, -1, "", new float[0], new float[0],
                new float[0]));
    }
}
