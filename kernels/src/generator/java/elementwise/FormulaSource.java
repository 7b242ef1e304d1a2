// SPDX-License-Identifier: Apache-2.0
package elementwise;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import common.Sources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.Modifier;

/// A parsed source file: its methods, its constants with their types, and the components of its records.
record FormulaSource(String name, Map<String, MethodTree> methods, Map<String, String> constants,
        Map<String, List<String>> records) {

    static FormulaSource read(Path file) throws IOException {
        ClassTree type = (ClassTree) Sources.parse(file).getTypeDecls().getFirst();
        FormulaSource source = new FormulaSource(type.getSimpleName().toString(), new LinkedHashMap<>(),
                new LinkedHashMap<>(), new LinkedHashMap<>());
        for (Tree member : type.getMembers()) {
            if (member instanceof MethodTree method) {
                source.methods.put(method.getName().toString(), method);
            } else if (member instanceof VariableTree constant) {
                source.constants.put(constant.getName().toString(), String.valueOf(constant.getType()));
            } else if (member instanceof ClassTree inner && inner.getKind() == Tree.Kind.RECORD) {
                source.records.put(inner.getSimpleName().toString(), componentsOf(inner));
            }
        }
        return source;
    }

    List<String> parametersOf(String method) {
        return methods.get(method).getParameters().stream().map(p -> p.getName().toString()).toList();
    }

    /// A record's components are its fields that are not static.
    private static List<String> componentsOf(ClassTree type) {
        return type.getMembers().stream().filter(VariableTree.class::isInstance).map(VariableTree.class::cast)
                .filter(field -> !field.getModifiers().getFlags().contains(Modifier.STATIC))
                .map(field -> field.getName().toString()).toList();
    }

    /// Formulas that have a derivative.
    List<String> pairs() {
        return methods.keySet().stream().filter(formula -> methods.containsKey(formula + "Derivative")).toList();
    }

    /// A formula's parameters but the first.
    List<String> parametersBesideX(String formula) {
        return parametersOf(formula).subList(1, parametersOf(formula).size());
    }

    /// What a formula's annotation says that it computes; the record of its own name if there is none.
    List<String> computedBy(String formula) {
        for (AnnotationTree annotation : methods.get(formula).getModifiers().getAnnotations()) {
            if (annotation.getAnnotationType().toString().equals("Computes")) {
                ExpressionTree value = annotation.getArguments().getFirst();
                List<? extends ExpressionTree> cases = value instanceof NewArrayTree array ? array.getInitializers()
                        : List.of(value);
                return cases.stream().map(one -> (String) ((LiteralTree) one).getValue()).toList();
            }
        }
        return List.of(Character.toUpperCase(formula.charAt(0)) + formula.substring(1));
    }
}
