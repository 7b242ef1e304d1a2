// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.lanewise.kernels.Kernels;

/// Kernels that call back before each use of a family: to wait there, or to fail.
final class Hooks {

    private Hooks() {
    }

    /// @param hook called with the family's name
    static Kernels before(Kernels kernels, Consumer<String> hook) {
        return (Kernels) Proxy.newProxyInstance(Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class},
                (_, method, arguments) -> {
                    hook.accept(method.getName());
                    return method.invoke(kernels, arguments);
                });
    }
}
