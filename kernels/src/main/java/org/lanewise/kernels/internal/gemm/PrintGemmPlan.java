// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import java.util.List;
import java.util.Set;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;

/// Prints the plan of a product, for this machine or for the target that `-Dlanewise.gemm.target` names, and multiplies
/// nothing: `PrintGemmPlan ROWS DEPTH COLUMNS`, and any of `a-transposed`, `b-transposed`, `accumulate`, `packed`.
final class PrintGemmPlan {

    private static final Set<String> OPTIONS = Set.of("a-transposed", "b-transposed", "accumulate", "packed");

    private PrintGemmPlan() {
    }

    public static void main(String[] arguments) {
        List<String> all = List.of(arguments);
        if (all.size() < 3 || !OPTIONS.containsAll(all.subList(3, all.size()))) {
            throw new IllegalArgumentException("usage: PrintGemmPlan ROWS DEPTH COLUMNS " + OPTIONS);
        }
        List<String> options = all.subList(3, all.size());
        System.out.println(plan(GemmTarget.HERE.blocks(), Integer.parseInt(all.get(0)), Integer.parseInt(all.get(1)),
                Integer.parseInt(all.get(2)), options));
    }

    /// The plan of a product of contiguous matrices.
    static GemmPlan plan(GemmBlocks blocks, int rows, int depth, int columns, List<String> options) {
        Matrix a = options.contains("a-transposed") ? Matrix.zeros(depth, rows).transposed()
                : Matrix.zeros(rows, depth);
        Matrix b = options.contains("b-transposed") ? Matrix.zeros(columns, depth).transposed()
                : Matrix.zeros(depth, columns);
        Matrix c = Matrix.zeros(rows, columns);
        Epilogue epilogue = options.contains("accumulate") ? Epilogue.ACCUMULATE : Epilogue.OVERWRITE;
        GemmPlan plan = new GemmPlan(blocks);
        if (options.contains("packed")) {
            plan.planPacked(a, c, epilogue);
        } else {
            plan.plan(a, b, c, epilogue);
        }
        return plan;
    }
}
