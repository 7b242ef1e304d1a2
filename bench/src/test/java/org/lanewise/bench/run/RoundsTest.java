// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import org.junit.jupiter.api.Test;

/// Forks of different rounds end up in one entry, as if JMH had run them together.
class RoundsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static String entry(String benchmark, String shape, double first, double second) {
        return """
                {"benchmark": "%s", "forks": 1, "params": {"shape": "%s"}, "primaryMetric": {"score": %s,
                "scoreError": "NaN", "scoreConfidence": ["NaN", "NaN"],
                "scorePercentiles": {"0.0": %s, "50.0": %s, "100.0": %s}, "rawData": [[%s, %s]]}}"""
                .formatted(benchmark, shape, (first + second) / 2, first, first, second, first, second);
    }

    private static ArrayNode round(String... entries) throws JsonProcessingException {
        return (ArrayNode) JSON.readTree("[" + String.join(",", entries) + "]");
    }

    @Test
    void forksOfATrialAreJoined() throws JsonProcessingException {
        Rounds rounds = new Rounds();
        rounds.add(round(entry("a", "small", 10, 20), entry("a", "large", 1, 2)));
        rounds.add(round(entry("a", "small", 30, 60)));
        rounds.add(round(entry("a", "large", 3, 4), entry("b", "small", 5, 6)));

        ArrayNode entries = rounds.entries();
        assertEquals(3, entries.size());
        JsonNode small = entries.get(0);
        assertEquals(2, small.path("forks").asInt());
        JsonNode metric = small.path("primaryMetric");
        assertEquals(JSON.readTree("[[10.0, 20.0], [30.0, 60.0]]"), metric.path("rawData"));
        assertEquals(30, metric.path("score").asDouble(), 1e-12);
        assertEquals(10, metric.path("scorePercentiles").path("0.0").asDouble());
        assertEquals(25, metric.path("scorePercentiles").path("50.0").asDouble());
        assertEquals(60, metric.path("scorePercentiles").path("100.0").asDouble());
        double error = metric.path("scoreError").asDouble();
        // Student's t for three degrees of freedom at 0.999 is 12.924; the deviation of the four is √(1400/3).
        assertEquals(12.924 * Math.sqrt(1400.0 / 3 / 4), error, 0.01);
        assertEquals(30 - error, metric.path("scoreConfidence").get(0).asDouble(), 1e-9);
        assertEquals(30 + error, metric.path("scoreConfidence").get(1).asDouble(), 1e-9);
    }

    @Test
    void aTrialOfOneRoundStaysAsItWas() throws JsonProcessingException {
        Rounds rounds = new Rounds();
        ArrayNode only = round(entry("a", "small", 10, 20));
        rounds.add(only.deepCopy());
        assertEquals(only, rounds.entries());
        assertTrue(new Rounds().entries().isEmpty());
    }
}
