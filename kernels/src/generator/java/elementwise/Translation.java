// SPDX-License-Identifier: Apache-2.0
package elementwise;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
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
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.tree.VariableTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Scalar formulas as vector code: the statements before a loop and inside it, and the expressions to store.
final class Translation {

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
        this(formulas, "FloatVector.broadcast(SPECIES, ", loop.names(), loop.parameters());
    }

    /// Adds the steps of a formula of `x`; its result is to be called `name`.
    void add(String name, String formula) {
        List<Value> arguments = new ArrayList<>();
        arguments.add(new Value("x", Value.Kind.VECTOR));
        parameters.forEach(parameter -> arguments.add(new Value(parameter, Value.Kind.UNIFORM)));
        Value value = call(formulas.sources()[0], formula, arguments);
        results.add(vector(value.isUniform() || broadcast.startsWith("x.") ? value : named(name, value)));
    }

    private Value call(FormulaSource source, String formula, List<Value> arguments) {
        MethodTree method = source.methods().get(formula);
        if (method == null) {
            throw new IllegalArgumentException("no formula " + formula);
        }
        Scope scope = new Scope(source, new HashMap<>());
        Map<String, String> types = new HashMap<>();
        for (int p = 0; p < arguments.size(); p++) {
            String name = method.getParameters().get(p).getName().toString();
            scope.names().put(name, named(name, arguments.get(p)));
        }
        for (StatementTree statement : method.getBody().getStatements()) {
            switch (statement) {
                case VariableTree variable -> {
                    String name = variable.getName().toString();
                    types.put(name, variable.getType().toString());
                    scope.names().put(name, assigned(types.get(name), name, variable.getInitializer(), scope));
                }
                case ExpressionStatementTree next -> {
                    AssignmentTree assignment = (AssignmentTree) next.getExpression();
                    String name = assignment.getVariable().toString();
                    scope.names().put(name, assigned(types.get(name), name, assignment.getExpression(), scope));
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
        if (value.kind() == Value.Kind.BITS && type.equals("float")) {
            value = new Value("((FloatVector) " + value.text() + ".convert(VectorOperators.I2F, 0))",
                    Value.Kind.VECTOR);
        }
        return named(name, value);
    }

    /// An unused name: `wish`, or `wish` with a number.
    private String name(String wish) {
        String name = wish;
        for (int suffix = 2; !names.add(name); suffix++) {
            name = wish + suffix;
        }
        return name;
    }

    /// A variable for a value, or the one that already holds it.
    private Value named(String wish, Value value) {
        if (value.text().matches("\\w+|-?[\\w.]+f|-?\\w+\\.[A-Z_0-9]+|Float.NaN")) {
            return value;
        }
        return known.computeIfAbsent(value.text(), text -> {
            String name = name(wish);
            String type = switch (value.kind()) {
                case UNIFORM -> "float ";
                case UNIFORM_BITS -> "int ";
                case VECTOR -> "FloatVector ";
                case BITS -> "IntVector ";
                case MASK -> "VectorMask<Float> ";
            };
            boolean wrapped = text.startsWith("(") && text.endsWith(")") && closes(text) == text.length() - 1;
            String initial = wrapped ? text.substring(1, text.length() - 1) : text;
            (value.isUniform() ? before : inside).add(type + name + " = " + initial + ";");
            return new Value(name, value.kind());
        });
    }

    /// Index of the parenthesis that closes the one at the text's start.
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
        if (value.kind() == Value.Kind.VECTOR) {
            return value.text();
        }
        if (broadcast.startsWith("x.")) {
            return broadcast + value.text() + ")";
        }
        Value uniform = named("uniform", value);
        return known.computeIfAbsent("broadcast " + uniform.text(), key -> {
            String wish = uniform.text().matches("\\w+") ? "all" + Character.toUpperCase(uniform.text().charAt(0))
                    + uniform.text().substring(1) : broadcastName(uniform.text());
            String name = name(wish);
            before.add("FloatVector " + name + " = " + broadcast + uniform.text() + ");");
            return new Value(name, Value.Kind.VECTOR);
        }).text();
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
        if (scope.names().containsKey(name)) {
            return scope.names().get(name);
        }
        if (scope.source().constants().containsKey(name)) {
            return constant(scope.source(), name);
        }
        throw new IllegalArgumentException("unknown name " + name);
    }

    private Value constant(MemberSelectTree select) {
        FormulaSource source = formulas.source(select.getExpression().toString());
        if (source != null) {
            return constant(source, select.getIdentifier().toString());
        }
        return new Value(select.toString(),
                select.toString().startsWith("Integer.") ? Value.Kind.UNIFORM_BITS : Value.Kind.UNIFORM);
    }

    private static Value constant(FormulaSource source, String name) {
        return new Value(source.name() + "." + name,
                source.constants().get(name).equals("int") ? Value.Kind.UNIFORM_BITS : Value.Kind.UNIFORM);
    }

    private Value negate(Value value) {
        return value.isUniform() ? new Value("-" + value.text(), value.kind())
                : new Value(value.text() + ".neg()", value.kind());
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
            return new Value("(" + left.text() + " " + operator + " " + right.text() + ")", left.kind());
        }
        if (operation.equals("mul") && (left.text().equals("1f") || right.text().equals("1f"))) {
            return left.text().equals("1f") ? right : left;
        }
        Value.Kind kind = left.kind() == Value.Kind.BITS || right.kind() == Value.Kind.BITS ? Value.Kind.BITS
                : Value.Kind.VECTOR;
        boolean commutes = operation.equals("add") || operation.equals("mul");
        if (left.isUniform() && commutes) {
            return new Value(right.text() + "." + operation + "(" + uniform(left) + ")", kind);
        }
        String argument = right.isUniform() ? uniform(right) : right.text();
        String receiver = kind == Value.Kind.BITS ? left.text() : vector(left);
        return new Value(receiver + "." + operation + "(" + argument + ")", kind);
    }

    /// A uniform operand, computed before the loop if it is more than a name.
    private String uniform(Value value) {
        return named("uniform", value).text();
    }

    private Value bits(String operation, Value left, Value right) {
        return new Value(left.text() + ".lanewise(VectorOperators." + operation + ", " + right.text() + ")",
                Value.Kind.BITS);
    }

    private Value compare(String relation, Value left, Value right) {
        Value mask = new Value(left.text() + ".compare(VectorOperators." + relation + ", "
                + (right.isUniform() ? uniform(right) : right.text()) + ")", Value.Kind.MASK);
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
        return new Value(vector(no) + ".blend(" + (yes.isUniform() ? uniform(yes) : yes.text()) + ", "
                + condition.text() + ")", Value.Kind.VECTOR);
    }

    private Value invoke(MethodInvocationTree tree, Scope scope) {
        List<Value> arguments = new ArrayList<>();
        tree.getArguments().forEach(argument -> arguments.add(translate(argument, scope)));
        if (tree.getMethodSelect() instanceof IdentifierTree own) {
            return call(scope.source(), own.getName().toString(), arguments);
        }
        MemberSelectTree select = (MemberSelectTree) tree.getMethodSelect();
        FormulaSource source = formulas.source(select.getExpression().toString());
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
            case "Math.abs" -> new Value(arguments.getFirst().text() + ".abs()", Value.Kind.VECTOR);
            case "Math.sqrt" -> new Value(arguments.getFirst().text() + ".sqrt()", Value.Kind.VECTOR);
            case "Math.min" -> new Value(arguments.get(0).text() + ".min(" + arguments.get(1).text() + ")",
                    Value.Kind.BITS);
            case "Math.copySign" -> copySign(arguments.get(0), arguments.get(1));
            case "Float.floatToRawIntBits" ->
                    new Value(arguments.getFirst().text() + ".reinterpretAsInts()", Value.Kind.BITS);
            case "Float.intBitsToFloat" ->
                    new Value(arguments.getFirst().text() + ".reinterpretAsFloats()", Value.Kind.VECTOR);
            default -> throw new IllegalArgumentException("cannot translate " + tree);
        };
    }

    private Value fma(Value a, Value b, Value c) {
        Value first = a.isUniform() && !b.isUniform() ? b : a;
        Value second = first == a ? b : a;
        if (second.text().equals("1f")) {
            return arithmetic("add", "+", first, c);
        }
        boolean bothUniform = broadcast.startsWith("x.") && second.isUniform() && c.isUniform();
        return new Value(vector(first) + ".fma(" + (bothUniform ? second.text() + ", " + c.text()
                : vector(second) + ", " + vector(c)) + ")", Value.Kind.VECTOR);
    }

    /// The sign bit of one, the rest of the other: as exclusive ors, which AVX-512 has in one instruction.
    private Value copySign(Value magnitude, Value sign) {
        String bits = named("bits", new Value(magnitude.text() + ".reinterpretAsInts()", Value.Kind.BITS)).text();
        return new Value(bits + ".lanewise(VectorOperators.XOR, " + bits + ".lanewise(VectorOperators.XOR, "
                + sign.text() + ".reinterpretAsInts()).lanewise(VectorOperators.AND, Integer.MIN_VALUE))"
                + ".reinterpretAsFloats()", Value.Kind.VECTOR);
    }

    private static String literalText(LiteralTree literal) {
        if (!(literal.getValue() instanceof Float value)) {
            return String.valueOf(literal.getValue());
        }
        return value == Math.rint(value) && Math.abs(value) < 1e6f ? (int) (float) value + "f"
                : value >= 0x1p20f || value < 1e-3f ? Float.toHexString(value) + "f" : value + "f";
    }
}
