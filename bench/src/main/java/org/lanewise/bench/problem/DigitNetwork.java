// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.problem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.activation.Activation;
import org.lanewise.nn.Layer;
import org.lanewise.nn.Model;
import org.lanewise.nn.Network;

/// The network of the network cases: 784-128-64-10 with ReLU, as it is used for pictures of digits.
public final class DigitNetwork {

    /// Widths from the input to the classes.
    public static final List<Integer> WIDTHS = List.of(784, 128, 64, 10);

    private static final long SEED = 1;

    private DigitNetwork() {
    }

    /// Number of features.
    public static int inputs() {
        return WIDTHS.getFirst();
    }

    /// Number of classes.
    public static int classes() {
        return WIDTHS.getLast();
    }

    /// A model with initial weights and biases that are not 0.
    static Model model(boolean batchNorm) {
        List<Layer> layers = new ArrayList<>();
        for (int width : WIDTHS.subList(1, WIDTHS.size())) {
            layers.add(Layer.dense(width));
            if (width != classes()) {
                if (batchNorm) {
                    layers.add(Layer.batchNorm());
                }
                layers.add(Layer.activate(Activation.RELU));
            }
        }
        return Model.initial(Network.of(inputs(), SEED, layers));
    }

    /// Multiplications of one row with all weights.
    static double products() {
        double products = 0;
        for (int i = 1; i < WIDTHS.size(); i++) {
            products += (double) WIDTHS.get(i - 1) * WIDTHS.get(i);
        }
        return products;
    }

    /// Elements of all rows that pass between the layers, input and output included.
    static double widths() {
        return WIDTHS.stream().mapToDouble(Integer::doubleValue).sum();
    }

    /// A copy of the elements of a view without gaps.
    static float[] copy(Matrix view) {
        return Arrays.copyOfRange(view.data(), view.offset(), view.offset() + (int) view.size());
    }
}
