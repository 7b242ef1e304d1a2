// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.optimizer.Optimizer;

/// What a checkpoint belongs to, as text: one line for each thing that must be the same when training resumes. Class
/// weights are listed by value, so that a change of any is seen.
final class Origin {

    private Origin() {
    }

    static String of(Network network, Objective objective, Optimizer optimizer) {
        List<String> lines = new ArrayList<>();
        lines.add("arithmetic: " + Kernels.ARITHMETIC);
        lines.add("inputs: " + network.inputs());
        for (int index = 0; index < network.layers().size(); index++) {
            lines.add("layer " + index + ": " + network.layers().get(index));
        }
        lines.add("seed of the initial weights: " + network.seed());
        lines.add("optimizer: " + optimizer);
        switch (objective) {
            case Objective.Regression regression -> lines.add("objective: " + regression);
            case Objective.Classification classification -> {
                lines.add("objective: Classification[reduction=" + classification.options().reduction()
                        + ", labelSmoothing=" + classification.options().labelSmoothing() + "]");
                addWeights(lines, classification.options().classWeights());
            }
        }
        return String.join("\n", lines);
    }

    private static void addWeights(List<String> lines, Matrix weights) {
        if (weights == null) {
            lines.add("class weights: none");
            return;
        }
        for (int j = 0; j < weights.columns(); j++) {
            lines.add("weight of class " + j + ": " + weights.get(0, j));
        }
    }

    /// @throws IllegalArgumentException if the checkpoint belongs to something else, naming the first difference
    static void checkSame(String checkpoint, String trainer) {
        if (checkpoint.equals(trainer)) {
            return;
        }
        String[] saved = checkpoint.split("\n", -1);
        String[] own = trainer.split("\n", -1);
        int line = 0;
        while (line < Math.min(saved.length, own.length) && saved[line].equals(own[line])) {
            line++;
        }
        throw new IllegalArgumentException("trainer: the checkpoint has " + line(saved, line) + "; the trainer has "
                + line(own, line) + "; they must be the same");
    }

    private static String line(String[] lines, int index) {
        return index < lines.length ? "\"" + lines[index] + "\"" : "nothing more";
    }
}
