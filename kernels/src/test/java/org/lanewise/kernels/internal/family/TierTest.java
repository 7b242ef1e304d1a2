// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.lanewise.kernels.internal.LogLines;

/// The switch of a tier, whose family is a number: 1 on the reference, 2 on the twin.
class TierTest {

    private static final int REFERENCE = 1;
    private static final int TWIN = 2;

    private final List<Runnable> tasks = new ArrayList<>();

    /// Counts what it is asked for.
    private static class Numbers extends Tier<IntSupplier> {

        final CountedFamily family;
        int switches;
        int stays;

        Numbers(Executor background) {
            this(new CountedFamily(), background);
        }

        Numbers(CountedFamily family, Executor background) {
            super(family, background, null);
            this.family = family;
        }

        int number() {
            return next().getAsInt();
        }

        @Override
        protected void switched() {
            switches++;
        }

        @Override
        protected void stayed() {
            stays++;
        }
    }

    /// Counts what it is asked for, too.
    private static class CountedFamily implements Family<IntSupplier> {

        int twins;
        int exercised;

        @Override
        public String name() {
            return "numbers";
        }

        @Override
        public IntSupplier reference() {
            return () -> REFERENCE;
        }

        @Override
        public IntSupplier twin(ArrayActivations activations) {
            twins++;
            return () -> TWIN;
        }

        @Override
        public IntSupplier tiered(Executor background, ArrayActivations activations) {
            throw new AssertionError("nobody asks for it");
        }

        @Override
        public List<Exercise<IntSupplier>> exercises() {
            return List.of(new Exercise<>("count", family -> exercised += family.getAsInt()));
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static void assertStays(Numbers numbers, String delay) {
        assertEquals(REFERENCE, numbers.number());
        assertFalse(numbers.isSimd());
        assertEquals(delay, numbers.delay());
        assertEquals(0, numbers.switches);
        assertEquals(1, numbers.stays);
    }

    @Test
    void theFirstCallAsksForTheTwinAndCallsAfterTheWarmUpReachIt() {
        Numbers numbers = new Numbers(tasks::add);
        assertEquals("numbers", numbers.name());
        assertEquals("not used yet", numbers.delay());
        assertEquals(REFERENCE, numbers.number());
        assertEquals("warming up", numbers.delay());
        assertEquals(REFERENCE, numbers.number());
        assertEquals(1, tasks.size(), "one task, however many calls");
        assertEquals(0, numbers.family.twins, "the twin is made by the executor");
        assertFalse(numbers.isSimd());
        try (LogLines log = new LogLines()) {
            tasks.getFirst().run();
            assertEquals(List.of(), log.all());
        }
        assertEquals(TWIN, numbers.number());
        assertTrue(numbers.isSimd());
        assertTrue(numbers.family.exercised > 0 && numbers.family.exercised % TWIN == 0, "exercises run on the twin");
        tasks.getFirst().run();
        assertEquals(List.of(1, 1, 0), List.of(numbers.family.twins, numbers.switches, numbers.stays));
        assertEquals(1, tasks.size());
    }

    @Test
    void aRejectedWarmUpIsSaidOnce() {
        Numbers numbers = new Numbers(_ -> {
            throw new RejectedExecutionException("full");
        });
        try (LogLines log = new LogLines()) {
            assertEquals(REFERENCE, numbers.number());
            assertStays(numbers, "the executor rejected the warm-up");
            assertEquals(List.of("numbers stays on the scalar reference: the executor rejected the warm-up"),
                    log.all());
        }
    }

    @Test
    void whateverTheExecutorThrowsTheRequestIsAnswered() {
        for (Throwable thrown : List.of(new IllegalStateException("closed"), new NullPointerException("no queue"),
                new OutOfMemoryError("unable to create native thread"), new IOException("sneaked out"))) {
            Numbers numbers = new Numbers(_ -> sneak(thrown));
            try (LogLines log = new LogLines()) {
                assertEquals(REFERENCE, numbers.number());
                assertStays(numbers, "the executor did not take the warm-up: " + thrown);
                assertEquals(List.of("numbers stays on the scalar reference: the executor did not take the warm-up: "
                        + thrown), log.all());
            }
        }
    }

    /// As a pool does whose queue has room for a task that no thread can be started for.
    @Test
    void aTaskThatIsRunAfterItsExecutorThrewDoesNothing() {
        Numbers numbers = new Numbers(task -> {
            tasks.add(task);
            throw new OutOfMemoryError("unable to create native thread");
        });
        try (LogLines log = new LogLines()) {
            numbers.number();
            tasks.getFirst().run();
            assertEquals(1, log.all().size());
        }
        assertStays(numbers, "the executor did not take the warm-up: java.lang.OutOfMemoryError: unable to create "
                + "native thread");
        assertEquals(0, numbers.family.twins);
    }

    @Test
    void aWarmUpThatHasRunCountsWhateverItsExecutorThrows() {
        Numbers numbers = new Numbers(task -> {
            task.run();
            task.run();
            throw new IllegalStateException("too late");
        });
        try (LogLines log = new LogLines()) {
            assertEquals(REFERENCE, numbers.number(), "the call that asked for it");
            assertEquals(TWIN, numbers.number());
            assertEquals(List.of(), log.all());
        }
        assertEquals(List.of(1, 1, 0), List.of(numbers.family.twins, numbers.switches, numbers.stays));
    }

    @Test
    void aTwinThatCannotBeMadeLeavesTheFamilyOnTheReference() {
        for (Throwable thrown : List.of(new IllegalStateException("no"), new NoClassDefFoundError("FloatVector"))) {
            Numbers numbers = new Numbers(new CountedFamily() {
                @Override
                public IntSupplier twin(ArrayActivations activations) {
                    TierTest.<RuntimeException>sneak(thrown);
                    return super.twin(activations);
                }
            }, Runnable::run);
            try (LogLines log = new LogLines()) {
                numbers.number();
                assertStays(numbers, "the warm-up failed: " + thrown);
                assertEquals(List.of("numbers stays on the scalar reference: the warm-up failed: " + thrown),
                        log.all());
            }
        }
    }

    @Test
    void anInterruptedWarmUpLeavesTheFamilyOnTheReference() {
        Numbers numbers = new Numbers(Runnable::run);
        Thread.currentThread().interrupt();
        try (LogLines log = new LogLines()) {
            numbers.number();
            assertTrue(Thread.interrupted(), "the interrupt is kept for the executor");
            assertStays(numbers, "the warm-up was interrupted");
            assertEquals(1, log.all().size());
        }
    }

    @Test
    void aTierNeedsAllThatItIsMadeOf() {
        assertEquals("tiered: family is null", refusal(null, Runnable::run));
        assertEquals("tiered: background is null", refusal(new CountedFamily(), null));
    }

    private static String refusal(CountedFamily family, Executor background) {
        return assertThrows(NullPointerException.class, () -> new Numbers(family, background)).getMessage();
    }
}
