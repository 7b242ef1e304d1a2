// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.lanewise.bench.implementation.Processor;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.nn.CsvData;
import org.lanewise.nn.Dataset;
import org.lanewise.nn.Epoch;
import org.lanewise.nn.Evaluation;
import org.lanewise.nn.Layer;
import org.lanewise.nn.Model;
import org.lanewise.nn.Network;
import org.lanewise.nn.Objective;
import org.lanewise.nn.Trainer;
import org.lanewise.nn.TrainingOptions;

/// The library's main job in one minute: learns handwritten digits twice from one seed, on SIMD kernels and on the
/// scalar reference, and shows that the parameters come out the same bit for bit.
///
/// Exits with 1 if they do not.
public final class Demo {

    private static final int CLASSES = 10;
    private static final int EPOCHS = 60;
    private static final int BATCH_SIZE = 64;
    private static final float LEARNING_RATE = 2e-3f;
    private static final double HELD_OUT = 0.2;
    private static final long SPLIT_SEED = 1;
    private static final long WEIGHT_SEED = 2;
    private static final long TRAINING_SEED = 3;
    private static final Path PICTURES = Path.of("bench", "target", "demo");

    private Demo() {
    }

    /// One finished training run.
    private record Run(Model model, List<Epoch> history, Evaluation test, double seconds) {

        String fingerprint() {
            return Fingerprint.of(model.parameters());
        }
    }

    /// Runs the demo; takes no arguments.
    ///
    /// @throws IOException if a picture cannot be written
    public static void main(String[] arguments) throws IOException {
        Kernels best = Kernels.best();
        System.out.println("Processor   " + Processor.name() + ", " + Processor.cores() + " cores");
        System.out.println("JVM         " + System.getProperty("java.vm.name") + " " + Runtime.version());
        System.out.println("Kernels     " + best.describe());

        Dataset.Split digits = digits().split(HELD_OUT, SPLIT_SEED);
        Network network = Network.of(digits.training().features().columns(), WEIGHT_SEED,
                Layer.dense(128), Layer.batchNorm(), Layer.activate(Activation.RELU), Layer.dropout(0.2f),
                Layer.dense(64), Layer.batchNorm(), Layer.activate(Activation.RELU), Layer.dropout(0.2f),
                Layer.dense(CLASSES, Layer.Initializer.GLOROT));
        System.out.printf(Locale.ROOT, "Data        %d digits to learn from, %d held out%n", digits.training().size(),
                digits.test().size());
        System.out.printf(Locale.ROOT,
                "Network     64-128-64-10 with batch norm, ReLU, dropout and Adam: %d parameters%n",
                network.parameterCount());

        double vectorWarmUp = train("Warm-up", best, network, digits).seconds();
        Run vector = train("SIMD", best, network, digits);
        double referenceWarmUp = train("Warm-up", Kernels.reference(), network, digits).seconds();
        Run reference = train("Reference", Kernels.reference(), network, digits);

        boolean identical = vector.fingerprint().equals(reference.fingerprint());
        System.out.printf(Locale.ROOT, "Accuracy    %.4f on the held-out digits%n", vector.test().accuracy());
        System.out.println("SHA-256     " + vector.fingerprint() + "  of the parameters trained on SIMD kernels");
        System.out.println("            " + reference.fingerprint() + "  of those trained on the scalar reference");
        System.out.println("            " + (identical ? "identical, bit for bit" : "DIFFERENT"));
        System.out.printf(Locale.ROOT,
                "Time        %.2f s on SIMD kernels, %.2f s on the reference: %.1f times as fast%n",
                vector.seconds(), reference.seconds(), reference.seconds() / vector.seconds());
        System.out.printf(Locale.ROOT,
                "            the same run just before, while the JVM warmed up: %.2f s and %.2f s%n",
                vectorWarmUp, referenceWarmUp);
        Files.createDirectories(PICTURES);
        System.out.println("Pictures    "
                + Pictures.trainingCurve(vector.history(), PICTURES.resolve("training-curve.png")).toAbsolutePath());
        System.out.println("            " + Pictures.confusionMatrix(vector.test().confusion().matrix(),
                PICTURES.resolve("confusion-matrix.png")).toAbsolutePath());
        System.out.printf(Locale.ROOT, "demo: accuracy=%.4f identical=%b seconds_vector=%.3f seconds_reference=%.3f%n",
                vector.test().accuracy(), identical, vector.seconds(), reference.seconds());
        if (!identical) {
            System.exit(1);
        }
    }

    private static Run train(String name, Kernels kernels, Network network, Dataset.Split digits) {
        Trainer trainer = new Trainer(Model.initial(network), kernels, TrainingOptions.of(Objective.classification())
                .withLearningRate(LEARNING_RATE).withBatchSize(BATCH_SIZE).withSeed(TRAINING_SEED));
        try (ProgressBar bar = new ProgressBarBuilder().setTaskName(String.format("%-9s", name)).setInitialMax(EPOCHS)
                .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(100).continuousUpdate().build()) {
            long start = System.nanoTime();
            List<Epoch> history = trainer.fit(digits.training(), digits.test(), EPOCHS, epoch -> {
                bar.setExtraMessage(String.format(Locale.ROOT, "loss %.4f, accuracy %.4f", epoch.loss(),
                        epoch.validation().accuracy()));
                bar.step();
                return true;
            });
            double seconds = (System.nanoTime() - start) * 1e-9;
            return new Run(trainer.model(), history, history.getLast().validation(), seconds);
        }
    }

    private static Dataset digits() throws IOException {
        try (InputStream in = Demo.class.getResourceAsStream("/data/digits.csv.gz")) {
            Dataset pixels = CsvData.read("digits.csv.gz", in, false, CLASSES);
            Matrix features = pixels.features();
            for (int i = 0; i < features.data().length; i++) {
                features.data()[i] /= 16f;
            }
            return pixels;
        }
    }
}
