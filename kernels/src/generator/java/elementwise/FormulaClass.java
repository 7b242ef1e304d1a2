// SPDX-License-Identifier: Apache-2.0
package elementwise;

import common.Output;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A class being written.
final class FormulaClass {

    static final String PACKAGE = "org.lanewise.kernels.internal.";

    private final String family;
    private final String name;
    private final String meaning;
    private final StringBuilder members = new StringBuilder();
    private final List<String> imports = new ArrayList<>(List.of("jdk.incubator.vector.FloatVector",
            "jdk.incubator.vector.IntVector", "jdk.incubator.vector.VectorMask",
            "jdk.incubator.vector.VectorOperators", "jdk.incubator.vector.VectorSpecies",
            PACKAGE + "formula.ScalarMath", PACKAGE + "lanes.Species"));

    FormulaClass(String family, String prefix, String formula, String meaning) {
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

    void write(Output output) throws IOException {
        String text = members.toString();
        String used = imports.stream()
                .filter(type -> text.matches("(?s).*\\b" + type.replaceAll(".*\\.", "") + "\\b.*"))
                .sorted().map(type -> "import " + type + ";\n").collect(Collectors.joining());
        output.write(PACKAGE + family + "." + name, """
                // SPDX-License-Identifier: Apache-2.0
                package %s%s;

                %s/// The %s. Generated; that is the source.
                %sfinal class %s {

                %s}
                """.formatted(PACKAGE, family, used.isEmpty() ? "" : used + "\n", meaning,
                family.equals("formula") ? "public " : "", name, text));
    }
}
