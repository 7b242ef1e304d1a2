// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.gemm.Epilogue;
import org.lanewise.kernels.internal.Golden;

/// The reference against independent values.
class ScalarGemmTest {

    @Test
    void chainsHaveTheGoldenBits() {
        JsonNode cases = Golden.file("gemm.json").get("cases");
        assertTrue(cases.size() > 0, "no golden products");
        for (JsonNode golden : cases) {
            int m = golden.get("m").asInt();
            int n = golden.get("n").asInt();
            int k = golden.get("k").asInt();
            Matrix c = Matrix.zeros(m, n);
            new ScalarGemm().multiply(Golden.matrix(golden.get("a"), m, k), Golden.matrix(golden.get("b"), k, n), c,
                    Epilogue.OVERWRITE);
            int[] bits = Golden.ints(golden.get("c_chain_float_bits"));
            assertEquals(m * n, bits.length);
            for (int at = 0; at < bits.length; at++) {
                assertEquals(bits[at], Float.floatToIntBits(c.data()[at]), m + "×" + n + "×" + k + " element " + at);
            }
        }
    }

    @Test
    void accumulatingContinuesTheChain() {
        Matrix a = Matrix.row(1e8f, 1f, -1e8f);
        Matrix b = Matrix.of(new float[] {1f, 1f, 1f}, 3, 1);
        Matrix whole = Matrix.row(0.5f);
        new ScalarGemm().multiply(a, b, whole, Epilogue.ACCUMULATE);
        Matrix parts = Matrix.row(0.5f);
        new ScalarGemm().multiply(a.columns(0, 2), b.rows(0, 2), parts, Epilogue.ACCUMULATE);
        new ScalarGemm().multiply(a.columns(2, 1), b.rows(2, 1), parts, Epilogue.ACCUMULATE);
        assertEquals(whole.get(0, 0), parts.get(0, 0));
        assertEquals(0f, whole.get(0, 0), "0.5 and 1 are lost in 1e8, in this order of summation");
    }
}
