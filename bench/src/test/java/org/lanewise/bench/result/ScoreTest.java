// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class ScoreTest {

    private static Score score(String metric) throws JsonProcessingException {
        return Score.of(new ObjectMapper().readTree("{\"primaryMetric\": " + metric + "}"));
    }

    @Test
    void forksThatDisagreeWidenTheError() throws JsonProcessingException {
        Score score = score("{\"score\": 15, \"scoreError\": 1, \"rawData\": [[10, 10], [20, 20]]}");
        assertEquals(15, score.mean());
        assertEquals(5, score.error());
        assertEquals(10, score.best());
    }

    @Test
    void forksThatAgreeLeaveTheInterval() throws JsonProcessingException {
        assertEquals(3, score("{\"score\": 10, \"scoreError\": 3, \"rawData\": [[8, 12], [9, 11]]}").error());
    }

    @Test
    void anUndefinedIntervalIsReplaced() throws JsonProcessingException {
        assertEquals(2, score("{\"score\": 10, \"scoreError\": \"NaN\", \"rawData\": [[8], [12]]}").error());
    }
}
