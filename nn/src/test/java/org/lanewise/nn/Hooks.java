// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.lanewise.kernels.Kernels;

/// Kernels that call back before each call of a family: to wait there, or to fail.
final class Hooks {

    private Hooks() {
    }

    /// @param hook called with the family's name
    static Kernels before(Kernels kernels, Consumer<String> hook) {
        Kernels hooked = kernels;
        for (Method accessor : Kernels.class.getMethods()) {
            Class<?> family = accessor.getReturnType();
            if (accessor.getParameterCount() == 0 && family.isInterface() && family != Kernels.class) {
                hooked = with(hooked, accessor, hook);
            }
        }
        return hooked;
    }

    private static Kernels with(Kernels kernels, Method accessor, Consumer<String> hook) {
        Class<?> family = accessor.getReturnType();
        try {
            Object target = accessor.invoke(kernels);
            Object own = Proxy.newProxyInstance(family.getClassLoader(), new Class<?>[] {family},
                    (_, method, arguments) -> {
                        hook.accept(accessor.getName());
                        try {
                            return method.invoke(target, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
            return (Kernels) Kernels.class.getMethod("with", family).invoke(kernels, own);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
