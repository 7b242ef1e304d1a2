// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import org.lanewise.kernels.Kernels;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.gemm.Gemm;
import org.lanewise.kernels.gemm.PackedMatrix;

/// Y ← ReLU(X·W + bias), the weights known before: the step of a prediction.
public record DenseLayer(int inputs, int outputs, int batch) implements Problem {

    @Override
    public Family family() {
        return Family.DENSE;
    }

    @Override
    public String name() {
        return inputs + "-" + outputs + " batch " + batch;
    }

    @Override
    public Cost cost() {
        double bytes = 4.0 * ((double) batch * inputs + (double) inputs * outputs + outputs + (double) batch * outputs);
        return Cost.products(2.0 * batch * inputs * outputs, bytes, batch);
    }

    /// X, batch×inputs.
    public float[] x() {
        return Values.normal((long) batch * inputs, 1f, 1);
    }

    /// W, inputs×outputs.
    public float[] weights() {
        return Values.normal((long) inputs * outputs, (float) Math.sqrt(2.0 / inputs), 2);
    }

    /// A bias for each output.
    public float[] bias() {
        return Values.normal(outputs, 0.1f, 3);
    }

    @Override
    public Task with(Kernels kernels) {
        Gemm gemm = kernels.gemm();
        Matrix x = Matrix.of(x(), batch, inputs);
        PackedMatrix weights = gemm.pack(Matrix.of(weights(), inputs, outputs));
        Matrix y = Matrix.zeros(batch, outputs);
        Epilogue epilogue = Epilogue.dense(Matrix.row(bias()), Activation.RELU);
        return Task.of(() -> gemm.multiply(x, weights, y, epilogue), y.data());
    }

    @Override
    public void check(Task task, boolean exact) {
        task.run();
        float[] actual = task.results()[0];
        Comparison comparison = Comparison.of(this, exact);
        Matrix x = Matrix.of(x(), batch, inputs);
        Matrix weights = Matrix.of(weights(), inputs, outputs);
        Matrix row = Matrix.zeros(1, outputs);
        Epilogue epilogue = Epilogue.dense(Matrix.row(bias()), Activation.RELU);
        for (int i : Samples.rows(batch, (long) inputs * outputs)) {
            Kernels.reference().gemm().multiply(x.rows(i, 1), weights, row, epilogue);
            comparison.check(0, row.data(), actual, i * outputs, outputs);
        }
    }
}
