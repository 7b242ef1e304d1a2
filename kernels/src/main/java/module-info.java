// SPDX-License-Identifier: Apache-2.0

/// Neural-network kernels with fixed arithmetic: a SIMD implementation and a scalar reference that return the same bits.
///
/// The incubating Vector API is optional at run time. Without `--add-modules jdk.incubator.vector` the scalar
/// reference does the work.
@SuppressWarnings("module") // The modules that see the inside depend on this one: the compiler cannot know them yet.
module org.lanewise.kernels {
    requires static jdk.incubator.vector;
    requires static jdk.management;

    exports org.lanewise.kernels;
    exports org.lanewise.kernels.activation;
    exports org.lanewise.kernels.dropout;
    exports org.lanewise.kernels.gemm;
    exports org.lanewise.kernels.loss;
    exports org.lanewise.kernels.math;
    exports org.lanewise.kernels.normalization;
    exports org.lanewise.kernels.optimizer;
    exports org.lanewise.kernels.softmax;
    exports org.lanewise.kernels.sums;

    exports org.lanewise.kernels.internal.activation to org.lanewise.kernels.contract;
    exports org.lanewise.kernels.internal.check to org.lanewise.nn;
    exports org.lanewise.kernels.internal.dropout to org.lanewise.nn;
    exports org.lanewise.kernels.internal.loss to org.lanewise.kernels.contract;
    exports org.lanewise.kernels.internal.optimizer to org.lanewise.kernels.contract;
}
