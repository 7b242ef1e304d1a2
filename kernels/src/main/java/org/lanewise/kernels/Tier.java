// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/// One family of [Kernels#tiered(Executor)]: its calls run on the reference until its SIMD twin is compiled.
///
/// The family's first call hands the warm-up to the executor, so what a program does not use costs it nothing. From the
/// switch on, a call is the read of one field away from the twin. Thread-safe; there is one switch at most, and no way
/// back.
///
/// @param <F> the kernel family, which the subclass implements by passing each call on to [#now()]
public abstract class Tier<F> {

    private static final Logger LOGGER = System.getLogger("org.lanewise.kernels");

    private final String family;
    private final F reference;
    private final Executor background;
    private final AtomicBoolean requested = new AtomicBoolean();

    /// Whether the warm-up has begun, or never will: an executor that throws may run the task all the same.
    private final AtomicBoolean begun = new AtomicBoolean();

    /// The twin, from the switch on. A volatile read is a plain one on x86 and hardly more on ARM; without it, a loop
    /// of calls might never see the switch.
    private volatile F compiled;

    /// Why there has been no switch yet.
    private volatile String delay = "not used yet";

    /// @param family the family's name, for descriptions and the log
    /// @param reference does the calls before the switch
    /// @param background runs the warm-up, one task
    /// @throws NullPointerException if an argument is null
    protected Tier(String family, F reference, Executor background) {
        this.family = Objects.requireNonNull(family, "tiered: family is null");
        this.reference = Objects.requireNonNull(reference, "tiered: reference is null");
        this.background = Objects.requireNonNull(background, "tiered: background is null");
    }

    /// Makes the SIMD twin. Called on the executor: it may load vector classes.
    protected abstract F twin();

    /// Short calls that reach every loop of the family on every way that the compiler tells apart. Called on the
    /// executor.
    protected abstract List<Exercise<F>> exercises();

    /// Called on the executor right after the switch.
    protected void switched() {
    }

    /// Called when it is certain that there will be no switch.
    protected void stayed() {
    }

    /// The implementation that does the next call.
    protected final F now() {
        F twin = compiled;
        return twin != null ? twin : beforeTheSwitch();
    }

    private F beforeTheSwitch() {
        if (!requested.get() && requested.compareAndSet(false, true)) {
            delay = "warming up";
            try {
                background.execute(this::warmUp);
            } catch (Throwable e) {
                // No request fails because there are no threads for what it does not wait for.
                if (begun.compareAndSet(false, true)) {
                    if (e instanceof RejectedExecutionException) {
                        stay("the executor rejected the warm-up", null);
                    } else {
                        stay("the executor did not take the warm-up: " + e, e);
                    }
                }
            }
        }
        return reference;
    }

    private void warmUp() {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        try {
            F twin = twin();
            String obstacle = Warmup.run(twin, exercises());
            if (obstacle != null) {
                stay(obstacle, null);
                return;
            }
            compiled = twin;
            LOGGER.log(Level.DEBUG, "{0} runs on SIMD from now on", family);
            switched();
        } catch (RuntimeException | Error e) {
            // Nobody waits for this task's outcome, and the reference does all it has to.
            stay("the warm-up failed: " + e, e);
        }
    }

    private void stay(String reason, Throwable cause) {
        delay = reason;
        LOGGER.log(Level.WARNING, family + " stays on the scalar reference: " + reason, cause);
        stayed();
    }

    final String family() {
        return family;
    }

    /// Whether calls run on the SIMD twin.
    final boolean isSimd() {
        return compiled != null;
    }

    /// Why calls run on the reference, where they do.
    final String delay() {
        return delay;
    }
}
