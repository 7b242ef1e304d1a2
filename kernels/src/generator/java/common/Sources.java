// SPDX-License-Identifier: Apache-2.0
package common;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// The library's own sources, which generators read.
public final class Sources {

    private Sources() {
    }

    /// The folder of the library's sources, found from the program that was started: `src/generator/java/*/*.java`.
    public static Path folder() {
        return Path.of(System.getProperty("jdk.launcher.sourcefile")).toAbsolutePath()
                .resolve("../../../../main/java").normalize();
    }

    /// A file as the compiler parses it.
    public static CompilationUnitTree parse(Path file) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var files = compiler.getStandardFileManager(null, null, null);
        var task = (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null,
                files.getJavaFileObjects(file));
        return task.parse().iterator().next();
    }
}
