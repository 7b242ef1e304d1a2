// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.loss.Loss;
import org.lanewise.kernels.loss.Reduction;
import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;
import org.lanewise.kernels.softmax.CrossEntropy;

/// No argument ends in an exception that the VM made: each null is refused by name, in whatever is public, and each
/// layer that does not exist by its number.
class ArgumentsTest {

    private static final Pattern NAMED = Pattern.compile("[A-Za-z][A-Za-z -]*: [A-Za-z][A-Za-z0-9 ]* is null");

    /// What may be null, by method and position.
    private static final Set<String> NULL_ALLOWED = Set.of("Epoch.<init> 3", "Trainer.fit 1");

    private static final Network NETWORK = Network.of(4, 1, Layer.dense(3));
    private static final Dataset DATA = Dataset.classification(Matrix.zeros(4, 4), new int[4], 3);

    private static TrainingOptions options(Objective objective) {
        return TrainingOptions.of(objective).withLearningRate(0.1f).withBatchSize(4).withSeed(1);
    }

    private static Trainer trainer(Objective objective) {
        return new Trainer(Model.initial(NETWORK), Kernels.reference(), options(objective));
    }

    /// An argument or receiver for each type.
    private static Map<Class<?>, Object> samples() {
        Trainer trainer = trainer(Objective.classification());
        return Map.ofEntries(Map.entry(int.class, 1), Map.entry(long.class, 1L), Map.entry(float.class, 0.5f),
                Map.entry(double.class, 0.5), Map.entry(boolean.class, false), Map.entry(String.class, "name"),
                Map.entry(int[].class, new int[4]), Map.entry(float[].class, new float[NETWORK.parameterCount()]),
                Map.entry(Matrix.class, Matrix.zeros(4, 4)), Map.entry(Kernels.class, Kernels.reference()),
                Map.entry(List.class, List.of(Layer.dense(3))), Map.entry(Layer[].class, new Layer[] {Layer.dense(3)}),
                Map.entry(Layer.Initializer.class, Layer.Initializer.HE),
                Map.entry(Activation.class, Activation.RELU), Map.entry(Loss.class, new Loss.SquaredError()),
                Map.entry(Reduction.class, Reduction.MEAN), Map.entry(CrossEntropy.class, CrossEntropy.MEAN),
                Map.entry(Optimizer.class, Optimizer.Adam.DEFAULT), Map.entry(GradientRule.class, GradientRule.NONE),
                Map.entry(LearningRate.class, LearningRate.constant(0.1f)),
                Map.entry(Objective.class, Objective.classification()),
                Map.entry(TrainingOptions.class, options(Objective.classification())),
                Map.entry(Network.class, NETWORK), Map.entry(Model.class, Model.initial(NETWORK)),
                Map.entry(Trainer.class, trainer), Map.entry(Checkpoint.class, trainer.checkpoint()),
                Map.entry(Predictor.class, new Predictor(Model.initial(NETWORK), Kernels.reference())),
                Map.entry(Dataset.class, DATA), Map.entry(Dataset.Split.class, DATA.split(0.5, 1)),
                Map.entry(Evaluation.class, trainer.evaluate(DATA)), Map.entry(Confusion.class, Confusion.NONE),
                Map.entry(Epoch.Listener.class, Epoch.Listener.NONE), Map.entry(Path.class, Path.of("none.csv")),
                Map.entry(InputStream.class, new ByteArrayInputStream(new byte[0])),
                Map.entry(OutputStream.class, new ByteArrayOutputStream()));
    }

    /// Where the sample of the type does not fit.
    private static Object receiver(Method method, Map<Class<?>, Object> samples) {
        if (method.getName().equals("step") && method.getParameterCount() == 2) {
            return trainer(Objective.regression(new Loss.SquaredError()));
        }
        return samples.get(method.getDeclaringClass());
    }

    @Test
    void everyNullIsRefusedByName() throws Exception {
        List<String> faults = new ArrayList<>();
        Set<String> checked = new TreeSet<>();
        for (Class<?> type : publicTypes()) {
            List<Executable> all = new ArrayList<>(List.of(type.getConstructors()));
            Stream.of(type.getDeclaredMethods()).filter(ArgumentsTest::isCallable).forEach(all::add);
            for (Executable executable : all) {
                for (int position = 0; position < executable.getParameterCount(); position++) {
                    String name = type.getName().substring(type.getPackageName().length() + 1) + "."
                            + (executable instanceof Constructor<?> ? "<init>" : executable.getName()) + " " + position;
                    if (!executable.getParameterTypes()[position].isPrimitive() && !NULL_ALLOWED.contains(name)) {
                        checked.add(name);
                        String fault = fault(executable, position);
                        if (fault != null) {
                            faults.add(name + ": " + fault);
                        }
                    }
                }
            }
        }
        assertTrue(checked.size() > 50, "found only " + checked);
        assertEquals(List.of(), faults);
    }

    private static boolean isCallable(Method method) {
        return method.accessFlags().contains(AccessFlag.PUBLIC) && !method.isSynthetic()
                && !method.accessFlags().contains(AccessFlag.ABSTRACT) && !method.getName().equals("equals")
                && !method.getName().equals("valueOf");
    }

    /// What is wrong with a call where one argument is null; null if nothing is.
    private static String fault(Executable executable, int position) throws ReflectiveOperationException {
        Map<Class<?>, Object> samples = samples();
        Object[] arguments = Arrays.stream(executable.getParameterTypes()).map(samples::get).toArray();
        for (int i = 0; i < arguments.length; i++) {
            assertTrue(arguments[i] != null, "no sample of " + executable.getParameterTypes()[i]);
        }
        arguments[position] = null;
        try {
            switch (executable) {
                case Constructor<?> constructor -> constructor.newInstance(arguments);
                case Method method -> method.invoke(receiver(method, samples), arguments);
            }
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getCause();
            return thrown instanceof NullPointerException && thrown.getMessage() != null
                    && NAMED.matcher(thrown.getMessage()).matches() ? null : thrown.toString();
        }
        return "nothing was thrown";
    }

    /// All types of the package that other modules see.
    private static List<Class<?>> publicTypes() throws IOException, URISyntaxException {
        URI home = Network.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        Path folder = Path.of(home).resolve(Network.class.getPackageName().replace('.', '/'));
        try (Stream<Path> files = Files.list(folder)) {
            List<Class<?>> types = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".class") && !file.contains("Test"))
                    .<Class<?>>map(file -> type(file.substring(0, file.length() - ".class".length())))
                    .filter(ArgumentsTest::isPublic).toList();
            assertTrue(types.size() >= 20, "found only " + types);
            return types;
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(Network.class.getPackageName() + "." + name);
        } catch (ClassNotFoundException e) {
            return fail(e);
        }
    }

    private static boolean isPublic(Class<?> type) {
        return type.accessFlags().contains(AccessFlag.PUBLIC)
                && (type.getDeclaringClass() == null || isPublic(type.getDeclaringClass()));
    }

    @Test
    void nullsWithinArgumentsAreRefusedByName() {
        String message = "network: layer 1 is null";
        assertEquals(message, assertThrows(NullPointerException.class,
                () -> Network.of(4, 1, Layer.dense(3), null)).getMessage());
        assertEquals(message, assertThrows(NullPointerException.class,
                () -> Network.of(4, 1, Arrays.asList(Layer.dense(3), null))).getMessage());
    }

    @Test
    void aLayerThatIsNotThereIsRefusedByNumber() {
        Network network = Network.of(4, 1, Layer.dense(3), Layer.batchNorm(), Layer.dropout(0.1f));
        Model model = Model.initial(network);
        Map<String, IntFunction<Matrix>> parts = Map.of("weights", model::weights, "bias", model::bias,
                "gamma", model::gamma, "beta", model::beta, "running mean", model::runningMean,
                "running variance", model::runningVariance);
        parts.forEach((name, part) -> {
            for (int index : new int[] {-1, 3, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                assertEquals("model: layer is " + index + "; it must be from 0 to 2",
                        assertThrows(IndexOutOfBoundsException.class, () -> part.apply(index)).getMessage());
            }
            assertEquals("model: layer 2, Dropout[probability=0.1], has no " + name,
                    assertThrows(IllegalArgumentException.class, () -> part.apply(2)).getMessage());
        });
        assertEquals("model: layer 1, BatchNorm[momentum=0.1, epsilon=1.0E-5], has no weights; it has gamma and beta",
                assertThrows(IllegalArgumentException.class, () -> model.weights(1)).getMessage());
    }
}
