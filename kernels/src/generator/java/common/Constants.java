// SPDX-License-Identifier: Apache-2.0
package common;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.VariableTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/// The integer constants of a library class: values that a generator and the callers of its output share are defined
/// there only.
///
/// @param type the class's simple name
/// @param values each constant's value
public record Constants(String type, Map<String, Integer> values) {

    /// Reads a source file.
    public static Constants read(Path file) {
        try {
            ClassTree type = (ClassTree) Sources.parse(file).getTypeDecls().getFirst();
            return new Constants(type.getSimpleName().toString(), type.getMembers().stream()
                    .filter(VariableTree.class::isInstance).map(VariableTree.class::cast)
                    .filter(field -> field.getInitializer() instanceof LiteralTree literal
                            && literal.getValue() instanceof Integer)
                    .collect(Collectors.toMap(field -> field.getName().toString(),
                            field -> (Integer) ((LiteralTree) field.getInitializer()).getValue())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A constant's value.
    public int get(String name) {
        Integer value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(type + " has no constant " + name);
        }
        return value;
    }
}
