// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.peers;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Calls into libraries that a peer has loaded, where its own Java interface lacks them.
final class NativeLibrary {

    private static final long LONGEST_TEXT = 256;

    private NativeLibrary() {
    }

    /// What a C function without arguments that returns a text says; `unknown` where there is no such function.
    @SuppressWarnings("restricted")
    static String text(String function) {
        MemorySegment address = SymbolLookup.loaderLookup().find(function).orElse(null);
        if (address == null) {
            return "unknown";
        }
        MethodHandle call = Linker.nativeLinker()
                .downcallHandle(address, FunctionDescriptor.of(ValueLayout.ADDRESS));
        try {
            MemorySegment text = (MemorySegment) call.invokeExact();
            return text.reinterpret(LONGEST_TEXT).getString(0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(function, e);
        }
    }
}
