// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.Objects;
import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.internal.check.Checks;

/// A frozen model: weights copied and packed once, batch norm by running statistics, no dropout.
///
/// Thread-safe. A row's result does not depend on the batch that it came in. After warm-up, calls of up to
/// [#ROWS_AT_ONCE] rows allocate nothing; larger ones are run in parts. That holds for up to 64 calls at a time whose
/// intermediate results take no more than [#IDLE_BYTES] together: so much is kept between calls, however many there
/// were at a time. What calls need beyond that is allocated for them and freed.
public final class Predictor {

    /// Most rows that go through the network at once.
    public static final int ROWS_AT_ONCE = 2048;

    /// Most bytes of intermediate results that a predictor keeps between calls, 64 MiB.
    public static final long IDLE_BYTES = 1L << 26;

    /// In the place of a class, where an output is NaN: such a row belongs to none.
    public static final int NO_CLASS = -1;

    private final Kernels kernels;
    private final int inputs;
    private final int outputs;
    private final PassPool passes;

    /// Freezes a model as it is now.
    ///
    /// @throws NullPointerException if an argument is null
    public Predictor(Model model, Kernels kernels) {
        Objects.requireNonNull(model, "predictor: model is null");
        this.kernels = Objects.requireNonNull(kernels, "predictor: kernels is null");
        this.inputs = model.network().inputs();
        this.outputs = model.network().outputs();
        this.passes = new PassPool(stages(model.copy(), kernels), IDLE_BYTES);
    }

    private static PredictionStage[] stages(Model model, Kernels kernels) {
        PredictionStage[] stages = FusedLayer.plan(model.network().layers()).stream()
                .filter(step -> !step.layer().isForTrainingOnly())
                .map(step -> step.layer().prediction(model.layer(step.index()), step.fused(), kernels))
                .toArray(PredictionStage[]::new);
        return stages.length > 0 ? stages : new PredictionStage[] {
                new ActivationLayer.Prediction(Activation.IDENTITY, model.network().inputs())};
    }

    /// Number of features of an example.
    public int inputs() {
        return inputs;
    }

    /// Number of outputs of the network.
    public int outputs() {
        return outputs;
    }

    /// y ← the last layer's result for each row of x: logits, where the network was trained as a classifier.
    ///
    /// @param x rows×inputs, plain
    /// @param y rows×outputs, plain
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, a view is transposed, or the views overlap
    public void outputs(Matrix x, Matrix y) {
        check("outputs", x, y);
        run(x, y);
    }

    /// y ← softmax of the last layer's result for each row of x.
    ///
    /// @param x rows×inputs, plain
    /// @param y rows×outputs, plain
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, a view is transposed, or the views overlap
    /// @throws IllegalStateException if the network has a single output, whose softmax is always 1
    public void probabilities(Matrix x, Matrix y) {
        checkClasses("probabilities");
        check("probabilities", x, y);
        run(x, y);
        kernels.softmax().softmax(y, y);
    }

    /// The column of the largest output for each row of x, the first of equals; [#NO_CLASS] where an output is NaN.
    ///
    /// @param x rows×inputs, plain
    /// @param classes receives the class of row i at index `offset + i`
    /// @throws NullPointerException if an argument is null
    /// @throws IllegalArgumentException if shapes do not match, a view is transposed, or the classes leave their array
    /// @throws IllegalStateException if the network has a single output, which is always the largest
    public void classes(Matrix x, int[] classes, int offset) {
        checkClasses("classes");
        Checks.plain("classes", "x", x);
        Checks.shape("classes", "x", x, x.rows(), inputs);
        Objects.requireNonNull(classes, "classes: classes is null");
        if (offset < 0 || offset > classes.length - x.rows()) {
            throw new IllegalArgumentException("classes: " + x.rows() + " classes from index " + offset
                    + " leave the array of " + classes.length);
        }
        if (x.rows() == 0) {
            return;
        }
        PredictionPass pass = passes.take(Math.min(x.rows(), ROWS_AT_ONCE));
        int rows;
        for (int from = 0; from < x.rows(); from += rows) {
            Matrix y = pass.run(kernels, part(x, from));
            rows = y.rows();
            for (int i = 0; i < rows; i++) {
                classes[offset + from + i] = classOf(y, i);
            }
        }
        passes.give(pass);
    }

    /// The column of the largest value of a row, the first of equals; [#NO_CLASS] where there is a NaN.
    static int classOf(Matrix values, int row) {
        int start = values.index(row, 0);
        float[] data = values.data();
        int largest = 0;
        for (int j = 0; j < values.columns(); j++) {
            float value = data[start + j];
            if (Float.isNaN(value)) {
                return NO_CLASS;
            }
            if (value > data[start + largest]) {
                largest = j;
            }
        }
        return largest;
    }

    private void checkClasses(String operation) {
        if (outputs == 1) {
            throw new IllegalStateException(operation + ": the network has one output; classes need at least two; "
                    + "outputs(x, y) gives the output itself");
        }
    }

    private void check(String operation, Matrix x, Matrix y) {
        Checks.plain(operation, "x", x);
        Checks.shape(operation, "x", x, x.rows(), inputs);
        Checks.shape(operation, "y", y, x.rows(), outputs);
        Checks.disjoint(operation, "y", y, "x", x);
    }

    private void run(Matrix x, Matrix y) {
        if (x.rows() == 0) {
            return;
        }
        PredictionPass pass = passes.take(Math.min(x.rows(), ROWS_AT_ONCE));
        int rows;
        for (int from = 0; from < x.rows(); from += rows) {
            Matrix values = part(x, from);
            rows = values.rows();
            pass.run(kernels, values, part(y, from));
        }
        passes.give(pass);
    }

    /// The rows that go through at once from row `from`; the very view where that is all of them.
    private static Matrix part(Matrix rows, int from) {
        return rows.rows() <= ROWS_AT_ONCE ? rows : rows.rows(from, Math.min(ROWS_AT_ONCE, rows.rows() - from));
    }

    /// Bytes of intermediate results kept between calls.
    long idleBytes() {
        return passes.idleBytes();
    }
}
