// SPDX-License-Identifier: Apache-2.0
package elementwise;

import common.Lines;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// One loop over arrays.
record Loop(String method, String meaning, List<String> inputs, List<String> outputs,
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
        steps.before.forEach(line -> out.append(Lines.wrapped("        ", line)));
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
        steps.before.forEach(line -> out.append(Lines.wrapped("        ", line)));
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
        steps.inside.forEach(line -> out.append(Lines.wrapped(indent, line)));
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
