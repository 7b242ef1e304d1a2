// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.kernels.Kernels;

/// The modules as a program meets them that runs on the module path, with the Vector API and without.
class ModulePathTest {

    private static final String PROGRAM = """
            import org.lanewise.kernels.Kernels;
            import org.lanewise.kernels.Matrix;
            import org.lanewise.nn.Layer;
            import org.lanewise.nn.Model;
            import org.lanewise.nn.Network;
            import org.lanewise.nn.Predictor;

            public class Program {
                public static void main(String[] arguments) {
                    Kernels kernels = Kernels.best();
                    Matrix y = Matrix.zeros(1, 2);
                    Model model = Model.initial(Network.of(3, 1, Layer.dense(2)));
                    new Predictor(model, kernels).probabilities(Matrix.row(1f, 2f, 3f), y);
                    System.out.println(kernels.describe());
                    System.out.println(Kernels.class.getModule().getName() + " " + Model.class.getModule().getName());
                    System.out.println(Float.floatToIntBits(y.get(0, 0)));
                }
            }
            """;

    @Test
    void bothModulesRunWithAndWithoutTheVectorApi(@TempDir Path folder) throws Exception {
        List<String> vector = run(folder, "org.lanewise.nn,jdk.incubator.vector");
        List<String> reference = run(folder, "org.lanewise.nn");
        assertTrue(vector.contains("org.lanewise.kernels org.lanewise.nn"), vector.toString());
        assertTrue(vector.stream().anyMatch(line -> line.startsWith("SIMD")), vector.toString());
        assertTrue(reference.stream().anyMatch(line -> line.startsWith("scalar reference, because")),
                reference.toString());
        assertTrue(reference.stream().anyMatch(line -> line.contains("--add-modules jdk.incubator.vector")),
                reference.toString());
        assertEquals(vector.getLast(), reference.getLast(), "the bits of a probability");
    }

    private static List<String> run(Path folder, String modules) throws IOException, InterruptedException {
        Path program = Files.writeString(folder.resolve("Program.java"), PROGRAM);
        String modulePath = Stream.of(Kernels.class, Network.class, CsvReader.class).map(ModulePathTest::home)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java")
                .toString(), "--module-path", modulePath, "--add-modules", modules, program.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .toList();
        assertEquals(0, process.waitFor(), lines.toString());
        return lines;
    }

    private static String home(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
