// SPDX-License-Identifier: Apache-2.0
package decorators;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import common.Output;
import common.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/// Writes the classes that follow from the interfaces of the kernel families alone.
///
/// `Kernels` is the list of families: each abstract method without parameters that returns an interface of a package
/// below its own. For each of them, say `Softmax softmax()`, this writes
/// - `ForwardingSoftmax`, which passes each call on to the kernels that its `next()` names: what a decorator does not
///   decide by itself;
/// - `TieredSoftmax`, a `Tier` that forwards; unless the family has one of its own among the sources;
/// - its share of `KernelSet`: a component, and `with(Softmax)`.
///
/// Usage: `java GenerateDecorators.java <output directory>`
public final class GenerateDecorators {

    private static final String ROOT = "org.lanewise.kernels";
    private static final String INTERNAL = ROOT + ".internal";
    private static final int LINE = 120;

    private final Output output;

    private GenerateDecorators(Output output) {
        this.output = output;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: java GenerateDecorators.java <output directory>");
            System.exit(2);
        }
        Output output = new Output(Path.of(arguments[0]));
        new GenerateDecorators(output).run();
        output.deleteStale();
    }

    private void run() throws IOException {
        Source kernels = read(ROOT + ".Kernels");
        List<Family> families = new ArrayList<>();
        for (MethodTree method : kernels.abstractMethods()) {
            String type = kernels.imports.get(method.getReturnType().toString());
            if (method.getParameters().isEmpty() && type != null && type.startsWith(ROOT + ".")) {
                families.add(new Family(method.getName().toString(), type));
            }
        }
        for (Family family : families) {
            Source source = read(family.type);
            output.write(family.internal() + ".Forwarding" + family.simple(), forwarding(family, source));
            String tiered = family.internal() + ".Tiered" + family.simple();
            if (!Files.exists(file(tiered))) {
                output.write(tiered, tiered(family));
            }
        }
        output.write(INTERNAL + ".KernelSet", kernelSet(families));
    }

    private static String forwarding(Family family, Source source) {
        StringBuilder methods = new StringBuilder();
        Set<String> imports = new TreeSet<>(Set.of(family.type));
        for (MethodTree method : source.abstractMethods()) {
            String result = method.getReturnType().toString();
            List<String> parameters = new ArrayList<>();
            List<String> names = new ArrayList<>();
            importType(imports, family, source, result);
            for (VariableTree parameter : method.getParameters()) {
                importType(imports, family, source, parameter.getType().toString().replace("[]", ""));
                parameters.add(parameter.getType() + " " + parameter.getName());
                names.add(parameter.getName().toString());
            }
            methods.append("\n    @Override\n");
            methods.append(wrapped("    default " + result + " " + method.getName() + "(", parameters, ") {"));
            methods.append(wrapped("        " + (result.equals("void") ? "" : "return ") + "next()." + method.getName()
                    + "(", names, ");"));
            methods.append("    }\n");
        }
        return page(family.internal(), imports, """
                /// Passes every call on. A decorator overrides what it decides by itself. Generated from [%1$s].
                public interface Forwarding%1$s extends %1$s {

                    /// The kernels that do the next call.
                    %1$s next();
                %2$s}
                """.formatted(family.simple(), methods));
    }

    private static void importType(Set<String> imports, Family family, Source source, String name) {
        if (source.imports.containsKey(name)) {
            imports.add(source.imports.get(name));
        } else if (Character.isUpperCase(name.charAt(0))) {
            imports.add(family.type.substring(0, family.type.lastIndexOf('.') + 1) + name);
        }
    }

    private static String tiered(Family family) {
        Set<String> imports = Set.of("java.util.concurrent.Executor", INTERNAL + ".family.ArrayActivations",
                INTERNAL + ".family.Tier", family.type);
        return page(family.internal(), imports, """
                /// [%1$s] on the reference until its SIMD twin is compiled. Generated.
                public final class Tiered%1$s extends Tier<%1$s> implements Forwarding%1$s {

                    /// @param background runs the warm-up
                    /// @param activations those of the same set of kernels
                    public Tiered%1$s(Executor background, ArrayActivations activations) {
                        super(new %1$sFamily(), background, activations);
                    }
                }
                """.formatted(family.simple()));
    }

    private static String kernelSet(List<Family> families) {
        Set<String> imports = new TreeSet<>(Set.of("java.util.Objects", "java.util.function.Function",
                "java.util.function.Supplier",
                ROOT + ".Kernels", INTERNAL + ".family.Family"));
        for (Family family : families) {
            imports.add(family.type);
            imports.add(family.internal() + "." + family.simple() + "Family");
        }
        List<String> components = new ArrayList<>(List.of("Supplier<String> description"));
        families.forEach(family -> components.add(family.simple() + " " + family.accessor));
        List<String> made = new ArrayList<>(List.of("description"));
        families.forEach(family -> made.add("source.of(new " + family.simple() + "Family(), Kernels::"
                + family.accessor + ")"));
        StringBuilder members = new StringBuilder();
        for (Family family : families) {
            members.append("""

                        @Override
                        public KernelSet with(%s own) {
                            Objects.requireNonNull(own, "kernels: %s is null");
                    """.formatted(family.simple(), family.accessor));
            List<String> arguments = new ArrayList<>(List.of("() -> describe() + \", but with "
                    + family.accessor + " by \" + own.getClass().getName()"));
            families.forEach(other -> arguments.add(other == family ? "own" : other.accessor));
            members.append(wrapped("        return new KernelSet(", arguments, ");")).append("    }\n");
        }
        List<String> others = new ArrayList<>(List.of("() -> other"));
        families.forEach(family -> others.add(family.accessor));
        return page(INTERNAL, imports, """
                /// One implementation of each family. Generated from [Kernels].
                ///
                /// @param description what they are now
                %1$s
                    /// Where the members of a set come from.
                    public interface Source {

                        /// A family's member.
                        ///
                        /// @param member reads the family's member of other kernels
                        <F> F of(Family<F> family, Function<Kernels, F> member);
                    }

                    /// All families, from one source, in the order of [Kernels].
                    public static KernelSet of(Supplier<String> description, Source source) {
                %2$s    }

                    /// The same kernels under another description.
                    public KernelSet describedAs(String other) {
                %3$s    }
                %4$s
                    @Override
                    public String describe() {
                        return description.get();
                    }

                    @Override
                    public String toString() {
                        return describe();
                    }
                }
                """.formatted(wrapped("public record KernelSet(", components, ") implements Kernels {"),
                wrapped("        return new KernelSet(", made, ");"),
                wrapped("        return new KernelSet(", others, ");"), members));
    }

    private static String page(String inPackage, Set<String> imports, String text) {
        String lines = imports.stream().filter(type -> !type.substring(0, type.lastIndexOf('.')).equals(inPackage))
                .sorted().map(type -> "import " + type + ";\n").collect(Collectors.joining());
        return "// SPDX-License-Identifier: Apache-2.0\npackage " + inPackage + ";\n\n" + lines + "\n" + text;
    }

    /// A list between what opens and what closes it, broken where a line would grow past the page.
    private static String wrapped(String opening, List<String> items, String closing) {
        String indent = " ".repeat(opening.length() - opening.stripLeading().length() + 8);
        StringBuilder text = new StringBuilder();
        StringBuilder line = new StringBuilder(opening);
        for (int i = 0; i < items.size(); i++) {
            boolean isLast = i == items.size() - 1;
            String item = items.get(i) + (isLast ? closing : ",");
            boolean isFirst = line.toString().endsWith("(");
            if (!isFirst && line.length() + 1 + item.length() > LINE) {
                text.append(line).append('\n');
                line.setLength(0);
                line.append(indent).append(item);
            } else {
                line.append(isFirst ? "" : " ").append(item);
            }
        }
        if (items.isEmpty()) {
            line.append(closing);
        }
        return text.append(line).append('\n').toString();
    }

    private static Path file(String type) {
        return Sources.folder().resolve(type.replace('.', '/') + ".java");
    }

    private static Source read(String type) throws IOException {
        CompilationUnitTree unit = Sources.parse(file(type));
        Map<String, String> imports = unit.getImports().stream().filter(tree -> !tree.isStatic())
                .map(ImportTree::getQualifiedIdentifier).map(Object::toString)
                .collect(Collectors.toMap(name -> name.substring(name.lastIndexOf('.') + 1), Function.identity()));
        return new Source(imports, (ClassTree) unit.getTypeDecls().getFirst());
    }

    /// A family as `Kernels` names it.
    private record Family(String accessor, String type) {

        String simple() {
            return type.substring(type.lastIndexOf('.') + 1);
        }

        /// The package of its implementations.
        String internal() {
            return INTERNAL + type.substring(ROOT.length(), type.lastIndexOf('.'));
        }
    }

    /// A parsed interface.
    private record Source(Map<String, String> imports, ClassTree tree) {

        List<MethodTree> abstractMethods() {
            return tree.getMembers().stream().filter(MethodTree.class::isInstance).map(MethodTree.class::cast)
                    .filter(method -> method.getBody() == null
                            && !method.getModifiers().getFlags().contains(Modifier.STATIC))
                    .toList();
        }
    }
}
