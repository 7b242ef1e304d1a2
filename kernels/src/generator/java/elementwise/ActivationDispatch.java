// SPDX-License-Identifier: Apache-2.0
package elementwise;

import common.Output;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Writes `ScalarPasses` and `VectorPasses`, which take an activation to the loops of its formula.
///
/// A formula computes the record of its name, with the record's components as its parameters, or what its annotation
/// `Computes` says: `"Sigmoid when beta == 1f && gamma == 1f"` is the record under a condition, which comes before the
/// record without. A record that no formula computes without a condition does not compile. Cases stand in the order of
/// the records, for the virtual machine tries one after the other: a few nanoseconds of a short call.
final class ActivationDispatch {

    private static final String CONDITION = " when ";

    private final FormulaSource records;
    private final FormulaSource formulas;

    /// @param records the activations
    ActivationDispatch(FormulaSource records, FormulaSource formulas) {
        this.records = records;
        this.formulas = formulas;
    }

    void write(Output output) throws IOException {
        for (String prefix : List.of("Scalar", "Vector")) {
            String methods = List.of(Pass.values()).stream().map(pass -> method(prefix, pass))
                    .collect(Collectors.joining("\n"));
            output.write(FormulaClass.PACKAGE + "activation." + prefix + "Passes", """
                    // SPDX-License-Identifier: Apache-2.0
                    package %1$sactivation;

                    import org.lanewise.kernels.activation.Activation;

                    /// The loops of each activation's formula. Generated; [ScalarFormulas] says which is whose.
                    final class %2$sPasses {

                        private %2$sPasses() {
                        }

                    %3$s}
                    """.formatted(FormulaClass.PACKAGE, prefix, methods));
        }
    }

    private String method(String prefix, Pass pass) {
        List<String> arrays = new ArrayList<>(pass.inputs);
        arrays.addAll(pass.outputs);
        String parameters = arrays.stream().map("float[] %1$sData, int %1$sOffset"::formatted)
                .collect(Collectors.joining(", "));
        String arguments = arrays.stream().map("%1$sData, %1$sOffset"::formatted).collect(Collectors.joining(", "));
        Map<String, List<String>> cases = new LinkedHashMap<>();
        records.records().keySet().forEach(name -> cases.put(name, new ArrayList<>()));
        for (String formula : formulas.pairs()) {
            String loop = prefix + Character.toUpperCase(formula.charAt(0)) + formula.substring(1);
            String values = formulas.parametersBesideX(formula).stream().map(value -> ", " + value)
                    .collect(Collectors.joining());
            for (String computed : formulas.computedBy(formula)) {
                String name = computed.split(CONDITION)[0];
                String condition = computed.substring(name.length());
                if (!cases.containsKey(name)) {
                    throw new IllegalArgumentException(formula + " computes " + name + ", which is no activation");
                }
                String components = records.records().get(name).stream().map(value -> "float " + value)
                        .collect(Collectors.joining(", "));
                cases.get(name).add(condition.isEmpty() ? cases.get(name).size() : 0, "            case Activation."
                        + name + "(" + components + ")" + condition + " ->\n                    " + loop + "."
                        + pass.method + "(" + arguments + ", n" + values + ");\n");
            }
        }
        return "    /// " + pass.meaning + ".\n    static void " + pass.method + "(Activation activation, " + parameters
                + ",\n            int n) {\n        switch (activation) {\n" + cases.values().stream()
                .flatMap(List::stream).collect(Collectors.joining()) + "        }\n    }\n";
    }
}
