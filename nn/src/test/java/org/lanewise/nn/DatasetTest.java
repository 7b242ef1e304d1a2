// SPDX-License-Identifier: Apache-2.0
package org.lanewise.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.Matrix;
import org.lanewise.kernels.internal.dropout.CounterRandom;

/// Examples in memory.
class DatasetTest {

    @Test
    void aSplitIsStratifiedAndComplete() {
        Dataset iris = TestData.iris();
        Dataset.Split split = iris.split(0.2, 0);
        assertEquals(120, split.training().size());
        int[] counts = new int[3];
        for (int label : split.test().labels()) {
            counts[label]++;
        }
        assertArrayEquals(new int[] {10, 10, 10}, counts);
        double sum = 0;
        for (float value : iris.features().data()) {
            sum += value;
        }
        for (Dataset part : new Dataset[] {split.training(), split.test()}) {
            for (float value : part.features().data()) {
                sum -= value;
            }
        }
        assertEquals(0, sum, 1e-3, "each example is in one part");
        assertArrayEquals(split.test().features().data(), iris.split(0.2, 0).test().features().data());
        assertThrows(IllegalArgumentException.class, () -> iris.split(1, 0));
        assertThrows(IllegalArgumentException.class, () -> iris.split(0, 0));
    }

    @Test
    void badExamplesAreRefused() {
        Matrix features = Matrix.zeros(3, 2);
        assertThrows(IllegalArgumentException.class, () -> Dataset.classification(features, new int[2], 2));
        assertEquals("data set: label 1 is 2; it must be from 0 to 1", assertThrows(IllegalArgumentException.class,
                () -> Dataset.classification(features, new int[] {0, 2, 1}, 2)).getMessage());
        assertEquals("data set: label 0 is -1; it must be from 0 to 1", assertThrows(IllegalArgumentException.class,
                () -> Dataset.classification(features, new int[] {-1, 0, 1}, 2)).getMessage());
        assertEquals("data set: classes is 0; it must be at least 1", assertThrows(IllegalArgumentException.class,
                () -> Dataset.classification(Matrix.zeros(0, 2), new int[0], 0)).getMessage());
        assertEquals(1, Dataset.classification(features, new int[3], 1).classes());
        assertThrows(NullPointerException.class, () -> Dataset.classification(null, new int[2], 2));
        assertThrows(IllegalArgumentException.class, () -> Dataset.regression(features, Matrix.zeros(2, 1)));
        Dataset regression = Dataset.regression(features, Matrix.zeros(3, 1));
        assertEquals(0, regression.classes());
        assertEquals(0, regression.select(new int[] {2}).classes());
        assertThrows(IllegalStateException.class, regression::labels);
        assertEquals("select: index 1 is 3; the data set has 3 examples, from 0",
                assertThrows(IndexOutOfBoundsException.class, () -> regression.select(new int[] {0, 3})).getMessage());
        assertEquals("select: index 0 is -1; the data set has 3 examples, from 0",
                assertThrows(IndexOutOfBoundsException.class, () -> regression.select(new int[] {-1})).getMessage());
        assertEquals("data set: it has labels, not target values", assertThrows(IllegalStateException.class,
                () -> Dataset.classification(features, new int[3], 2).targets()).getMessage());
    }

    private static int[] heldOut(Dataset.Split split, int classes) {
        int[] counts = new int[classes];
        for (int label : split.test().labels()) {
            counts[label]++;
        }
        return counts;
    }

    /// A data set with so many examples of each class, the classes mixed.
    private static Dataset ofSizes(int... sizes) {
        int[] labels = IntStream.range(0, sizes.length)
                .flatMap(label -> IntStream.generate(() -> label).limit(sizes[label])).toArray();
        CounterRandom.shuffle(labels, 1, 1);
        Matrix features = Matrix.zeros(labels.length, 1);
        for (int i = 0; i < labels.length; i++) {
            features.set(i, 0, i);
        }
        return Dataset.classification(features, labels, sizes.length);
    }

    @Test
    void rareClassesGetTheirShare() {
        int[] four = new int[100];
        Arrays.fill(four, 4);
        int[] one = new int[10];
        Arrays.fill(one, 1);
        for (long seed = 0; seed < 20; seed++) {
            int[] counts = heldOut(ofSizes(four).split(0.1, seed), 100);
            assertEquals(40, Arrays.stream(counts).sum(), "10 % of 400");
            assertEquals(1, Arrays.stream(counts).max().orElseThrow(), "no class gives two before all gave one");
            assertArrayEquals(new int[] {3, 1}, heldOut(ofSizes(18, 2).split(0.2, seed), 2));
            Dataset.Split halves = ofSizes(one).split(0.5, seed);
            assertEquals(5, halves.training().size());
            assertEquals(5, halves.test().size());
            assertArrayEquals(new int[] {8, 1}, heldOut(ofSizes(9, 2).split(0.8, seed), 2), "one is kept, too");
            assertArrayEquals(new int[] {96, 1, 1, 1, 1}, heldOut(ofSizes(992, 2, 2, 2, 2).split(0.1, seed), 5));
            assertArrayEquals(new int[] {1, 0, 0}, heldOut(ofSizes(96, 2, 2).split(0.01, seed), 3),
                    "one cannot be of each class");
            assertArrayEquals(new int[] {95, 2, 2}, heldOut(ofSizes(96, 2, 2).split(0.99, seed), 3));
        }
    }

    /// The rule itself, for sizes of all kinds: the total, the bounds, and that no class is further from its quota than
    /// it must be.
    @Test
    void everyClassComesAsNearToItsQuotaAsTheBoundsAllow() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            int[] sizes = random.ints(1 + random.nextInt(12), 0, 1 + random.nextInt(30)).toArray();
            int examples = Arrays.stream(sizes).sum();
            if (examples < 2) {
                continue;
            }
            double share = random.nextDouble(0.001, 0.999);
            int[] counts = heldOut(ofSizes(sizes).split(share, round), sizes.length);
            int total = Math.clamp(Math.round(examples * share), 1, examples - 1);
            String what = Arrays.toString(sizes) + " by " + share + ": " + Arrays.toString(counts);
            assertEquals(total, Arrays.stream(counts).sum(), what);
            int several = (int) Arrays.stream(sizes).filter(size -> size > 1).count();
            boolean bounded = several <= total && total <= examples - several;
            for (int i = 0; i < sizes.length; i++) {
                int lowest = bounded && sizes[i] > 1 ? 1 : 0;
                int highest = bounded && sizes[i] > 1 ? sizes[i] - 1 : sizes[i];
                assertTrue(counts[i] >= lowest && counts[i] <= highest, what);
                for (int j = 0; j < sizes.length; j++) {
                    int lowestOther = bounded && sizes[j] > 1 ? 1 : 0;
                    if (counts[i] < highest && counts[j] > lowestOther) {
                        double below = (double) sizes[i] * total / examples - counts[i];
                        double above = counts[j] - (double) sizes[j] * total / examples;
                        assertTrue(below + above <= 1 + 1e-9, what + ": " + i + " should have one of " + j);
                    }
                }
            }
        }
    }

    @Test
    void theSeedDrawsBetweenEqualClasses() {
        int[] one = new int[10];
        Arrays.fill(one, 1);
        int[] drawn = new int[10];
        for (long seed = 0; seed < 400; seed++) {
            int[] counts = heldOut(ofSizes(one).split(0.5, seed), 10);
            Arrays.setAll(drawn, i -> drawn[i] + counts[i]);
        }
        for (int count : drawn) {
            // 200 ± 5 deviations of 10.
            assertEquals(200, count, 50, Arrays.toString(drawn));
        }
    }

    @Test
    void bothPartsHaveAnExample() {
        for (double share : new double[] {1e-300, 0.01, 0.5, 0.99, Math.nextDown(1.0)}) {
            Dataset two = Dataset.regression(Matrix.zeros(2, 1), Matrix.zeros(2, 1));
            for (Dataset data : List.of(two, ofSizes(1, 1), ofSizes(2))) {
                assertEquals(1, data.split(share, 7).test().size());
                assertEquals(1, data.split(share, 7).training().size());
            }
        }
        assertEquals(1, Dataset.regression(Matrix.zeros(40, 1), Matrix.zeros(40, 1)).split(0.01, 7).test().size());
        assertEquals("split: the number of examples is 1; it must be at least 2, one for each part",
                assertThrows(IllegalArgumentException.class, () -> ofSizes(1).split(0.5, 1)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> ofSizes(0).split(0.5, 1));
        assertThrows(IllegalArgumentException.class, () -> ofSizes(2).split(Double.NaN, 1));
    }

    @Test
    void manyClassesAreSplitAtOnce() {
        int[] two = new int[50_000];
        Arrays.fill(two, 2);
        int[] counts = heldOut(ofSizes(two).split(0.5, 1), 50_000);
        assertTrue(Arrays.stream(counts).allMatch(count -> count == 1));
    }
}
