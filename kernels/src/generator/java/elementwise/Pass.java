// SPDX-License-Identifier: Apache-2.0
package elementwise;

import java.util.List;

/// The passes over an activation, each with what it reads and stores.
enum Pass {
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
