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
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// Writes the loops of the elementwise passes, scalar and SIMD, from the scalar formulas.
///
/// For each pair of methods `f(x, parameters…)` and `fDerivative(x, parameters…)` in a family's `ScalarFormulas` it
/// writes two classes, `ScalarF` and `VectorF`, each with the passes value, valueAndDerivative and backward. The scalar
/// loop calls the formula. The SIMD loop holds the formula's steps themselves, translated one by one, with all calls
/// between formulas resolved: C2 stops to inline ordinary methods into a loop of some 35 vector operations
/// (NodeCountInliningCutoff), and a vector that crosses a call is an object on the heap. A step that two formulas of
/// a pass have in common is written once.
///
/// Formulas are a small part of Java: local variables, + − * /, comparisons in conditional expressions, calls of other
/// formulas, and of `Math.fma`, `abs`, `sqrt`, `copySign` and the conversions between a float and its bits. Whatever
/// depends on parameters alone is computed before the loop.
///
/// Usage: `java GenerateElementwisePasses.java <output directory>`
public final class GenerateElementwisePasses {

    private static final String FAMILY = "org/lanewise/kernels/activation";

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: java GenerateElementwisePasses.java <output directory>");
            System.exit(2);
        }
        Path generator = Path.of(System.getProperty("jdk.launcher.sourcefile")).toAbsolutePath();
        Path source = generator.resolve("../../../main/java/" + FAMILY + "/ScalarFormulas.java").normalize();
        Path output = Files.createDirectories(Path.of(arguments[0], FAMILY));
        Formulas formulas = Formulas.read(source);
        for (String name : formulas.methods.keySet()) {
            if (formulas.methods.containsKey(name + "Derivative")) {
                String type = Character.toUpperCase(name.charAt(0)) + name.substring(1);
                write(output.resolve("Scalar" + type + ".java"), new ScalarWriter(formulas, name).write(type));
                write(output.resolve("Vector" + type + ".java"), new VectorWriter(formulas, name).write(type));
            }
        }
    }

    /// Leaves a file alone that is as it should be, so that nothing is compiled again without need.
    private static void write(Path file, String text) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.writeString(file, text);
        }
    }

    /// The parsed formulas of a family.
    private record Formulas(Map<String, MethodTree> methods, Map<String, String> constants) {

        static Formulas read(Path source) throws IOException {
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            var files = compiler.getStandardFileManager(null, null, null);
            var task = (JavacTask) compiler.getTask(null, files, null, null, null, files.getJavaFileObjects(source));
            CompilationUnitTree unit = task.parse().iterator().next();
            Map<String, MethodTree> methods = new LinkedHashMap<>();
            Map<String, String> constants = new LinkedHashMap<>();
            for (Tree member : ((ClassTree) unit.getTypeDecls().getFirst()).getMembers()) {
                if (member instanceof MethodTree method) {
                    methods.put(method.getName().toString(), method);
                } else if (member instanceof VariableTree constant) {
                    constants.put(constant.getName().toString(), constant.getInitializer().toString());
                }
            }
            return new Formulas(methods, constants);
        }

        List<String> parametersOf(String formula) {
            return methods.get(formula).getParameters().stream().skip(1).map(p -> p.getName().toString()).toList();
        }
    }

    /// One loop over arrays: which it reads, and what it stores where.
    private enum Pass {
        VALUE("value", "y = f(x)"),
        VALUE_AND_DERIVATIVE("valueAndDerivative", "y = f(x) and derivative = f'(x)"),
        BACKWARD("backward", "dx = dy · f'(x)");

        final String method;
        final String meaning;

        Pass(String method, String meaning) {
            this.method = method;
            this.meaning = meaning;
        }

        List<String> inputs() {
            return this == BACKWARD ? List.of("x", "dy") : List.of("x");
        }

        List<String> outputs() {
            return switch (this) {
                case VALUE -> List.of("y");
                case VALUE_AND_DERIVATIVE -> List.of("y", "derivative");
                case BACKWARD -> List.of("dx");
            };
        }

        /// The parameters of the pass's method, on as many lines as they take.
        String signature(List<String> parameters) {
            List<String> all = new ArrayList<>();
            for (String array : arrays()) {
                all.add("float[] " + array + "Data");
                all.add("int " + array + "Offset");
            }
            all.add("int n");
            parameters.forEach(p -> all.add("float " + p));
            return wrapped(all);
        }

        List<String> arrays() {
            List<String> arrays = new ArrayList<>(inputs());
            arrays.addAll(outputs());
            return arrays;
        }
    }

    private static String header(String type, String formula, String kind) {
        return """
                // SPDX-License-Identifier: Apache-2.0
                package %s;

                %s/// The %s passes of `ScalarFormulas.%s`. Generated; the formula is the source.
                final class %s {

                """.formatted(FAMILY.replace('/', '.'), kind.equals("SIMD") ? VectorWriter.IMPORTS : "", kind, formula,
                type);
    }

    /// Loops that call the formulas.
    private record ScalarWriter(Formulas formulas, String formula) {

        String write(String type) {
            StringBuilder out = new StringBuilder(header("Scalar" + type, formula, "scalar"));
            out.append("    private Scalar" + type + "() {\n    }\n");
            List<String> parameters = formulas.parametersOf(formula);
            for (Pass pass : Pass.values()) {
                String call = "(" + String.join(", ", concat("x", parameters)) + ")";
                String value = "ScalarFormulas." + formula + call;
                String derivative = "ScalarFormulas." + formula + "Derivative" + call;
                out.append("\n    /// " + pass.meaning + ".\n");
                out.append("    static void " + pass.method + "(" + pass.signature(parameters) + ") {\n");
                out.append("        for (int i = 0; i < n; i++) {\n");
                for (String input : pass.inputs()) {
                    out.append("            float " + input + " = " + input + "Data[" + input + "Offset + i];\n");
                }
                for (String output : pass.outputs()) {
                    String result = switch (output) {
                        case "y" -> value;
                        case "derivative" -> derivative;
                        default -> "dy * " + derivative;
                    };
                    out.append("            " + output + "Data[" + output + "Offset + i] = " + result + ";\n");
                }
                out.append("        }\n    }\n");
            }
            return out.append("}\n").toString();
        }
    }

    /// A list of parameters or arguments, broken where a line would grow past the page.
    private static String wrapped(List<String> items) {
        StringBuilder text = new StringBuilder();
        int column = 44;
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

    private static List<String> concat(String first, List<String> rest) {
        List<String> all = new ArrayList<>();
        all.add(first);
        all.addAll(rest);
        return all;
    }

    /// Loops that hold the formulas' steps on vectors: full vectors in one method, the rest under a mask in another, so
    /// that C2 compiles each by itself.
    private record VectorWriter(Formulas formulas, String formula) {

        static final String IMPORTS = """
                import jdk.incubator.vector.FloatVector;
                import jdk.incubator.vector.IntVector;
                import jdk.incubator.vector.VectorMask;
                import jdk.incubator.vector.VectorOperators;
                import jdk.incubator.vector.VectorSpecies;
                import org.lanewise.kernels.lanes.Species;

                """;

        String write(String type) {
            StringBuilder body = new StringBuilder();
            body.append("    private static final VectorSpecies<Float> SPECIES = Species.FLOAT;\n");
            body.append("    private static final int LANES = SPECIES.length();\n\n");
            body.append("    private Vector" + type + "() {\n    }\n");
            for (Pass pass : Pass.values()) {
                body.append(fullVectors(pass)).append(rest(pass));
            }
            String text = body.toString();
            String imports = IMPORTS.lines()
                    .filter(line -> line.isEmpty() || text.contains(line.replaceAll(".*\\.(\\w+);", "$1")))
                    .collect(Collectors.joining("\n", "", "\n"));
            return header("Vector" + type, formula, "SIMD").replace(IMPORTS, imports) + text + "}\n";
        }

        private String fullVectors(Pass pass) {
            List<String> parameters = formulas.parametersOf(formula);
            Steps steps = steps(pass);
            StringBuilder out = new StringBuilder();
            out.append("\n    /// " + pass.meaning + ".\n");
            out.append("    static void " + pass.method + "(" + pass.signature(parameters) + ") {\n");
            steps.before.forEach(line -> out.append("        " + line + "\n"));
            out.append("        int i = 0;\n");
            out.append("        for (int end = SPECIES.loopBound(n); i < end; i += LANES) {\n");
            for (String input : pass.inputs()) {
                out.append("            FloatVector " + input + " = FloatVector.fromArray(SPECIES, " + input + "Data, "
                        + input + "Offset + i);\n");
            }
            steps.inside.forEach(line -> out.append("            " + line + "\n"));
            for (int o = 0; o < pass.outputs().size(); o++) {
                String output = pass.outputs().get(o);
                out.append("            " + steps.results.get(o) + ".intoArray(" + output + "Data, " + output
                        + "Offset + i);\n");
            }
            out.append("        }\n        if (i < n) {\n            " + pass.method + "OfRest(");
            List<String> arguments = new ArrayList<>();
            for (String array : pass.arrays()) {
                arguments.add(array + "Data");
                arguments.add(array + "Offset + i");
            }
            arguments.add("n - i");
            arguments.addAll(parameters);
            return out.append(wrapped(arguments) + ");\n        }\n    }\n").toString();
        }

        private String rest(Pass pass) {
            Steps steps = steps(pass);
            StringBuilder out = new StringBuilder();
            out.append("\n    private static void " + pass.method + "OfRest("
                    + pass.signature(formulas.parametersOf(formula)) + ") {\n");
            steps.before.forEach(line -> out.append("        " + line + "\n"));
            out.append("        VectorMask<Float> rest = SPECIES.indexInRange(0, n);\n");
            for (String input : pass.inputs()) {
                out.append("        FloatVector " + input + " = FloatVector.fromArray(SPECIES, " + input + "Data, "
                        + input + "Offset, rest);\n");
            }
            steps.inside.forEach(line -> out.append("        " + line + "\n"));
            for (int o = 0; o < pass.outputs().size(); o++) {
                String output = pass.outputs().get(o);
                out.append("        " + steps.results.get(o) + ".intoArray(" + output + "Data, " + output
                        + "Offset, rest);\n");
            }
            return out.append("    }\n").toString();
        }

        private Steps steps(Pass pass) {
            Steps steps = new Steps(formulas, formulas.parametersOf(formula));
            switch (pass) {
                case VALUE -> steps.result("y", formula);
                case VALUE_AND_DERIVATIVE -> {
                    steps.result("y", formula);
                    steps.result("derivative", formula + "Derivative");
                }
                case BACKWARD -> {
                    steps.result("derivative", formula + "Derivative");
                    steps.results.set(0, "dy.mul(" + steps.results.getFirst() + ")");
                }
            }
            return steps;
        }
    }

    /// What an expression is: a Java expression as text, and whether it is a vector, a mask, or the same in all lanes.
    private record Value(String text, Kind kind) {

        private enum Kind { UNIFORM, UNIFORM_BITS, VECTOR, BITS, MASK }

        boolean isUniform() {
            return kind == Kind.UNIFORM || kind == Kind.UNIFORM_BITS;
        }
    }

    /// The steps of a pass: what is computed before the loop and inside, and the expressions to store.
    private static final class Steps {

        final List<String> before = new ArrayList<>();
        final List<String> inside = new ArrayList<>();
        final List<String> results = new ArrayList<>();
        private final Formulas formulas;
        private final Map<String, Value> known = new HashMap<>();
        private final Set<String> names;
        private final List<String> parameters;

        Steps(Formulas formulas, List<String> parameters) {
            this.formulas = formulas;
            this.parameters = parameters;
            names = new HashSet<>(parameters);
            names.addAll(List.of("x", "dy", "i", "n", "end", "rest", "xData", "yData", "dyData", "dxData"));
        }

        /// Adds the steps of a formula of the loop's `x`; its result is to be called `name`.
        void result(String name, String formula) {
            List<Value> arguments = new ArrayList<>();
            arguments.add(new Value("x", Value.Kind.VECTOR));
            parameters.forEach(p -> arguments.add(new Value(p, Value.Kind.UNIFORM)));
            Value value = call(formula, arguments);
            results.add(vector(value.isUniform() ? value : named(name, value)));
        }

        private Value call(String formula, List<Value> arguments) {
            MethodTree method = formulas.methods.get(formula);
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
                String name = wish;
                for (int suffix = 2; !names.add(name); suffix++) {
                    name = wish + suffix;
                }
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
                String name = wish;
                for (int suffix = 2; !names.add(name); suffix++) {
                    name = wish + suffix;
                }
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

        private static String literalText(LiteralTree literal) {
            if (!(literal.getValue() instanceof Float value)) {
                return String.valueOf(literal.getValue());
            }
            return value == Math.rint(value) && Math.abs(value) < 1e6f ? (int) (float) value + "f"
                    : value >= 0x1p20f || value < 1e-3f ? Float.toHexString(value) + "f" : value + "f";
        }

        private Value identifier(String name, Map<String, Value> scope) {
            if (scope.containsKey(name)) {
                return scope.get(name);
            }
            if (formulas.constants.containsKey(name)) {
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
