// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernels.activation.Activation;

/// A layer together with the activation after it that it takes over: both run as one, in training and in prediction.
///
/// @param index of the layer
/// @param layer the layer
/// @param fused the activation that it takes over, or the identity
record FusedLayer(int index, Layer layer, Activation fused) {

    /// The layers of a network in order, each with its fused activation. Identities are left out.
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
