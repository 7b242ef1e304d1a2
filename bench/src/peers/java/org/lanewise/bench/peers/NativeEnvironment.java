// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Environment variables as native libraries see them. They read them when they load, which is after the JVM has
/// started; so each fork can set its own.
final class NativeEnvironment {

    private NativeEnvironment() {
    }

    /// Sets a variable by POSIX `setenv`.
    ///
    /// @throws UnsupportedOperationException if the C library has no such function
    @SuppressWarnings("restricted")
    static void set(String name, String value) {
        Linker linker = Linker.nativeLinker();
        MethodHandle setenv = linker.downcallHandle(
                linker.defaultLookup().find("setenv")
                        .orElseThrow(() -> new UnsupportedOperationException("the C library has no setenv")),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int result = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
            if (result != 0) {
                throw new UnsupportedOperationException("setenv " + name + " failed");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new UnsupportedOperationException("setenv " + name + " failed", e);
        }
    }
}
