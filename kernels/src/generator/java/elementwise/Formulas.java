// SPDX-License-Identifier: Apache-2.0
package elementwise;

/// Sources that may call each other's methods. Names without a class are the first one's.
record Formulas(FormulaSource... sources) {

    FormulaSource source(String name) {
        for (FormulaSource source : sources) {
            if (source.name().equals(name)) {
                return source;
            }
        }
        return null;
    }
}
