// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.implementation;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/// All implementations on the class path.
public final class Implementations {

    private Implementations() {
    }

    /// Lanewise's first, then the peers.
    public static List<Implementation> all() {
        List<Implementation> all = new ArrayList<>(List.of(Lanewise.values()));
        all.addAll(peers());
        return all;
    }

    /// The peers: empty without the profile `peers`.
    public static List<Implementation> peers() {
        return ServiceLoader.load(Implementation.class).stream().map(ServiceLoader.Provider::get).toList();
    }

    /// The implementation of that name.
    ///
    /// @throws IllegalArgumentException if there is none; the message lists all
    public static Implementation of(String id) {
        List<Implementation> all = all();
        return all.stream().filter(one -> one.id().equals(id)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("implementation: \"" + id + "\" is none of "
                        + String.join(", ", all.stream().map(Implementation::id).toList())));
    }
}
