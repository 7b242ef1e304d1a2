// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.internal.LogLines;
import org.lanewise.kernels.internal.lanes.VectorWidth;

/// The check at the door, as kernels meet it that do not lie on the class path of a plain program.
class SimdSupportTest {

    private static final String VECTOR = "jdk.incubator.vector";

    /// A container that defines its plugins' classes itself and lets them see only some of the platform's.
    private static final class Container extends ClassLoader {

        /// The classes defined so far that mention a vector type.
        private final Set<String> vectorClasses = ConcurrentHashMap.newKeySet();
        private final Function<String, Throwable> refusal;

        /// @param refusal what to throw for a class by this name; null to show it
        Container(Function<String, Throwable> refusal) {
            super(SimdSupportTest.class.getClassLoader());
            this.refusal = refusal;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            switch (refusal.apply(name)) {
                case null -> { }
                case ClassNotFoundException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw (RuntimeException) e;
            }
            if (!name.startsWith("org.lanewise.kernels.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] code = in.readAllBytes();
                if (new String(code, StandardCharsets.ISO_8859_1).contains(VECTOR.replace('.', '/'))) {
                    vectorClasses.add(name);
                }
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// The lines that a [Guest] returns within this container.
        List<?> ask() throws Exception {
            Object guest = loadClass(Guest.class.getName()).getDeclaredConstructor().newInstance();
            return (List<?>) ((Callable<?>) guest).call();
        }
    }

    /// What a plugin does: asks for each kind of kernels, more than once, and computes, on threads, too.
    public static final class Guest implements Callable<List<String>> {

        @Override
        public List<String> call() {
            List<String> lines = new ArrayList<>();
            for (int turn = 0; turn < 2; turn++) {
                lines.add("best: " + Kernels.best().describe());
                lines.add("tiered: " + Kernels.tiered(_ -> { }).describe());
                try {
                    lines.add("vector: " + Kernels.vector().describe());
                } catch (UnsupportedOperationException e) {
                    lines.add("vector: " + e.getMessage());
                }
                lines.add("sum: " + Kernels.best().sums().sum(Matrix.row(1f, 2f, 3f)));
                Matrix c = Matrix.zeros(200, 2);
                Kernels parallel = Kernels.best().parallel(Runnable::run, 2);
                parallel.gemm().multiply(Matrix.zeros(200, 3), Matrix.zeros(3, 2), c, Epilogue.OVERWRITE);
                parallel.gemm().multiply(Matrix.zeros(2, 3), parallel.gemm().pack(Matrix.zeros(3, 200)),
                        Matrix.zeros(2, 200), Epilogue.ACCUMULATE);
            }
            return lines;
        }
    }

    /// Asks twice, and expects the reference for the same reason each time, and one log line.
    private static void assertReference(Container container, String reason) throws Exception {
        List<?> lines;
        List<String> logged;
        try (LogLines log = new LogLines()) {
            lines = container.ask();
            logged = log.all();
        }
        List<String> once = List.of("best: scalar reference, because " + reason, "tiered: scalar reference, because "
                + reason, "vector: SIMD kernels cannot run: " + reason, "sum: 6.0");
        List<String> twice = new ArrayList<>(once);
        twice.addAll(once);
        assertEquals(twice, lines);
        assertEquals(List.of("Using the scalar reference, not SIMD: " + reason), logged);
        assertEquals(Set.of(), container.vectorClasses, "classes that mention a vector type, loaded in vain");
    }

    private static Container hiding(Function<String, Throwable> refusal) {
        return new Container(name -> name.startsWith(VECTOR + ".") ? refusal.apply(name) : null);
    }

    @Test
    void aClassLoaderThatHidesThePackageLeavesTheReference() throws Exception {
        assertReference(hiding(ClassNotFoundException::new), "the Vector API is not there; the class loader of these "
                + "kernels hides it (java.lang.ClassNotFoundException: jdk.incubator.vector.FloatVector); let it pass "
                + "the classes of the module jdk.incubator.vector on to its parent");
        assertReference(hiding(IllegalStateException::new), "the Vector API is not there; the class loader of these "
                + "kernels hides it (java.lang.IllegalStateException: jdk.incubator.vector.FloatVector); let it pass "
                + "the classes of the module jdk.incubator.vector on to its parent");
    }

    @Test
    void aVectorApiThatFailsLeavesTheReference() throws Exception {
        assertReference(hiding(UnsatisfiedLinkError::new),
                "the Vector API fails (java.lang.UnsatisfiedLinkError: jdk.incubator.vector.FloatVector)");
    }

    /// The check tries what it promises: that one class is there proves nothing about the next.
    @Test
    void aClassLoaderThatHidesPartOfThePackageLeavesTheReference() throws Exception {
        Container container = new Container(name -> name.equals(VECTOR + ".LongVector")
                ? new ClassNotFoundException(name) : null);
        List<?> lines = container.ask();
        String reason = "the Vector API is not all there; the class loader of these kernels hides it "
                + "(java.lang.ClassNotFoundException: jdk.incubator.vector.LongVector); let it pass the classes of the "
                + "module jdk.incubator.vector on to its parent";
        assertEquals("best: scalar reference, because " + reason, lines.get(0));
        assertEquals("vector: SIMD kernels cannot run: " + reason, lines.get(2));
        assertEquals(lines.subList(0, 4), lines.subList(4, 8));
    }

    @Test
    void aClassLoaderThatShowsThePackageHasSimd() throws Exception {
        Container container = new Container(_ -> null);
        List<?> lines = container.ask();
        assertTrue(lines.getFirst().toString().startsWith("best: SIMD ("), lines.toString());
        assertEquals(lines.subList(0, 4), lines.subList(4, 8));
        assertTrue(container.vectorClasses.contains("org.lanewise.kernels.internal.lanes.Species"),
                container.vectorClasses.toString());
    }

    @Test
    void aClassLoaderThatHidesManagementLeavesSimdButNoWarmUp() throws Exception {
        List<?> lines = new Container(name -> name.startsWith("com.sun.management.")
                ? new IllegalStateException(name) : null).ask();
        assertTrue(lines.get(0).toString().startsWith("best: SIMD ("), lines.toString());
        assertEquals("tiered: scalar reference, because the module jdk.management, which counts allocated bytes, is "
                + "not there; the class loader of these kernels hides it (java.lang.IllegalStateException: "
                + "com.sun.management.ThreadMXBean); let it pass the classes of the module jdk.management on to its "
                + "parent", lines.get(1));
        assertEquals(lines.subList(0, 4), lines.subList(4, 8));
    }

    @Test
    void aBadWidthLeavesTheReference() throws Exception {
        withWidth("96", () -> assertReference(new Container(_ -> null),
                "system property lanewise.vectorBits is \"96\"; it must be 64, 128, 256 or 512"));
    }

    @Test
    void aLayerOfTheProgramsOwnHasSimd() throws Exception {
        String best = bestIn(ModuleFinder.of());
        assertTrue(best.startsWith("SIMD ("), best);
    }

    /// The platform opens itself only to the incubator module of the boot layer: another one cannot work.
    @Test
    void anIncubatorModuleOutsideOfTheBootLayerLeavesTheReference() throws Exception {
        String best = bestIn(only(VECTOR));
        assertTrue(best.startsWith("scalar reference, because the Vector API fails (java.lang."), best);
        assertTrue(best.endsWith("; take it from the boot layer: start Java with --add-modules jdk.incubator.vector"),
                best);
    }

    /// What the best kernels are in a layer with the kernels' module and others.
    private static String bestIn(ModuleFinder others) throws Exception {
        ModuleFinder finder = ModuleFinder.compose(ModuleFinder.of(home(Kernels.class)), others);
        Set<String> roots = finder.findAll().stream().map(module -> module.descriptor().name())
                .collect(Collectors.toSet());
        assertTrue(roots.contains("org.lanewise.kernels"), roots.toString());
        Configuration configuration = ModuleLayer.boot().configuration().resolve(finder, ModuleFinder.of(), roots);
        ModuleLayer layer = ModuleLayer.boot().defineModulesWithManyLoaders(configuration,
                ClassLoader.getPlatformClassLoader());
        Class<?> type = layer.findLoader("org.lanewise.kernels").loadClass(Kernels.class.getName());
        assertEquals("org.lanewise.kernels", type.getModule().getName());
        return (String) type.getMethod("describe").invoke(type.getMethod("best").invoke(null));
    }

    private static Path home(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static ModuleFinder only(String name) {
        return new ModuleFinder() {
            @Override
            public Optional<ModuleReference> find(String other) {
                return name.equals(other) ? ModuleFinder.ofSystem().find(name) : Optional.empty();
            }

            @Override
            public Set<ModuleReference> findAll() {
                return find(name).stream().collect(Collectors.toSet());
            }
        };
    }

    @Test
    void aMissingModuleSaysWhatWillBringIt() {
        Throwable cause = new ClassNotFoundException("x");
        assertEquals("start Java with --add-modules " + VECTOR,
                OptionalModule.remedy(VECTOR, false, ModuleFinder.ofSystem(), cause));
        assertEquals("this run-time image lacks it; link one with jlink --add-modules jdk.incubator.vector, and start "
                + "Java with --add-modules jdk.incubator.vector",
                OptionalModule.remedy(VECTOR, false, ModuleFinder.of(), cause));
        assertTrue(OptionalModule.remedy("jdk.management", cause).startsWith("the class loader of these kernels hides"),
                "this program has it");
    }

    @Test
    void theWidthIsReadOnce() throws Exception {
        int bits = VectorWidth.forcedBits();
        withWidth("96", () -> assertEquals(bits, VectorWidth.forcedBits()));
    }

    private static void withWidth(String value, Step step) throws Exception {
        String before = System.setProperty(VectorWidth.PROPERTY, value);
        try {
            step.run();
        } finally {
            if (before == null) {
                System.clearProperty(VectorWidth.PROPERTY);
            } else {
                System.setProperty(VectorWidth.PROPERTY, before);
            }
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }
}
