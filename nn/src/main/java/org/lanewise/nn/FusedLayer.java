// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernels.activation.Activation;

/// A layer of a network with the activation after it that it takes over: they run as one, in training and in prediction
/// alike.
///
/// @param index of the layer
/// @param layer what does the work
/// @param fused the activation that it takes over, or the identity
record FusedLayer(int index, Layer layer, Activation fused) {

    /// The plan by which a network runs, in the order of its layers. Identities run not at all.
    static List<FusedLayer> plan(List<Layer> layers) {
        List<FusedLayer> plan = new ArrayList<>();
        for (int index = 0; index < layers.size(); index++) {
            Layer layer = layers.get(index);
            Activation next = layer.fusesActivation() && index + 1 < layers.size()
                    ? layers.get(index + 1).activation() : null;
            if (!Activation.IDENTITY.equals(layer.activation())) {
                plan.add(new FusedLayer(index, layer, next == null ? Activation.IDENTITY : next));
            }
            index += next == null ? 0 : 1;
        }
        return plan;
    }
}
