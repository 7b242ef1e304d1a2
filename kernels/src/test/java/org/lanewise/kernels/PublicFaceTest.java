// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a user of the module sees: few types, each of which has to be here.
class PublicFaceTest {

    private static final Path CLASSES = Path.of("target/classes");

    /// Every type that the module exports to everybody. A new one is a promise for years: think twice.
    private static final Set<String> FACE = Set.of("Kernels", "Matrix", "activation.Activation",
            "activation.Activations", "dropout.Dropout", "gemm.Epilogue", "gemm.Gemm", "gemm.PackedMatrix", "loss.Loss",
            "loss.Losses", "loss.Reduction", "math.Function", "math.Functions", "normalization.Normalization",
            "optimizer.GradientRule", "optimizer.Optimizer", "optimizer.Optimizers", "softmax.CrossEntropy",
            "softmax.MaskedRows", "softmax.Softmax", "sums.Sums");

    /// Values of one positional constructor that a reader can still tell apart.
    private static final int MOST_PARAMETERS = 4;

    private static final ModuleDescriptor MODULE =
            ModuleFinder.of(CLASSES).findAll().iterator().next().descriptor();

    private static List<Path> exportedClasses() throws IOException {
        List<Path> classes = new ArrayList<>();
        for (ModuleDescriptor.Exports exports : MODULE.exports()) {
            if (!exports.isQualified()) {
                try (Stream<Path> files = Files.list(CLASSES.resolve(exports.source().replace('.', '/')))) {
                    files.filter(file -> file.toString().endsWith(".class")).forEach(classes::add);
                }
            }
        }
        return classes;
    }

    private static boolean isPublic(ClassModel type) {
        return type.flags().has(AccessFlag.PUBLIC);
    }

    @Test
    void nobodyIsShownMoreThanTheFace() throws IOException {
        Set<String> shown = new TreeSet<>();
        for (Path file : exportedClasses()) {
            if (!file.getFileName().toString().contains("$") && isPublic(ClassFile.of().parse(file))) {
                shown.add(CLASSES.resolve("org/lanewise/kernels").relativize(file).toString().replace(".class", "")
                        .replace('/', '.'));
            }
        }
        Set<String> tooMany = new TreeSet<>(shown);
        tooMany.removeAll(FACE);
        assertEquals(new TreeSet<>(FACE), shown, "too many: " + tooMany);
        assertTrue(FACE.size() < 30, FACE.size() + " types");
    }

    @Test
    void implementationsAreForFriendsOnly() {
        for (ModuleDescriptor.Exports exports : MODULE.exports()) {
            assertEquals(exports.source().contains(".internal"), exports.isQualified(), exports.toString());
        }
        assertFalse(MODULE.isOpen());
        assertEquals(Set.of(), MODULE.opens());
    }

    /// A list of values in a row tells a reader nothing, and cannot grow without breaking its callers.
    @Test
    void noConstructorTakesMoreThanFourValues() throws IOException {
        Set<String> tooLong = new TreeSet<>();
        for (Path file : exportedClasses()) {
            ClassModel type = ClassFile.of().parse(file);
            type.methods().stream().filter(method -> isPublic(type) && method.methodName().equalsString("<init>")
                    && method.flags().has(AccessFlag.PUBLIC)
                    && method.methodTypeSymbol().parameterCount() > MOST_PARAMETERS)
                    .forEach(method -> tooLong.add(type.thisClass().asInternalName() + method.methodType()
                            .stringValue()));
        }
        assertEquals(Set.of(), tooLong);
    }
}
