// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.outside;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A Maven project outside the reactor. It finds of Lanewise only what an installation puts into a local repository,
/// here one of the build's own; artifacts of third parties are copied from the user's.
record OutsideProject(Path folder) {

    private static final Path OUTSIDE = Path.of("target", "outside").toAbsolutePath();
    private static final Path SETTINGS = OUTSIDE.resolve("settings.xml");
    private static final Path REPOSITORY = OUTSIDE.resolve("repository");
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    private static final Pattern PACKAGE = Pattern.compile("^package (.+);$", Pattern.MULTILINE);
    private static final Pattern TYPE = Pattern.compile("^(?:public )?(?:final )?(?:class|record|interface) (\\w+)",
            Pattern.MULTILINE);

    /// What a program did.
    record Run(int exitCode, String output, String errors) {

        @Override
        public String toString() {
            return "exit code " + exitCode + "\n" + output + "\n" + errors;
        }
    }

    /// An empty project. Its tests run twice, without the Vector API and with it.
    ///
    /// @param dependencies the `dependency` elements of its POM
    static OutsideProject create(String name, List<String> dependencies) throws IOException {
        install();
        Path folder = OUTSIDE.resolve(name);
        deleteIfThere(folder);
        OutsideProject project = new OutsideProject(folder);
        project.write("pom.xml", """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                    <modelVersion>4.0.0</modelVersion>
                    <groupId>example</groupId>
                    <artifactId>%s</artifactId>
                    <version>1</version>
                    <properties>
                        <maven.compiler.release>25</maven.compiler.release>
                        <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                    </properties>
                    <dependencies>
                %s
                    </dependencies>
                    <build>
                        <plugins>
                %s
                        </plugins>
                    </build>
                </project>
                """.formatted(name, String.join("", dependencies), plugin("maven-resources-plugin", "")
                + plugin("maven-compiler-plugin", "") + plugin("exec-maven-plugin", "")
                + plugin("maven-surefire-plugin", """
                        <executions>
                            <execution>
                                <id>vector-api</id>
                                <phase>test</phase>
                                <goals>
                                    <goal>test</goal>
                                </goals>
                                <configuration>
                                    <argLine>--add-modules jdk.incubator.vector</argLine>
                                    <reportNameSuffix>vector-api</reportNameSuffix>
                                </configuration>
                            </execution>
                        </executions>
                        """)));
        return project;
    }

    /// Adds a file.
    void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    /// Adds a class below a source folder, by the package and the name that it gives itself.
    ///
    /// @return its name with its package
    String writeClass(String sources, String text) throws IOException {
        String name = first(PACKAGE, text) + "." + first(TYPE, text);
        write(sources + "/" + name.replace('.', '/') + ".java", text);
        return name;
    }

    /// Runs Maven on the project.
    Run maven(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(), "-B", "-ntp",
                "-gs", SETTINGS.toString(), "-Dmaven.repo.local=" + REPOSITORY));
        command.addAll(List.of(arguments));
        return run(command);
    }

    /// Runs Java in the project's folder.
    Run java(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(JAVA_HOME.resolve("bin").resolve("java").toString()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private Run run(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile(folder, "errors", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
        builder.environment().put("JAVA_HOME", JAVA_HOME.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output, Files.readString(errors));
    }

    private static void install() throws IOException {
        String version = System.getProperty("lanewise.version");
        install("lanewise", Page.ROOT, version);
        install("lanewise-kernels", Page.ROOT.resolve("kernels"), version);
        install("lanewise-kernels-contract", Page.ROOT.resolve("kernels", "contract"), version);
        install("lanewise-nn", Page.ROOT.resolve("nn"), version);
        Files.writeString(SETTINGS, """
                <settings>
                    <profiles>
                        <profile>
                            <id>usual-repository</id>
                            <repositories>
                                <repository>%1$s</repository>
                            </repositories>
                            <pluginRepositories>
                                <pluginRepository>%1$s</pluginRepository>
                            </pluginRepositories>
                        </profile>
                    </profiles>
                    <activeProfiles>
                        <activeProfile>usual-repository</activeProfile>
                    </activeProfiles>
                </settings>
                """.formatted("""

                                    <id>usual</id>
                                    <url>%s</url>
                                    <releases>
                                        <checksumPolicy>ignore</checksumPolicy>
                                    </releases>
                                    <snapshots>
                                        <enabled>false</enabled>
                                    </snapshots>
                """.formatted(Path.of(System.getProperty("usual.repository")).toUri())));
    }

    private static void install(String artifact, Path module, String version) throws IOException {
        Path target = REPOSITORY.resolve(Path.of("org", "lanewise", artifact, version));
        Files.createDirectories(target);
        String file = artifact + "-" + version;
        Files.copy(module.resolve("pom.xml"), target.resolve(file + ".pom"), StandardCopyOption.REPLACE_EXISTING);
        Path jar = module.resolve("target", file + ".jar");
        if (!module.equals(Page.ROOT)) {
            Files.copy(jar, target.resolve(file + ".jar"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// A plugin in this build's own version, so that nothing else need be downloaded.
    private static String plugin(String artifact, String executions) throws IOException {
        Pattern plugin = Pattern.compile("(?:<groupId>[^<]+</groupId>\\s*)?<artifactId>" + artifact
                + "</artifactId>\\s*<version>[^<]+</version>");
        MatchResult found = plugin.matcher(Files.readString(Page.ROOT.resolve("pom.xml"))).results().findFirst()
                .orElseThrow(() -> new AssertionError("the parent POM has no version of " + artifact));
        return "<plugin>\n" + found.group() + "\n" + executions + "</plugin>\n";
    }

    private static String first(Pattern pattern, String text) {
        return pattern.matcher(text).results().findFirst()
                .orElseThrow(() -> new AssertionError("no " + pattern + " in\n" + text)).group(1);
    }

    private static void deleteIfThere(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
