// SPDX-License-Identifier: Apache-2.0
package example;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.activation.Activations;
import org.lanewise.kernels.dropout.Dropout;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.loss.Losses;
import org.lanewise.kernels.math.Functions;
import org.lanewise.kernels.normalization.Normalization;
import org.lanewise.kernels.optimizer.Optimizers;
import org.lanewise.kernels.softmax.Softmax;
import org.lanewise.kernels.sums.Sums;

/// Kernels with the reference's bits that refuse bad arguments in words of their own, as another's would.
///
/// @param target what does the work
record Reworded(Object target) implements InvocationHandler {

    static Kernels kernels() {
        Kernels reference = Kernels.reference();
        return reference.with(of(Gemm.class, reference.gemm()))
                .with(of(Activations.class, reference.activations()))
                .with(of(Functions.class, reference.functions()))
                .with(of(Sums.class, reference.sums()))
                .with(of(Softmax.class, reference.softmax()))
                .with(of(Losses.class, reference.losses()))
                .with(of(Normalization.class, reference.normalization()))
                .with(of(Optimizers.class, reference.optimizers()))
                .with(of(Dropout.class, reference.dropout()));
    }

    private static <T> T of(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Reworded(target)));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
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
