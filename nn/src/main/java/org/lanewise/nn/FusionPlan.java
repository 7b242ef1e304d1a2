// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernels.activation.Activation;

/// Which layers of a network run as one, in training and in prediction alike. Identities run not at all.
///
/// @param index of the layer that does the work
/// @param fused the activation after it that it takes over, or the identity
record FusionPlan(int index, Layer layer, Activation fused) {

    /// The plan of a network, in the order of its layers.
    static List<FusionPlan> of(List<Layer> layers) {
        List<FusionPlan> plan = new ArrayList<>();
        for (int index = 0; index < layers.size(); index++) {
            Layer layer = layers.get(index);
            Activation next = layer.fusesActivation() && index + 1 < layers.size()
                    ? layers.get(index + 1).activation() : null;
            if (!Activation.IDENTITY.equals(layer.activation())) {
                plan.add(new FusionPlan(index, layer, next == null ? Activation.IDENTITY : next));
            }
            index += next == null ? 0 : 1;
        }
        return plan;
    }
}
