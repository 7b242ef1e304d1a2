// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.contract.Samples;
import org.lanewise.kernels.contract.Samples.Layout;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.gemm.PackedMatrix;
import org.lanewise.kernels.softmax.Softmax;

/// Kernels in which one family is the caller's own.
class ComposedKernelsTest {

    private static List<Method> families() {
        return Arrays.stream(Kernels.class.getMethods()).filter(method -> method.getParameterCount() == 0
                && method.getReturnType().isInterface() && method.getReturnType() != Kernels.class).toList();
    }

    /// A family that counts its calls.
    private static Object counting(Class<?> family, Object target, AtomicInteger calls) {
        return Proxy.newProxyInstance(family.getClassLoader(), new Class<?>[] {family}, (_, method, arguments) -> {
            calls.incrementAndGet();
            return method.invoke(target, arguments);
        });
    }

    @Test
    void oneFamilyIsReplacedAndTheOthersStay() throws ReflectiveOperationException {
        Kernels kernels = Kernels.reference();
        assertEquals(9, families().size());
        for (Method family : families()) {
            Object own = counting(family.getReturnType(), family.invoke(kernels), new AtomicInteger());
            Kernels composed = (Kernels) Kernels.class.getMethod("with", family.getReturnType()).invoke(kernels, own);
            for (Method other : families()) {
                assertSame(other.equals(family) ? own : other.invoke(kernels), other.invoke(composed),
                        family.getName() + " and " + other.getName());
            }
            assertEquals("scalar reference, but with " + family.getName() + " by " + own.getClass().getName(),
                    composed.describe());
            assertEquals("scalar reference", kernels.describe());
        }
    }

    @Test
    void whatIsMissingIsNamed() throws ReflectiveOperationException {
        for (Method family : families()) {
            Method with = Kernels.class.getMethod("with", family.getReturnType());
            Throwable cause = assertThrows(ReflectiveOperationException.class,
                    () -> with.invoke(Kernels.reference(), new Object[] {null})).getCause();
            assertEquals("java.lang.NullPointerException: kernels: " + family.getName() + " is null",
                    cause.toString());
        }
    }

    @Test
    void callsOfTheCallersOwnAreSplitAsOthersAre() {
        AtomicInteger calls = new AtomicInteger();
        Softmax own = (Softmax) counting(Softmax.class, Kernels.reference().softmax(), calls);
        Kernels kernels = Kernels.reference().with(own).parallel(Runnable::run, 2);
        assertNotSame(own, kernels.softmax());
        Matrix z = Matrix.zeros(1000, 1000);
        kernels.softmax().softmax(z, z);
        assertTrue(calls.get() > 1, "parts: " + calls);
        assertEquals(1e-3f, z.get(999, 999));
    }

    /// Products whose packed form is a copy.
    private record Copying(Gemm target) implements Gemm {

        @Override
        public void multiply(Matrix a, Matrix b, Matrix c, Epilogue epilogue) {
            target.multiply(a, b, c, epilogue);
        }

        @Override
        public void multiply(Matrix a, PackedMatrix b, Matrix c, Epilogue epilogue) {
            if (!(b instanceof PackedMatrix.Own(int _, int _, Matrix copy))) {
                throw new IllegalArgumentException("not mine");
            }
            target.multiply(a, copy, c, epilogue);
        }

        @Override
        public void multiplyBatch(int count, Matrix a, int aStep, Matrix b, int bStep, Matrix c, int cStep,
                Epilogue epilogue) {
            target.multiplyBatch(count, a, aStep, b, bStep, c, cStep, epilogue);
        }

        @Override
        public PackedMatrix pack(Matrix b) {
            PackedMatrix.Own packed = new PackedMatrix.Own(b.rows(), b.columns(), Matrix.zeros(b.rows(), b.columns()));
            pack(b, packed);
            return packed;
        }

        @Override
        public void pack(Matrix b, PackedMatrix packed) {
            Matrix copy = (Matrix) ((PackedMatrix.Own) packed).layout();
            for (int i = 0; i < b.rows(); i++) {
                for (int j = 0; j < b.columns(); j++) {
                    copy.set(i, j, b.get(i, j));
                }
            }
        }
    }

    /// A wide product of few rows, which would be split by columns if its packed form had any.
    @Test
    void productsOfTheCallersOwnAreSplitWithWhatTheyPackedThemselves() {
        Random random = new Random(5);
        Matrix a = Samples.normal(random, 3, 700, Layout.DENSE, 1f);
        Matrix b = Samples.normal(random, 700, 2000, Layout.DENSE, 1f);
        Matrix expected = Matrix.zeros(3, 2000);
        Kernels.reference().gemm().multiply(a, b, expected, Epilogue.OVERWRITE);
        Gemm own = Kernels.reference().with(new Copying(Kernels.reference().gemm())).parallel(Runnable::run, 2).gemm();
        Matrix actual = Matrix.zeros(3, 2000);
        own.multiply(a, own.pack(b), actual, Epilogue.OVERWRITE);
        Samples.assertSameBits(expected, actual, "packed by itself");
        PackedMatrix foreign = Kernels.reference().gemm().pack(b);
        assertThrows(IllegalArgumentException.class, () -> own.multiply(a, foreign, actual, Epilogue.OVERWRITE));
    }

    @Test
    void whatTheCallersOwnProductsPackToIsTheirs() {
        PackedMatrix.Own packed = new PackedMatrix.Own(2, 3, "layout");
        assertEquals(List.of(2, 3), List.of(packed.rows(), packed.columns()));
        assertEquals("packed matrix: layout is null",
                assertThrows(NullPointerException.class, () -> new PackedMatrix.Own(2, 3, null)).getMessage());
        assertEquals("packed matrix: rows is -1; it must not be negative", assertThrows(IllegalArgumentException.class,
                () -> new PackedMatrix.Own(-1, 3, "layout")).getMessage());
        assertEquals("packed matrix: columns is -1; it must not be negative",
                assertThrows(IllegalArgumentException.class, () -> new PackedMatrix.Own(2, -1, "layout")).getMessage());
    }
}
