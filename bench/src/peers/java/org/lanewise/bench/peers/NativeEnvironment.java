// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// What native libraries find when they load, which is after the JVM has started; so each fork can set its own.
final class NativeEnvironment {

    // Parameters of glibc's mallopt.
    private static final int TRIM_THRESHOLD = -1;
    private static final int MMAP_THRESHOLD = -3;
    private static final int LARGEST_MMAP_THRESHOLD = 32 << 20;

    private NativeEnvironment() {
    }

    /// Sets an environment variable by POSIX `setenv`.
    ///
    /// @throws UnsupportedOperationException if the C library cannot
    static void set(String name, String value) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle setenv = function("setenv", ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
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

    /// Lets the C library keep freed memory instead of giving it back to the system, from where it would come page by
    /// page at the next call: a library that allocates its outputs is otherwise timed for page faults.
    ///
    /// @throws UnsupportedOperationException if the C library is not glibc
    static void keepFreedMemory() {
        try {
            MethodHandle mallopt = function("mallopt", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
            int trim = (int) mallopt.invokeExact(TRIM_THRESHOLD, Integer.MAX_VALUE);
            int mmap = (int) mallopt.invokeExact(MMAP_THRESHOLD, LARGEST_MMAP_THRESHOLD);
            if (trim == 0 || mmap == 0) {
                throw new UnsupportedOperationException("mallopt failed");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new UnsupportedOperationException("mallopt failed", e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find(name)
                        .orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name)),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }
}
