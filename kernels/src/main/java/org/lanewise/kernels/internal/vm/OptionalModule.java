// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.vm;

import java.lang.module.ModuleFinder;
import java.util.Optional;

/// Why the classes of an optional module cannot be loaded, and what to do about it.
final class OptionalModule {

    private OptionalModule() {
    }

    /// What to change so that a module's classes can be loaded.
    ///
    /// @param name the module's name
    /// @param cause what was thrown instead of loading them
    public static String remedy(String name, Throwable cause) {
        return remedy(name, resolved(name).isPresent(), ModuleFinder.ofSystem(), cause);
    }

    /// @param resolved whether the running program has the module
    /// @param image the modules of the run-time image
    public static String remedy(String name, boolean resolved, ModuleFinder image, Throwable cause) {
        if (resolved) {
            return "the class loader of these kernels hides it (" + rootOf(cause) + "); let it pass the classes of the "
                    + "module " + name + " on to its parent";
        }
        if (image.find(name).isPresent()) {
            return "start Java with --add-modules " + name;
        }
        return "this run-time image lacks it; link one with jlink --add-modules " + name + ", and start Java with "
                + "--add-modules " + name;
    }

    /// Whether the module that these kernels see, if they see one, is that of the boot layer.
    public static boolean isInBootLayer(String name) {
        return resolved(name).filter(module -> module.getLayer() == ModuleLayer.boot()).isPresent();
    }

    /// The module in the layer of these kernels or its parents, or else in the boot layer.
    private static Optional<Module> resolved(String name) {
        ModuleLayer own = OptionalModule.class.getModule().getLayer();
        Optional<Module> module = own == null ? Optional.empty() : own.findModule(name);
        return module.isPresent() ? module : ModuleLayer.boot().findModule(name);
    }

    /// What an error came from.
    static Throwable rootOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
