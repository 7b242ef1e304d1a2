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
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// Writes the loops of the elementwise passes: activations from their scalar formulas, elementary functions from
/// `VectorMath`.
///
/// For each pair of methods `f(x, parameters…)` and `fDerivative(x, parameters…)` in `ScalarFormulas` it writes two
/// classes, `ScalarF` and `VectorF`, each with the passes value, valueAndDerivative and backward. The scalar loop calls
/// the formula; the SIMD loop holds the formula's steps, translated one by one. For each public method `f` of
/// `VectorMath` it writes a class `VectorF` with the loop that applies it to an array.
///
/// A SIMD loop calls nothing but the Vector API. C2 stops inlining ordinary methods once a compilation has grown by
/// some 35 vector operations (NodeCountInliningCutoff), and a vector that crosses a call is an object on the heap. So
/// calls between formulas are resolved here. A step that two formulas of a pass have in common is written once, and
/// what depends on parameters alone is computed before the loop.
///
/// Formulas are a small part of Java: local variables, + − * /, comparisons in conditional expressions, calls of other
/// formulas, and of `Math.fma`, `abs`, `sqrt`, `copySign` and the conversions between a float and its bits.
///
/// Usage: `java GenerateElementwisePasses.java <output directory>`
public final class GenerateElementwisePasses {

    private static final String PACKAGE = "org.lanewise.kernels.";

    private static final Set<Path> WRITTEN = new HashSet<>();

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: java GenerateElementwisePasses.java <output directory>");
            System.exit(2);
        }
        Path generator = Path.of(System.getProperty("jdk.launcher.sourcefile")).toAbsolutePath();
        Path sources = generator.resolve("../../../main/java").normalize();
        Path output = Path.of(arguments[0]);
        activations(Source.read(sources.resolve("org/lanewise/kernels/activation/ScalarFormulas.java")), output);
        functions(Source.read(sources.resolve("org/lanewise/kernels/math/VectorMath.java")), output);
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

    private static void activations(Source formulas, Path output) throws IOException {
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
                Translation steps = new Translation(formulas, loop);
                switch (pass) {
                    case VALUE -> steps.add("y", formula);
                    case VALUE_AND_DERIVATIVE -> {
                        steps.add("y", formula);
                        steps.add("derivative", formula + "Derivative");
                    }
                    case BACKWARD -> {
                        steps.add("derivative", formula + "Derivative");
                        steps.results.set(0, "dy.mul(" + steps.results.getFirst() + ")");
                    }
                }
                vector.add(loop.vector(steps));
            }
            scalar.write(output);
            vector.write(output);
        }
    }

    private static void functions(Source math, Path output) throws IOException {
        for (MethodTree method : math.methods.values()) {
            if (method.getModifiers().getFlags().contains(Modifier.PUBLIC)) {
                String function = method.getName().toString();
                Type type = new Type("math", "Vector", function, "loop of [VectorMath#" + function + "]");
                Loop loop = new Loop("apply", "y = " + function + "(x)", List.of("x"), List.of("y"), List.of());
                Flattening steps = new Flattening(math, loop);
                steps.add("y", function);
                type.add(loop.vector(steps));
                math.imports.forEach(type::offerImport);
                type.write(output);
            }
        }
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
                case BACKWARD -> List.of("dy * " + derivative);
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
                PACKAGE + "lanes.Species"));

        Type(String family, String prefix, String formula, String meaning) {
            this.family = family;
            this.meaning = meaning;
            name = prefix + Character.toUpperCase(formula.charAt(0)) + formula.substring(1);
            if (prefix.equals("Vector")) {
                members.append("    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;\n");
                members.append("    private static final int LANES = SPECIES.length();\n\n");
            }
            members.append("    private " + name + "() {\n    }\n");
        }

        void add(String member) {
            members.append(member);
        }

        /// An import to be written if a member needs it.
        void offerImport(String type) {
            if (!imports.contains(type)) {
                imports.add(type);
            }
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
                    final class %s {

                    %s}
                    """.formatted(PACKAGE, family, used.isEmpty() ? "" : used + "\n", meaning, name, text));
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
        String vector(Steps steps) {
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
        private void body(StringBuilder out, String indent, String at, Steps steps) {
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

    /// A parsed source file.
    private record Source(Map<String, MethodTree> methods, Set<String> constants, List<String> imports) {

        static Source read(Path file) throws IOException {
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            var files = compiler.getStandardFileManager(null, null, null);
            var task = (JavacTask) compiler.getTask(null, files, null, null, null, files.getJavaFileObjects(file));
            CompilationUnitTree unit = task.parse().iterator().next();
            Source source = new Source(new LinkedHashMap<>(), new HashSet<>(), new ArrayList<>());
            unit.getImports().forEach(tree -> source.imports.add(tree.getQualifiedIdentifier().toString()));
            for (Tree member : ((ClassTree) unit.getTypeDecls().getFirst()).getMembers()) {
                if (member instanceof MethodTree method) {
                    source.methods.put(method.getName().toString(), method);
                } else if (member instanceof VariableTree constant) {
                    source.constants.add(constant.getName().toString());
                }
            }
            return source;
        }

        List<String> parametersOf(String method) {
            return methods.get(method).getParameters().stream().map(p -> p.getName().toString()).toList();
        }
    }

    /// What a SIMD loop does: what it computes before and inside, and the expressions to store.
    private abstract static class Steps {

        final List<String> before = new ArrayList<>();
        final List<String> inside = new ArrayList<>();
        final List<String> results = new ArrayList<>();
        private final Set<String> names;

        Steps(Set<String> names) {
            this.names = names;
        }

        /// A name not taken yet: the one wished for, or that with a number.
        final String name(String wish) {
            String name = wish;
            for (int suffix = 2; !names.add(name); suffix++) {
                name = wish + suffix;
            }
            return name;
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

    /// Vector code with the calls of its own class's methods replaced by their steps.
    private static final class Flattening extends Steps {

        private final Source source;
        private final Map<String, String> known = new HashMap<>();

        Flattening(Source source, Loop loop) {
            super(loop.names());
            this.source = source;
        }

        /// Adds the steps of a method of the loop's `x`; its result is to be called `name`.
        void add(String name, String method) {
            results.add(named("FloatVector", name, call(source.methods.get(method), List.of("x"))));
        }

        private String call(MethodTree method, List<String> arguments) {
            Map<String, String> scope = new HashMap<>();
            for (int p = 0; p < arguments.size(); p++) {
                VariableTree parameter = method.getParameters().get(p);
                String name = parameter.getName().toString();
                scope.put(name, named(parameter.getType().toString(), name, arguments.get(p)));
            }
            Map<String, String> types = new HashMap<>();
            for (StatementTree statement : method.getBody().getStatements()) {
                switch (statement) {
                    case VariableTree variable -> {
                        String name = variable.getName().toString();
                        types.put(name, variable.getType().toString());
                        scope.put(name, named(types.get(name), name, flat(variable.getInitializer(), scope)));
                    }
                    case ExpressionStatementTree next -> {
                        AssignmentTree assignment = (AssignmentTree) next.getExpression();
                        String name = assignment.getVariable().toString();
                        String type = types.getOrDefault(name, "FloatVector");
                        scope.put(name, named(type, name, flat(assignment.getExpression(), scope)));
                    }
                    case ReturnTree result -> {
                        return flat(result.getExpression(), scope);
                    }
                    default -> throw new IllegalArgumentException(method.getName() + ": " + statement);
                }
            }
            throw new IllegalArgumentException(method.getName() + " returns nothing");
        }

        private String named(String type, String wish, String expression) {
            if (expression.matches("[\\w.+*/ -]+")) {
                return expression; // A name or a constant.
            }
            return known.computeIfAbsent(expression, text -> {
                String name = name(wish);
                inside.add(type + " " + name + " = " + text + ";");
                return name;
            });
        }

        private String flat(ExpressionTree tree, Map<String, String> scope) {
            return switch (tree) {
                case ParenthesizedTree inner -> "(" + flat(inner.getExpression(), scope) + ")";
                case IdentifierTree identifier ->
                        scope.getOrDefault(identifier.getName().toString(), identifier.getName().toString());
                case LiteralTree literal -> literalText(literal);
                case MemberSelectTree select -> flat(select.getExpression(), scope) + "." + select.getIdentifier();
                case UnaryTree negation when negation.getKind() == Tree.Kind.UNARY_MINUS ->
                        "-" + flat(negation.getExpression(), scope);
                case BinaryTree binary -> flat(binary.getLeftOperand(), scope) + " " + operator(binary) + " "
                        + flat(binary.getRightOperand(), scope);
                case TypeCastTree cast -> "(" + cast.getType() + ") " + flat(cast.getExpression(), scope);
                case MethodInvocationTree call -> invoke(call, scope);
                default -> throw new IllegalArgumentException("cannot flatten " + tree);
            };
        }

        private String invoke(MethodInvocationTree call, Map<String, String> scope) {
            List<String> arguments = call.getArguments().stream().map(argument -> flat(argument, scope)).toList();
            if (call.getMethodSelect() instanceof IdentifierTree own) {
                String result = call(source.methods.get(own.getName().toString()), arguments);
                return result.startsWith("(") ? "(" + result + ")" : result;
            }
            return flat((ExpressionTree) call.getMethodSelect(), scope) + "(" + String.join(", ", arguments) + ")";
        }

        private static String operator(BinaryTree tree) {
            return switch (tree.getKind()) {
                case PLUS -> "+";
                case MINUS -> "-";
                case MULTIPLY -> "*";
                case DIVIDE -> "/";
                default -> throw new IllegalArgumentException("cannot flatten " + tree);
            };
        }
    }

    /// What an expression is: a Java expression as text, and whether it is a vector, a mask, or the same in all lanes.
    private record Value(String text, Kind kind) {

        private enum Kind { UNIFORM, UNIFORM_BITS, VECTOR, BITS, MASK }

        boolean isUniform() {
            return kind == Kind.UNIFORM || kind == Kind.UNIFORM_BITS;
        }
    }

    /// Scalar formulas as vector code.
    private static final class Translation extends Steps {

        private final Source source;
        private final List<String> parameters;
        private final Map<String, Value> known = new HashMap<>();

        Translation(Source source, Loop loop) {
            super(loop.names());
            this.source = source;
            parameters = loop.parameters;
        }

        /// Adds the steps of a formula of the loop's `x`; its result is to be called `name`.
        void add(String name, String formula) {
            List<Value> arguments = new ArrayList<>();
            arguments.add(new Value("x", Value.Kind.VECTOR));
            parameters.forEach(parameter -> arguments.add(new Value(parameter, Value.Kind.UNIFORM)));
            Value value = call(formula, arguments);
            results.add(vector(value.isUniform() ? value : named(name, value)));
        }

        private Value call(String formula, List<Value> arguments) {
            MethodTree method = source.methods.get(formula);
            if (method == null) {
                throw new IllegalArgumentException("no formula " + formula);
            }
            Map<String, Value> scope = new HashMap<>();
            for (int p = 0; p < arguments.size(); p++) {
                String name = method.getParameters().get(p).getName().toString();
                scope.put(name, named(name, arguments.get(p)));
            }
            for (StatementTree statement : method.getBody().getStatements()) {
                switch (statement) {
                    case VariableTree variable -> {
                        String name = variable.getName().toString();
                        scope.put(name, named(name, translate(variable.getInitializer(), scope)));
                    }
                    case ExpressionStatementTree next -> {
                        AssignmentTree assignment = (AssignmentTree) next.getExpression();
                        String name = assignment.getVariable().toString();
                        scope.put(name, named(name, translate(assignment.getExpression(), scope)));
                    }
                    case ReturnTree result -> {
                        return translate(result.getExpression(), scope);
                    }
                    default -> throw new IllegalArgumentException(formula + ": " + statement);
                }
            }
            throw new IllegalArgumentException(formula + " returns nothing");
        }

        /// A variable for a value, or the one that already holds it.
        private Value named(String wish, Value value) {
            if (value.text.matches("\\w+|-?[\\w.]+f|-?ScalarFormulas\\.\\w+")) {
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
                String initial = value.kind == Value.Kind.UNIFORM && text.startsWith("(") && text.endsWith(")")
                        && text.indexOf(')') == text.length() - 1 ? text.substring(1, text.length() - 1) : text;
                (value.isUniform() ? before : inside).add(type + name + " = " + initial + ";");
                return new Value(name, value.kind);
            });
        }

        /// The value as a vector expression; what is uniform is broadcast before the loop.
        private String vector(Value value) {
            if (value.kind == Value.Kind.VECTOR) {
                return value.text;
            }
            return known.computeIfAbsent("broadcast " + value.text, key -> {
                String wish = value.text.matches("\\w+") ? "all" + Character.toUpperCase(value.text.charAt(0))
                        + value.text.substring(1) : broadcastName(value.text);
                String name = name(wish);
                before.add("FloatVector " + name + " = FloatVector.broadcast(SPECIES, " + value.text + ");");
                return new Value(name, Value.Kind.VECTOR);
            }).text;
        }

        private static String broadcastName(String text) {
            String constant = text.startsWith("-") ? "minus_" + text.substring(1) : text;
            String[] words = constant.replace("ScalarFormulas.", "").toLowerCase().split("_");
            StringBuilder name = new StringBuilder(words[0]);
            for (int w = 1; w < words.length; w++) {
                name.append(Character.toUpperCase(words[w].charAt(0))).append(words[w].substring(1));
            }
            return name.toString().matches("[a-z][a-zA-Z0-9]*") ? name.toString() : "constant";
        }

        private Value translate(ExpressionTree expression, Map<String, Value> scope) {
            return switch (expression) {
                case ParenthesizedTree inner -> translate(inner.getExpression(), scope);
                case LiteralTree literal -> new Value(literalText(literal), Value.Kind.UNIFORM);
                case IdentifierTree identifier -> identifier(identifier.getName().toString(), scope);
                case MemberSelectTree constant -> new Value(constant.toString(),
                        constant.toString().startsWith("Integer.") ? Value.Kind.UNIFORM_BITS : Value.Kind.UNIFORM);
                case TypeCastTree cast -> translate(cast.getExpression(), scope);
                case UnaryTree negation -> negate(translate(negation.getExpression(), scope));
                case BinaryTree binary -> binary(binary, scope);
                case ConditionalExpressionTree conditional -> conditional(conditional, scope);
                case MethodInvocationTree call -> invoke(call, scope);
                default -> throw new IllegalArgumentException("cannot translate " + expression);
            };
        }

        private Value identifier(String name, Map<String, Value> scope) {
            if (scope.containsKey(name)) {
                return scope.get(name);
            }
            if (source.constants.contains(name)) {
                return new Value("ScalarFormulas." + name, Value.Kind.UNIFORM);
            }
            throw new IllegalArgumentException("unknown name " + name);
        }

        private Value negate(Value value) {
            return value.isUniform() ? new Value("-" + value.text, value.kind)
                    : new Value(value.text + ".neg()", value.kind);
        }

        private Value binary(BinaryTree tree, Map<String, Value> scope) {
            Value left = translate(tree.getLeftOperand(), scope);
            Value right = translate(tree.getRightOperand(), scope);
            return switch (tree.getKind()) {
                case PLUS -> arithmetic("add", "+", left, right);
                case MINUS -> arithmetic("sub", "-", left, right);
                case MULTIPLY -> arithmetic("mul", "*", left, right);
                case DIVIDE -> arithmetic("div", "/", left, right);
                case LEFT_SHIFT -> bits("LSHL", left, right);
                case OR -> bits("OR", left, right);
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
            boolean commutes = operation.equals("add") || operation.equals("mul");
            if (left.isUniform() && commutes) {
                return new Value(right.text + "." + operation + "(" + uniform(left) + ")", Value.Kind.VECTOR);
            }
            String argument = right.isUniform() ? uniform(right) : right.text;
            return new Value(vector(left) + "." + operation + "(" + argument + ")", Value.Kind.VECTOR);
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
            return named(switch (relation) {
                case "LT" -> "below";
                case "LE" -> "atMost";
                case "GT" -> "above";
                default -> "atLeast";
            }, mask);
        }

        private Value conditional(ConditionalExpressionTree tree, Map<String, Value> scope) {
            Value condition = translate(tree.getCondition(), scope);
            Value yes = translate(tree.getTrueExpression(), scope);
            Value no = translate(tree.getFalseExpression(), scope);
            return new Value(vector(no) + ".blend(" + (yes.isUniform() ? uniform(yes) : yes.text) + ", "
                    + condition.text + ")", Value.Kind.VECTOR);
        }

        private Value invoke(MethodInvocationTree tree, Map<String, Value> scope) {
            List<Value> arguments = new ArrayList<>();
            tree.getArguments().forEach(argument -> arguments.add(translate(argument, scope)));
            String method = tree.getMethodSelect().toString();
            if (!method.contains(".")) {
                return call(method, arguments);
            }
            if (arguments.stream().allMatch(Value::isUniform)) {
                return new Value(method + "(" + arguments.stream().map(Value::text).collect(Collectors.joining(", "))
                        + ")", Value.Kind.UNIFORM);
            }
            return switch (method) {
                case "Math.fma" -> fma(arguments.get(0), arguments.get(1), arguments.get(2));
                case "Math.abs" -> new Value(arguments.getFirst().text + ".abs()", Value.Kind.VECTOR);
                case "Math.sqrt" -> new Value(arguments.getFirst().text + ".sqrt()", Value.Kind.VECTOR);
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
            return new Value(vector(first) + ".fma(" + vector(second) + ", " + vector(c) + ")", Value.Kind.VECTOR);
        }

        /// The sign bit of one, the rest of the other: as exclusive ors, which AVX-512 has in one instruction.
        private Value copySign(Value magnitude, Value sign) {
            String bits = named("bits", new Value(magnitude.text + ".reinterpretAsInts()", Value.Kind.BITS)).text;
            return new Value(bits + ".lanewise(VectorOperators.XOR, " + bits + ".lanewise(VectorOperators.XOR, "
                    + sign.text + ".reinterpretAsInts()).lanewise(VectorOperators.AND, Integer.MIN_VALUE))"
                    + ".reinterpretAsFloats()", Value.Kind.VECTOR);
        }
    }
}
