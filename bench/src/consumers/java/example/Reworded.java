// SPDX-License-Identifier: Apache-2.0
package example;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.lanewise.kernels.Kernels;

/// Kernels with the reference's bits that refuse bad arguments in words of their own, as another's would.
///
/// @param target what does the work
record Reworded(Object target) implements InvocationHandler {

    static Kernels kernels() {
        return of(Kernels.class, Kernels.reference());
    }

    private static <T> T of(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Reworded(target)));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        try {
            Object result = method.invoke(target, arguments);
            boolean family = target instanceof Kernels && method.getReturnType().isInterface();
            return family ? of(method.getReturnType(), result) : result;
        } catch (InvocationTargetException refusal) {
            throw switch (refusal.getCause()) {
                case NullPointerException _ -> new NullPointerException("something is missing");
                case IllegalArgumentException _ -> new IllegalArgumentException("that does not fit");
                case ArithmeticException _ -> new ArithmeticException("that is not a number");
                case Throwable other -> other;
            };
        }
    }
}
