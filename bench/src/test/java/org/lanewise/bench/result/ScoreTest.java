// SPDX-License-Identifier: Apache-2.0
package org.lanewise.bench.result;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class ScoreTest {

    private static Score score(String rawData) throws JsonProcessingException {
        return Score.of(new ObjectMapper().readTree("{\"primaryMetric\": {\"rawData\": " + rawData + "}}"));
    }

    @Test
    void aForkCountsWithItsFastestIterationAndOfTheForksTheMedian() throws JsonProcessingException {
        Score score = score("[[30, 10, 50], [20, 90, 21], [12, 12, 12]]");
        assertEquals(12, score.typical());
        assertEquals(10, score.best());
        assertEquals(11, score("[[10, 40], [12, 40]]").typical());
    }

    @Test
    void forksThatDisagreeWidenTheError() throws JsonProcessingException {
        assertEquals(5, score("[[10, 10], [20, 20]]").error());
    }

    @Test
    void disturbedIterationsWidenTheError() throws JsonProcessingException {
        assertEquals(9, score("[[10, 19, 25], [10, 19, 25], [10, 19, 25]]").error());
        assertEquals(0, score("[[10, 10], [10, 10]]").error());
    }
}
