// SPDX-License-Identifier: Apache-2.0
package elementwise;

import java.util.Map;

/// Resolves names: a method's variables, and the constants and methods of its class.
record Scope(FormulaSource source, Map<String, Value> names) {
}
