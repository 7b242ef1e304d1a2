// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A project that takes the README's dependency and programs as they are printed: on the class path and on the module
/// path, with the Vector API and without.
@Tag("outside")
class ReadmeTest {

    private static final Page README = Page.of("README.md");
    private static final Pattern PRINTS = Pattern.compile("// prints (.+)$", Pattern.MULTILINE);
    private static final String FLAG = "--add-modules";
    private static final String VECTOR_API = "jdk.incubator.vector";

    /// What each program has printed first: every later run must print the same.
    private final Map<String, String> printed = new HashMap<>();

    @Test
    void theProgramsRunAndPrintWhatTheySay() throws IOException, InterruptedException {
        OutsideProject classes = OutsideProject.create("readme", README.blocks("xml"));
        OutsideProject modules = OutsideProject.create("readme-module", README.blocks("xml"));
        modules.write("src/main/java/module-info.java", moduleInfo());
        String classPath = compiled(classes);
        String modulePath = compiled(modules);
        assertFalse(README.blocks("java").isEmpty(), "programs in the README");
        for (String program : README.blocks("java")) {
            String name = classes.writeClass("src/main/java", program);
            for (String[] vectorApi : new String[][] {{}, {FLAG, VECTOR_API}}) {
                runs(program, classes, vectorApi, "--class-path", classPath, name);
                runs(program, modules, vectorApi, "--module-path", modulePath, "--module", "example/" + name);
            }
        }
    }

    /// A module with the directive that the README names.
    static String moduleInfo() {
        List<String> requires = README.code().stream().filter(code -> code.startsWith("requires ")).toList();
        assertEquals(1, requires.size(), "module directives in the README: " + requires);
        return "module example {\n    " + requires.getFirst() + "\n}\n";
    }

    private static String compiled(OutsideProject project) throws IOException, InterruptedException {
        for (String program : README.blocks("java")) {
            project.writeClass("src/main/java", program);
        }
        OutsideProject.Run compilation = project.maven("-q", "compile", "exec:exec", "-Dexec.executable=echo",
                "-Dexec.args=%classpath");
        assertEquals(0, compilation.exitCode(), compilation.toString());
        return compilation.output().strip();
    }

    private void runs(String program, OutsideProject project, String[] vectorApi, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(vectorApi));
        command.addAll(List.of(arguments));
        OutsideProject.Run run = project.java(command.toArray(String[]::new));
        String what = command + ": " + run;
        assertEquals(0, run.exitCode(), what);
        List<String> expected = PRINTS.matcher(program).results().map(line -> line.group(1)).toList();
        assertFalse(expected.isEmpty(), "a program that says nothing of what it prints: " + program);
        assertEquals(expected, run.output().lines().limit(expected.size()).toList(), what);
        assertEquals(printed.computeIfAbsent(program, _ -> run.output()), run.output(), what);
        assertEquals(vectorApi.length == 0, run.errors().contains(FLAG + " " + VECTOR_API), what);
        assertTrue(run.errors().contains(VECTOR_API), what);
    }
}
