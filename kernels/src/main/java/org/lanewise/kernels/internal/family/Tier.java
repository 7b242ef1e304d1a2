// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.family;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/// One family of `Kernels.tiered`: its calls run on the reference until its SIMD twin is compiled.
///
/// The family's first call hands the warm-up to the executor, so a family that a program does not use costs nothing.
/// After the switch a call costs one field read more than on the twin itself. Thread-safe; a tier switches at most once
/// and never back.
///
/// @param <F> the kernel family, whose interface the subclass implements by passing each call on to [#next()]
public abstract class Tier<F> {

    private static final Logger LOGGER = System.getLogger("org.lanewise.kernels");

    private final Family<F> family;
    private final F reference;
    private final Executor background;
    private final ArrayActivations activations;
    private final AtomicBoolean requested = new AtomicBoolean();

    /// Whether the warm-up has begun or never will; an executor that throws may still run the task.
    private final AtomicBoolean begun = new AtomicBoolean();

    /// The twin after the switch. A volatile read is a plain read on x86 and little more on ARM; without it, a loop of
    /// calls might never see the switch.
    private volatile F compiled;

    /// Why there has been no switch yet.
    private volatile String delay = "not used yet";

    /// @param family whose calls these are
    /// @param background runs the warm-up, one task
    /// @param activations those of the same set of kernels, for the twin
    /// @throws NullPointerException if `family` or `background` is null
    protected Tier(Family<F> family, Executor background, ArrayActivations activations) {
        this.family = Objects.requireNonNull(family, "tiered: family is null");
        this.reference = family.reference();
        this.background = Objects.requireNonNull(background, "tiered: background is null");
        this.activations = activations;
    }

    /// Called on the executor right after the switch.
    protected void switched() {
    }

    /// Called when it is certain that there will be no switch.
    protected void stayed() {
    }

    /// Runs the calls before the switch.
    protected final F reference() {
        return reference;
    }

    /// The implementation that does the next call.
    public final F next() {
        F twin = compiled;
        return twin != null ? twin : beforeTheSwitch();
    }

    private F beforeTheSwitch() {
        if (!requested.get() && requested.compareAndSet(false, true)) {
            delay = "warming up";
            try {
                background.execute(this::warmUp);
            } catch (Throwable e) {
                // A request must not fail because there are no threads for a warm-up that it does not wait for.
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
            F twin = family.twin(activations);
            String obstacle = Warmup.run(twin, family.exercises());
            if (obstacle != null) {
                stay(obstacle, null);
                return;
            }
            compiled = twin;
            LOGGER.log(Level.DEBUG, "{0} runs on SIMD from now on", family.name());
            switched();
        } catch (RuntimeException | Error e) {
            // Nobody waits for this task, and the reference goes on serving.
            stay("the warm-up failed: " + e, e);
        }
    }

    private void stay(String reason, Throwable cause) {
        delay = reason;
        LOGGER.log(Level.WARNING, family.name() + " stays on the scalar reference: " + reason, cause);
        stayed();
    }

    /// What descriptions and log lines call the family.
    public final String name() {
        return family.name();
    }

    /// Whether calls run on the SIMD twin.
    public final boolean isSimd() {
        return compiled != null;
    }

    /// Why calls run on the reference, where they do.
    public final String delay() {
        return delay;
    }
}
