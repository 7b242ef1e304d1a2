// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.openjdk.jmh.util.ListStatistics;

/// What the rounds of a family found, an entry a trial as JMH writes it, with the forks of all rounds.
final class Rounds {

    private static final ObjectMapper JSON = new ObjectMapper();

    /// That of the error and the interval in JMH's files.
    private static final double CONFIDENCE = 0.999;

    private final Map<JsonNode, ObjectNode> entries = new LinkedHashMap<>();

    /// Adds what a round found.
    void add(ArrayNode round) {
        for (JsonNode entry : round) {
            ObjectNode key = JSON.createObjectNode();
            key.set("benchmark", entry.path("benchmark"));
            key.set("params", entry.path("params"));
            entries.merge(key, (ObjectNode) entry, Rounds::join);
        }
    }

    /// All entries, in the order of the first round.
    ArrayNode entries() {
        return JSON.createArrayNode().addAll(entries.values());
    }

    private static ObjectNode join(ObjectNode one, ObjectNode other) {
        one.put("forks", one.path("forks").asInt() + other.path("forks").asInt());
        ObjectNode metric = (ObjectNode) one.path("primaryMetric");
        ArrayNode forks = (ArrayNode) metric.path("rawData");
        forks.addAll((ArrayNode) other.path("primaryMetric").path("rawData"));

        ListStatistics all = new ListStatistics(StreamSupport.stream(forks.spliterator(), false)
                .flatMap(fork -> StreamSupport.stream(fork.spliterator(), false)).mapToDouble(JsonNode::asDouble)
                .toArray());
        metric.put("score", all.getMean());
        metric.put("scoreError", all.getMeanErrorAt(CONFIDENCE));
        ArrayNode interval = metric.putArray("scoreConfidence");
        for (double bound : all.getConfidenceIntervalAt(CONFIDENCE)) {
            interval.add(bound);
        }
        ObjectNode percentiles = (ObjectNode) metric.path("scorePercentiles");
        for (String rank : percentiles.propertyStream().map(Map.Entry::getKey).toList()) {
            percentiles.put(rank, all.getPercentile(Double.parseDouble(rank)));
        }
        return one;
    }
}
