// SPDX-License-Identifier: Apache-2.0
package elementwise;

import common.Lines;
import common.Output;
import common.Sources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Writes the vector code of the elementwise formulas and the loops of both twins.
///
/// For each pair of methods `f(x, parameters…)` and `fDerivative(x, parameters…)` in `ScalarFormulas` it writes two
/// classes, `ScalarF` and `VectorF`, each with the passes value, valueAndDerivative and backward; for each constant `F`
/// of `Function` two classes with the loop that applies the method `f` of `ScalarMath` to an array; and `VectorMath`,
/// for loops written by hand, with those methods for a vector. The scalar loops call the formulas; the vector code
/// holds their steps, translated one by one. `ScalarPasses` and `VectorPasses` choose among them.
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

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: java GenerateElementwisePasses.java <output directory>");
            System.exit(2);
        }
        Path sources = Sources.folder().resolve("org/lanewise/kernels");
        Output output = new Output(Path.of(arguments[0]));
        FormulaSource math = FormulaSource.read(sources.resolve("internal/formula/ScalarMath.java"));
        FormulaSource formulas = FormulaSource.read(sources.resolve("internal/activation/ScalarFormulas.java"));
        FormulaSource functions = FormulaSource.read(sources.resolve("math/Function.java"));
        FormulaSource records = FormulaSource.read(sources.resolve("activation/Activation.java"));
        activations(formulas, new Formulas(formulas, math), output);
        new ActivationDispatch(records, formulas).write(output);
        functions(functions.constants().keySet(), new Formulas(math), output);
        output.deleteStale();
    }

    private static void activations(FormulaSource formulas, Formulas all, Output output) throws IOException {
        for (String formula : formulas.pairs()) {
            List<String> parameters = formulas.parametersBesideX(formula);
            String reference = "passes of [ScalarFormulas#" + formula + "]";
            FormulaClass scalar = new FormulaClass("activation", "Scalar", formula, "scalar " + reference);
            FormulaClass vector = new FormulaClass("activation", "Vector", formula, "SIMD " + reference);
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

    private static void functions(Set<String> constants, Formulas math, Output output) throws IOException {
        FormulaClass vectorMath = new FormulaClass("formula", "Vector", "math",
                "vector code of [ScalarMath]: each lane has its bits");
        for (String constant : constants) {
            String function = constant.toLowerCase();
            Loop loop = new Loop("apply", "y = " + function + "(x)", List.of("x"), List.of("y"), List.of());
            FormulaClass scalar = new FormulaClass("math", "Scalar", function, "loop of [ScalarMath#" + function + "]");
            scalar.add(loop.scalar(List.of("ScalarMath." + function + "(x)")));
            scalar.write(output);
            Translation steps = new Translation(math, loop);
            steps.add("y", function);
            FormulaClass vector = new FormulaClass("math", "Vector", function,
                    "SIMD loop of [ScalarMath#" + function + "]");
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
        steps.before.forEach(line -> out.append(Lines.wrapped("        ", line)));
        steps.inside.forEach(line -> out.append(Lines.wrapped("        ", line)));
        return out.append(Lines.wrapped("        ", "return " + steps.results.getFirst() + ";")).append("    }\n")
                .toString();
    }
}
