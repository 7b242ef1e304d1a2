// SPDX-License-Identifier: Apache-2.0

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// Writes the vector code of the elementwise formulas and the loops of both twins.
///
/// For each pair of methods `f(x, parameters…)` and `fDerivative(x, parameters…)` in `ScalarFormulas` it writes two
/// classes, `ScalarF` and `VectorF`, each with the passes value, valueAndDerivative and backward; for each constant `F`
/// of `Function` two classes with the loop that applies the method `f` of `ScalarMath` to an array; and `VectorMath`,
/// for loops written by hand, with those methods for a vector. The scalar loops call the formulas; the vector code
/// holds their steps, translated one by one.
///
/// A SIMD loop calls nothing but the Vector API. C2 stops inlining ordinary methods once a compilation has grown by
/// some 35 vector operations (NodeCountInliningCutoff), and a vector that crosses a call is an object on the heap. So
/// calls between formulas are resolved here. A step that two formulas of a pass have in common is written once, and
/// what depends on parameters alone is computed before the loop.
///
/// Formulas are a small part of Java: local variables, + − * /, shifts and bitwise operations of ints, comparisons in
/// conditional expressions, calls of other formulas, and of `Math.fma`, `abs`, `sqrt`, `copySign`, `min` of ints and
/// the conversions between a float and its bits.
///
/// Usage: `java GenerateElementwisePasses.java <output directory>`
public final class GenerateElementwisePasses {

    private static final String PACKAGE = "org.lanewise.kernels.internal.";

    private static final Set<Path> WRITTEN = new HashSet<>();

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: java GenerateElementwisePasses.java <output directory>");
            System.exit(2);
        }
        Path generator = Path.of(System.getProperty("jdk.launcher.sourcefile")).toAbsolutePath();
        Path sources = generator.resolve("../../../main/java").normalize();
        Path output = Path.of(arguments[0]);
        Source math = Source.read(sources.resolve("org/lanewise/kernels/internal/formula/ScalarMath.java"));
        Source formulas = Source.read(sources.resolve("org/lanewise/kernels/internal/activation/ScalarFormulas.java"));
        Source functions = Source.read(sources.resolve("org/lanewise/kernels/math/Function.java"));
        activations(formulas, new Formulas(formulas, math), output);
        functions(functions.constants.keySet(), new Formulas(math), output);
        deleteStale();
    }

    /// Deletes what an earlier version of this generator wrote and this one does not: a pass that is gone or renamed.
    private static void deleteStale() throws IOException {
        Set<Path> folders = WRITTEN.stream().map(Path::getParent).collect(Collectors.toSet());
        for (Path folder : folders) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path stale : files.filter(file -> !WRITTEN.contains(file)).toList()) {
                    Files.delete(stale);
                }
            }
        }
    }

    private static void activations(Source formulas, Formulas all, Path output) throws IOException {
        for (String formula : formulas.methods.keySet()) {
            if (!formulas.methods.containsKey(formula + "Derivative")) {
                continue;
            }
            List<String> parameters = formulas.parametersOf(formula).subList(1, formulas.parametersOf(formula).size());
            String reference = "passes of [ScalarFormulas#" + formula + "]";
            Type scalar = new Type("activation", "Scalar", formula, "scalar " + reference);
            Type vector = new Type("activation", "Vector", formula, "SIMD " + reference);
            for (Pass pass : Pass.values()) {
                Loop loop = new Loop(pass.method, pass.meaning, pass.inputs, pass.outputs, parameters);
                scalar.add(loop.scalar(pass.results(formula, parameters)));
                Translation steps = new Translation(all, loop);
                switch (pass) {
                    case VALUE -> steps.add("y", formula);
                    case VALUE_AND_DERIVATIVE -> {
                        steps.add("y", formula);
                        steps.add("derivative", formula + "Derivative");
                    }
                    case BACKWARD -> {
                        steps.add("derivative", formula + "Derivative");
                        // As ScalarFormulas.chain: where the derivative is 0, the lane keeps it.
                        String slope = steps.results.getFirst();
                        steps.results.set(0, slope + ".lanewise(VectorOperators.MUL, dy, " + slope
                                + ".compare(VectorOperators.NE, 0f))");
                    }
                }
                vector.add(loop.vector(steps));
            }
            scalar.write(output);
            vector.write(output);
        }
    }

    private static void functions(Set<String> constants, Formulas math, Path output) throws IOException {
        Type vectorMath = new Type("formula", "Vector", "math", "vector code of [ScalarMath]: each lane has its bits");
        for (String constant : constants) {
            String function = constant.toLowerCase();
            Loop loop = new Loop("apply", "y = " + function + "(x)", List.of("x"), List.of("y"), List.of());
            Type scalar = new Type("math", "Scalar", function, "loop of [ScalarMath#" + function + "]");
            scalar.add(loop.scalar(List.of("ScalarMath." + function + "(x)")));
            scalar.write(output);
            Translation steps = new Translation(math, loop);
            steps.add("y", function);
            Type vector = new Type("math", "Vector", function, "SIMD loop of [ScalarMath#" + function + "]");
            vector.add(loop.vector(steps));
            vector.write(output);
            vectorMath.add(method(math, function));
        }
        vectorMath.add(method(math, "scaledExp"));
        vectorMath.write(output);
    }

    /// A function of a vector, for loops written by hand. It must be inlined there, and calls nothing that might not
    /// be.
    private static String method(Formulas math, String function) {
        Translation steps = new Translation(math, "x.broadcast(", new HashSet<>(Set.of("x")), List.of());
        steps.add("y", function);
        StringBuilder out = new StringBuilder("\n    /// As [ScalarMath#" + function + "].\n");
        out.append("    public static FloatVector " + function + "(FloatVector x) {\n");
        steps.before.forEach(line -> out.append(lines("        ", line)));
        steps.inside.forEach(line -> out.append(lines("        ", line)));
        return out.append(lines("        ", "return " + steps.results.getFirst() + ";")).append("    }\n").toString();
    }

    /// The passes over an activation: what each reads and stores.
    private enum Pass {
        VALUE("value", "y = f(x)", List.of("x"), List.of("y")),
        VALUE_AND_DERIVATIVE("valueAndDerivative", "y = f(x) and derivative = f'(x)", List.of("x"),
                List.of("y", "derivative")),
        BACKWARD("backward", "dx = dy · f'(x)", List.of("x", "dy"), List.of("dx"));

        final String method;
        final String meaning;
        final List<String> inputs;
        final List<String> outputs;

        Pass(String method, String meaning, List<String> inputs, List<String> outputs) {
            this.method = method;
            this.meaning = meaning;
            this.inputs = inputs;
            this.outputs = outputs;
        }

        /// What the scalar loop stores.
        List<String> results(String formula, List<String> parameters) {
            String arguments = parameters.isEmpty() ? "(x)" : "(x, " + String.join(", ", parameters) + ")";
            String value = "ScalarFormulas." + formula + arguments;
            String derivative = "ScalarFormulas." + formula + "Derivative" + arguments;
            return switch (this) {
                case VALUE -> List.of(value);
                case VALUE_AND_DERIVATIVE -> List.of(value, derivative);
                case BACKWARD -> List.of("ScalarFormulas.chain(dy, " + derivative + ")");
            };
        }
    }

    /// A class being written.
    private static final class Type {

        private final String family;
        private final String name;
        private final String meaning;
        private final StringBuilder members = new StringBuilder();
        private final List<String> imports = new ArrayList<>(List.of("jdk.incubator.vector.FloatVector",
                "jdk.incubator.vector.IntVector", "jdk.incubator.vector.VectorMask",
                "jdk.incubator.vector.VectorOperators", "jdk.incubator.vector.VectorSpecies",
                PACKAGE + "formula.ScalarMath", PACKAGE + "lanes.Species"));

        Type(String family, String prefix, String formula, String meaning) {
            this.family = family;
            this.meaning = meaning;
            name = prefix + Character.toUpperCase(formula.charAt(0)) + formula.substring(1);
            imports.remove(PACKAGE + family + ".ScalarMath");
            if (prefix.equals("Vector") && !formula.equals("math")) {
                members.append("    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;\n");
                members.append("    private static final int LANES = SPECIES.length();\n\n");
            }
            members.append("    private " + name + "() {\n    }\n");
        }

        void add(String member) {
            members.append(member);
        }

        void write(Path output) throws IOException {
            String text = members.toString();
            String used = imports.stream()
                    .filter(type -> text.matches("(?s).*\\b" + type.replaceAll(".*\\.", "") + "\\b.*"))
                    .sorted().map(type -> "import " + type + ";\n").collect(Collectors.joining());
            Path folder = output.resolve(PACKAGE.replace('.', '/') + family);
            GenerateElementwisePasses.write(folder.resolve(name + ".java"), """
                    // SPDX-License-Identifier: Apache-2.0
                    package %s%s;

                    %s/// The %s. Generated; that is the source.
                    %sfinal class %s {

                    %s}
                    """.formatted(PACKAGE, family, used.isEmpty() ? "" : used + "\n", meaning,
                    family.equals("formula") ? "public " : "", name, text));
        }
    }

    /// One loop over arrays.
    private record Loop(String method, String meaning, List<String> inputs, List<String> outputs,
            List<String> parameters) {

        /// Every element by itself.
        String scalar(List<String> results) {
            StringBuilder out = new StringBuilder(opening("static", method));
            out.append("        for (int i = 0; i < n; i++) {\n");
            for (String input : inputs) {
                out.append("            float %1$s = %1$sData[%1$sOffset + i];\n".formatted(input));
            }
            for (int o = 0; o < outputs.size(); o++) {
                out.append("            %1$sData[%1$sOffset + i] = %2$s;\n".formatted(outputs.get(o), results.get(o)));
            }
            return out.append("        }\n    }\n").toString();
        }

        /// Full vectors in one method, the rest under a mask in another, so that C2 compiles each by itself.
        String vector(Translation steps) {
            StringBuilder out = new StringBuilder(opening("static", method));
            steps.before.forEach(line -> out.append(lines("        ", line)));
            out.append("        int i = 0;\n");
            out.append("        for (int end = SPECIES.loopBound(n); i < end; i += LANES) {\n");
            body(out, "            ", " + i", steps);
            out.append("        }\n        if (i < n) {\n            " + method + "OfRest(");
            List<String> arguments = new ArrayList<>();
            for (String array : arrays()) {
                arguments.add(array + "Data");
                arguments.add(array + "Offset + i");
            }
            arguments.add("n - i");
            arguments.addAll(parameters);
            out.append(wrapped(arguments) + ");\n        }\n    }\n");
            out.append(opening("private static", method + "OfRest").replaceFirst(" *///.*\n", ""));
            steps.before.forEach(line -> out.append(lines("        ", line)));
            out.append("        VectorMask<Float> rest = SPECIES.indexInRange(0, n);\n");
            body(out, "        ", ", rest", steps);
            return out.append("    }\n").toString();
        }

        /// @param at what follows the offset in a load or store: the loop's index or the mask
        private void body(StringBuilder out, String indent, String at, Translation steps) {
            for (String input : inputs) {
                out.append(indent + "FloatVector %1$s = FloatVector.fromArray(SPECIES, %1$sData, %1$sOffset%2$s);\n"
                        .formatted(input, at));
            }
            steps.inside.forEach(line -> out.append(lines(indent, line)));
            for (int o = 0; o < outputs.size(); o++) {
                out.append(indent + "%2$s.intoArray(%1$sData, %1$sOffset%3$s);\n"
                        .formatted(outputs.get(o), steps.results.get(o), at));
            }
        }

        private String opening(String modifiers, String name) {
            List<String> signature = new ArrayList<>();
            for (String array : arrays()) {
                signature.add("float[] " + array + "Data");
                signature.add("int " + array + "Offset");
            }
            signature.add("int n");
            parameters.forEach(parameter -> signature.add("float " + parameter));
            return "\n    /// " + meaning + ".\n    " + modifiers + " void " + name + "(" + wrapped(signature)
                    + ") {\n";
        }

        private List<String> arrays() {
            List<String> arrays = new ArrayList<>(inputs);
            arrays.addAll(outputs);
            return arrays;
        }

        /// Names that a step must not take.
        Set<String> names() {
            Set<String> names = new HashSet<>(parameters);
            names.addAll(inputs);
            arrays().forEach(array -> names.addAll(List.of(array + "Data", array + "Offset")));
            names.addAll(List.of("i", "n", "end", "rest"));
            return names;
        }

        /// A list of parameters or arguments, broken where a line would grow past the page.
        private static String wrapped(List<String> items) {
            StringBuilder text = new StringBuilder();
            int column = 48;
            for (int i = 0; i < items.size(); i++) {
                String item = items.get(i) + (i < items.size() - 1 ? "," : "");
                if (column + item.length() > 116) {
                    text.append("\n               ");
                    column = 16;
                }
                text.append(text.isEmpty() ? "" : " ").append(item);
                column += item.length() + 1;
            }
            return text.toString();
        }
    }

    /// Leaves a file alone that is as it should be, so that nothing is compiled again without need.
    private static void write(Path file, String text) throws IOException {
        WRITTEN.add(file);
        Files.createDirectories(file.getParent());
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }

    /// A parsed source file: its methods, and its constants with their types.
    private record Source(String name, Map<String, MethodTree> methods, Map<String, String> constants) {

        static Source read(Path file) throws IOException {
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            var files = compiler.getStandardFileManager(null, null, null);
            var task = (JavacTask) compiler.getTask(null, files, null, null, null, files.getJavaFileObjects(file));
            CompilationUnitTree unit = task.parse().iterator().next();
            ClassTree type = (ClassTree) unit.getTypeDecls().getFirst();
            Source source = new Source(type.getSimpleName().toString(), new LinkedHashMap<>(), new LinkedHashMap<>());
            for (Tree member : type.getMembers()) {
                if (member instanceof MethodTree method) {
                    source.methods.put(method.getName().toString(), method);
                } else if (member instanceof VariableTree constant) {
                    source.constants.put(constant.getName().toString(), String.valueOf(constant.getType()));
                }
            }
            return source;
        }

        List<String> parametersOf(String method) {
            return methods.get(method).getParameters().stream().map(p -> p.getName().toString()).toList();
        }
    }

    /// Sources that may call each other's methods. Names without a class are the first one's.
    private record Formulas(Source... sources) {

        Source source(String name) {
            for (Source source : sources) {
                if (source.name.equals(name)) {
                    return source;
                }
            }
            return null;
        }
    }

    private static String literalText(LiteralTree literal) {
        if (!(literal.getValue() instanceof Float value)) {
            return String.valueOf(literal.getValue());
        }
        return value == Math.rint(value) && Math.abs(value) < 1e6f ? (int) (float) value + "f"
                : value >= 0x1p20f || value < 1e-3f ? Float.toHexString(value) + "f" : value + "f";
    }

    /// A statement on as many lines as it takes: broken before the calls of its outermost chain, or else between
    /// arguments.
    private static String lines(String indent, String statement) {
        StringBuilder out = new StringBuilder();
        String rest = indent + statement;
        while (rest.length() > 120) {
            int outermost = lastBreak(rest, 0);
            int at = outermost > 0 ? outermost : lastBreak(rest, 2);
            if (at == 0) {
                break;
            }
            out.append(rest.substring(0, at).stripTrailing()).append("\n");
            rest = indent + "        " + rest.substring(at).stripLeading();
        }
        return out.append(rest).append("\n").toString();
    }

    /// The last place on a line where a call is chained, or, in parentheses up to `deepest`, an argument begins.
    private static int lastBreak(String text, int deepest) {
        int depth = 0;
        int last = 0;
        for (int at = 0; at < 120; at++) {
            char c = text.charAt(at);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            boolean chained = c == '.' && at > 0 && text.charAt(at - 1) == ')';
            boolean argument = c == ' ' && at > 0 && text.charAt(at - 1) == ',';
            if (depth <= deepest && (chained || argument && depth > 0)) {
                last = argument ? at + 1 : at;
            }
        }
        return last;
    }

    /// What an expression is: a Java expression as text, and whether it is a vector, a mask, or the same in all lanes.
    private record Value(String text, Kind kind) {

        private enum Kind { UNIFORM, UNIFORM_BITS, VECTOR, BITS, MASK }

        boolean isUniform() {
            return kind == Kind.UNIFORM || kind == Kind.UNIFORM_BITS;
        }
    }

    /// Scalar formulas as vector code: what it computes before a loop and inside, and the expressions to store.
    private static final class Translation {

        final List<String> before = new ArrayList<>();
        final List<String> inside = new ArrayList<>();
        final List<String> results = new ArrayList<>();
        private final Set<String> names;
        private final Formulas formulas;
        private final String broadcast;
        private final List<String> parameters;
        private final Map<String, Value> known = new HashMap<>();

        /// @param broadcast how a broadcast begins
        Translation(Formulas formulas, String broadcast, Set<String> names, List<String> parameters) {
            this.names = names;
            this.formulas = formulas;
            this.broadcast = broadcast;
            this.parameters = parameters;
        }

        Translation(Formulas formulas, Loop loop) {
            this(formulas, "FloatVector.broadcast(SPECIES, ", loop.names(), loop.parameters);
        }

        /// Adds the steps of a formula of `x`; its result is to be called `name`.
        void add(String name, String formula) {
            List<Value> arguments = new ArrayList<>();
            arguments.add(new Value("x", Value.Kind.VECTOR));
            parameters.forEach(parameter -> arguments.add(new Value(parameter, Value.Kind.UNIFORM)));
            Value value = call(formulas.sources[0], formula, arguments);
            results.add(vector(value.isUniform() || broadcast.startsWith("x.") ? value : named(name, value)));
        }

        private Value call(Source source, String formula, List<Value> arguments) {
            MethodTree method = source.methods.get(formula);
            if (method == null) {
                throw new IllegalArgumentException("no formula " + formula);
            }
            Scope scope = new Scope(source, new HashMap<>());
            Map<String, String> types = new HashMap<>();
            for (int p = 0; p < arguments.size(); p++) {
                String name = method.getParameters().get(p).getName().toString();
                scope.names.put(name, named(name, arguments.get(p)));
            }
            for (StatementTree statement : method.getBody().getStatements()) {
                switch (statement) {
                    case VariableTree variable -> {
                        String name = variable.getName().toString();
                        types.put(name, variable.getType().toString());
                        scope.names.put(name, assigned(types.get(name), name, variable.getInitializer(), scope));
                    }
                    case ExpressionStatementTree next -> {
                        AssignmentTree assignment = (AssignmentTree) next.getExpression();
                        String name = assignment.getVariable().toString();
                        scope.names.put(name, assigned(types.get(name), name, assignment.getExpression(), scope));
                    }
                    case ReturnTree result -> {
                        return translate(result.getExpression(), scope);
                    }
                    default -> throw new IllegalArgumentException(formula + ": " + statement);
                }
            }
            throw new IllegalArgumentException(formula + " returns nothing");
        }

        private Value assigned(String type, String name, ExpressionTree expression, Scope scope) {
            Value value = translate(expression, scope);
            if (value.kind == Value.Kind.BITS && type.equals("float")) {
                value = new Value("((FloatVector) " + value.text + ".convert(VectorOperators.I2F, 0))",
                        Value.Kind.VECTOR);
            }
            return named(name, value);
        }

        /// A name not taken yet: the one wished for, or that with a number.
        private String name(String wish) {
            String name = wish;
            for (int suffix = 2; !names.add(name); suffix++) {
                name = wish + suffix;
            }
            return name;
        }

        /// A variable for a value, or the one that already holds it.
        private Value named(String wish, Value value) {
            if (value.text.matches("\\w+|-?[\\w.]+f|-?\\w+\\.[A-Z_0-9]+|Float.NaN")) {
                return value;
            }
            return known.computeIfAbsent(value.text, text -> {
                String name = name(wish);
                String type = switch (value.kind) {
                    case UNIFORM -> "float ";
                    case UNIFORM_BITS -> "int ";
                    case VECTOR -> "FloatVector ";
                    case BITS -> "IntVector ";
                    case MASK -> "VectorMask<Float> ";
                };
                boolean wrapped = text.startsWith("(") && text.endsWith(")") && closes(text) == text.length() - 1;
                String initial = wrapped ? text.substring(1, text.length() - 1) : text;
                (value.isUniform() ? before : inside).add(type + name + " = " + initial + ";");
                return new Value(name, value.kind);
            });
        }

        /// Where the parenthesis closes that the text begins with.
        private static int closes(String text) {
            int depth = 0;
            for (int at = 0;; at++) {
                depth += text.charAt(at) == '(' ? 1 : text.charAt(at) == ')' ? -1 : 0;
                if (depth == 0) {
                    return at;
                }
            }
        }

        /// The value as a vector expression; what is uniform is broadcast before the loop.
        private String vector(Value value) {
            if (value.kind == Value.Kind.VECTOR) {
                return value.text;
            }
            if (broadcast.startsWith("x.")) {
                return broadcast + value.text + ")";
            }
            Value uniform = named("uniform", value);
            return known.computeIfAbsent("broadcast " + uniform.text, key -> {
                String wish = uniform.text.matches("\\w+") ? "all" + Character.toUpperCase(uniform.text.charAt(0))
                        + uniform.text.substring(1) : broadcastName(uniform.text);
                String name = name(wish);
                before.add("FloatVector " + name + " = " + broadcast + uniform.text + ");");
                return new Value(name, Value.Kind.VECTOR);
            }).text;
        }

        private static String broadcastName(String text) {
            String constant = text.startsWith("-") ? "minus_" + text.substring(1) : text;
            String[] words = constant.replaceAll("Scalar\\w+\\.", "").toLowerCase().split("_");
            StringBuilder name = new StringBuilder(words[0]);
            for (int w = 1; w < words.length; w++) {
                boolean digits = Character.isDigit(name.charAt(name.length() - 1))
                        && Character.isDigit(words[w].charAt(0));
                name.append(digits ? "by" : "").append(Character.toUpperCase(words[w].charAt(0)))
                        .append(words[w].substring(1));
            }
            return name.toString().matches("[a-z][a-zA-Z0-9]*") ? name.toString() : "constant";
        }

        private Value translate(ExpressionTree expression, Scope scope) {
            return switch (expression) {
                case ParenthesizedTree inner -> translate(inner.getExpression(), scope);
                case LiteralTree literal -> new Value(literalText(literal),
                        literal.getValue() instanceof Float ? Value.Kind.UNIFORM : Value.Kind.UNIFORM_BITS);
                case IdentifierTree identifier -> identifier(identifier.getName().toString(), scope);
                case MemberSelectTree constant -> constant(constant);
                case TypeCastTree cast -> translate(cast.getExpression(), scope);
                case UnaryTree negation -> negate(translate(negation.getExpression(), scope));
                case BinaryTree binary -> binary(binary, scope);
                case ConditionalExpressionTree conditional -> conditional(conditional, scope);
                case MethodInvocationTree call -> invoke(call, scope);
                default -> throw new IllegalArgumentException("cannot translate " + expression);
            };
        }

        private Value identifier(String name, Scope scope) {
            if (scope.names.containsKey(name)) {
                return scope.names.get(name);
            }
            if (scope.source.constants.containsKey(name)) {
                return constant(scope.source, name);
            }
            throw new IllegalArgumentException("unknown name " + name);
        }

        private Value constant(MemberSelectTree select) {
            Source source = formulas.source(select.getExpression().toString());
            if (source != null) {
                return constant(source, select.getIdentifier().toString());
            }
            return new Value(select.toString(),
                    select.toString().startsWith("Integer.") ? Value.Kind.UNIFORM_BITS : Value.Kind.UNIFORM);
        }

        private static Value constant(Source source, String name) {
            return new Value(source.name + "." + name,
                    source.constants.get(name).equals("int") ? Value.Kind.UNIFORM_BITS : Value.Kind.UNIFORM);
        }

        private Value negate(Value value) {
            return value.isUniform() ? new Value("-" + value.text, value.kind)
                    : new Value(value.text + ".neg()", value.kind);
        }

        private Value binary(BinaryTree tree, Scope scope) {
            Value left = translate(tree.getLeftOperand(), scope);
            Value right = translate(tree.getRightOperand(), scope);
            return switch (tree.getKind()) {
                case PLUS -> arithmetic("add", "+", left, right);
                case MINUS -> arithmetic("sub", "-", left, right);
                case MULTIPLY -> arithmetic("mul", "*", left, right);
                case DIVIDE -> arithmetic("div", "/", left, right);
                case LEFT_SHIFT -> bits("LSHL", left, right);
                case RIGHT_SHIFT -> bits("ASHR", left, right);
                case UNSIGNED_RIGHT_SHIFT -> bits("LSHR", left, right);
                case AND -> bits("AND", left, right);
                case OR -> bits("OR", left, right);
                case EQUAL_TO -> compare("EQ", left, right);
                case LESS_THAN -> compare("LT", left, right);
                case LESS_THAN_EQUAL -> compare("LE", left, right);
                case GREATER_THAN -> compare("GT", left, right);
                case GREATER_THAN_EQUAL -> compare("GE", left, right);
                default -> throw new IllegalArgumentException("cannot translate " + tree);
            };
        }

        private Value arithmetic(String operation, String operator, Value left, Value right) {
            if (left.isUniform() && right.isUniform()) {
                return new Value("(" + left.text + " " + operator + " " + right.text + ")", left.kind);
            }
            if (operation.equals("mul") && (left.text.equals("1f") || right.text.equals("1f"))) {
                return left.text.equals("1f") ? right : left;
            }
            Value.Kind kind = left.kind == Value.Kind.BITS || right.kind == Value.Kind.BITS ? Value.Kind.BITS
                    : Value.Kind.VECTOR;
            boolean commutes = operation.equals("add") || operation.equals("mul");
            if (left.isUniform() && commutes) {
                return new Value(right.text + "." + operation + "(" + uniform(left) + ")", kind);
            }
            String argument = right.isUniform() ? uniform(right) : right.text;
            String receiver = kind == Value.Kind.BITS ? left.text : vector(left);
            return new Value(receiver + "." + operation + "(" + argument + ")", kind);
        }

        /// A uniform operand, computed before the loop if it is more than a name.
        private String uniform(Value value) {
            return named("uniform", value).text;
        }

        private Value bits(String operation, Value left, Value right) {
            return new Value(left.text + ".lanewise(VectorOperators." + operation + ", " + right.text + ")",
                    Value.Kind.BITS);
        }

        private Value compare(String relation, Value left, Value right) {
            Value mask = new Value(left.text + ".compare(VectorOperators." + relation + ", "
                    + (right.isUniform() ? uniform(right) : right.text) + ")", Value.Kind.MASK);
            if (broadcast.startsWith("x.")) {
                return mask;
            }
            return named(switch (relation) {
                case "EQ" -> "equal";
                case "LT" -> "below";
                case "LE" -> "atMost";
                case "GT" -> "above";
                default -> "atLeast";
            }, mask);
        }

        private Value conditional(ConditionalExpressionTree tree, Scope scope) {
            Value condition = translate(tree.getCondition(), scope);
            Value yes = translate(tree.getTrueExpression(), scope);
            Value no = translate(tree.getFalseExpression(), scope);
            return new Value(vector(no) + ".blend(" + (yes.isUniform() ? uniform(yes) : yes.text) + ", "
                    + condition.text + ")", Value.Kind.VECTOR);
        }

        private Value invoke(MethodInvocationTree tree, Scope scope) {
            List<Value> arguments = new ArrayList<>();
            tree.getArguments().forEach(argument -> arguments.add(translate(argument, scope)));
            if (tree.getMethodSelect() instanceof IdentifierTree own) {
                return call(scope.source, own.getName().toString(), arguments);
            }
            MemberSelectTree select = (MemberSelectTree) tree.getMethodSelect();
            Source source = formulas.source(select.getExpression().toString());
            if (source != null) {
                return call(source, select.getIdentifier().toString(), arguments);
            }
            String method = select.toString();
            if (arguments.stream().allMatch(Value::isUniform)) {
                return new Value(method + "(" + arguments.stream().map(Value::text).collect(Collectors.joining(", "))
                        + ")", Value.Kind.UNIFORM);
            }
            return switch (method) {
                case "Math.fma" -> fma(arguments.get(0), arguments.get(1), arguments.get(2));
                case "Math.abs" -> new Value(arguments.getFirst().text + ".abs()", Value.Kind.VECTOR);
                case "Math.sqrt" -> new Value(arguments.getFirst().text + ".sqrt()", Value.Kind.VECTOR);
                case "Math.min" -> new Value(arguments.get(0).text + ".min(" + arguments.get(1).text + ")",
                        Value.Kind.BITS);
                case "Math.copySign" -> copySign(arguments.get(0), arguments.get(1));
                case "Float.floatToRawIntBits" ->
                        new Value(arguments.getFirst().text + ".reinterpretAsInts()", Value.Kind.BITS);
                case "Float.intBitsToFloat" ->
                        new Value(arguments.getFirst().text + ".reinterpretAsFloats()", Value.Kind.VECTOR);
                default -> throw new IllegalArgumentException("cannot translate " + tree);
            };
        }

        private Value fma(Value a, Value b, Value c) {
            Value first = a.isUniform() && !b.isUniform() ? b : a;
            Value second = first == a ? b : a;
            if (second.text.equals("1f")) {
                return arithmetic("add", "+", first, c);
            }
            boolean bothUniform = broadcast.startsWith("x.") && second.isUniform() && c.isUniform();
            return new Value(vector(first) + ".fma(" + (bothUniform ? second.text + ", " + c.text
                    : vector(second) + ", " + vector(c)) + ")", Value.Kind.VECTOR);
        }

        /// The sign bit of one, the rest of the other: as exclusive ors, which AVX-512 has in one instruction.
        private Value copySign(Value magnitude, Value sign) {
            String bits = named("bits", new Value(magnitude.text + ".reinterpretAsInts()", Value.Kind.BITS)).text;
            return new Value(bits + ".lanewise(VectorOperators.XOR, " + bits + ".lanewise(VectorOperators.XOR, "
                    + sign.text + ".reinterpretAsInts()).lanewise(VectorOperators.AND, Integer.MIN_VALUE))"
                    + ".reinterpretAsFloats()", Value.Kind.VECTOR);
        }
    }

    /// Where names are looked up: a method's variables, and the constants and methods of its class.
    private record Scope(Source source, Map<String, Value> names) {
    }
}
