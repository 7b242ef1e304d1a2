// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.optimizer;

import org.lanewise.kernels.optimizer.GradientRule;
import org.lanewise.kernels.optimizer.Optimizer;

/// The reference of `Optimizers`: the formulas of each `Optimizer` in floats, one operation after the other as they
/// stand here.
public final class ScalarOptimizers extends OptimizerPass {

    /// The reference; it needs nothing.
    public ScalarOptimizers() {
    }

    @Override
    float largestMagnitude(float[] g, int gAt, int n) {
        return largestOf(g, gAt, n);
    }

    @Override
    void applyRule(GradientRule rule, float scale, OptimizerStep step, float[] p, float[] g, float[] ruled) {
        rule(rule, scale, step, p, g, ruled);
    }

    static void rule(GradientRule rule, float scale, OptimizerStep step, float[] p, float[] g, float[] ruled) {
        float clip = rule.clip();
        for (int i = 0; i < step.n; i++) {
            float parameter = p[step.pAt + i];
            float scaled = g[step.gAt + i] * scale;
            float above = scaled > clip ? clip : scaled;
            float clipped = above < -clip ? -clip : above;
            float sign = parameter > 0f ? rule.l1() : parameter < 0f ? -rule.l1() : 0f;
            ruled[step.ruledAt + i] = Math.fma(rule.l2(), parameter, clipped + sign);
        }
    }

    @Override
    void update(Optimizer optimizer, OptimizerStep step, float[] p, float[] g, float[] state) {
        switch (optimizer) {
            case Optimizer.Sgd() -> sgd(step, p, g);
            case Optimizer.Momentum(float momentum) -> momentum(step, p, g, state, momentum);
            case Optimizer.AveragingMomentum(float beta) -> averagingMomentum(step, p, g, state, beta);
            case Optimizer.Nesterov(float momentum) -> nesterov(step, p, g, state, momentum);
            case Optimizer.RmsProp(float rho, float epsilon) -> rmsProp(step, p, g, state, rho, epsilon);
            case Optimizer.Adagrad(float epsilon) -> adagrad(step, p, g, state, epsilon);
            case Optimizer.Adadelta(float rho, float epsilon) -> adadelta(step, p, g, state, rho, epsilon);
            case Optimizer.Adam adam when adam.amsgrad() -> amsgrad(step, p, g, state, adam);
            case Optimizer.Adam adam -> adam(step, p, g, state, adam);
        }
    }

    static void sgd(OptimizerStep step, float[] p, float[] g) {
        for (int i = 0; i < step.n; i++) {
            p[step.pAt + i] = Math.fma(-step.rate, g[step.gAt + i], p[step.pAt + i]);
        }
    }

    static void momentum(OptimizerStep step, float[] p, float[] g, float[] state, float momentum) {
        for (int i = 0; i < step.n; i++) {
            float velocity = Math.fma(momentum, state[step.firstAt + i], g[step.gAt + i]);
            state[step.firstAt + i] = velocity;
            p[step.pAt + i] = Math.fma(-step.rate, velocity, p[step.pAt + i]);
        }
    }

    static void averagingMomentum(OptimizerStep step, float[] p, float[] g, float[] state, float beta) {
        for (int i = 0; i < step.n; i++) {
            float velocity = Math.fma(beta, state[step.firstAt + i], (1f - beta) * g[step.gAt + i]);
            state[step.firstAt + i] = velocity;
            p[step.pAt + i] = Math.fma(-step.rate, velocity, p[step.pAt + i]);
        }
    }

    static void nesterov(OptimizerStep step, float[] p, float[] g, float[] state, float momentum) {
        for (int i = 0; i < step.n; i++) {
            float gradient = g[step.gAt + i];
            float velocity = Math.fma(momentum, state[step.firstAt + i], gradient);
            state[step.firstAt + i] = velocity;
            p[step.pAt + i] = Math.fma(-step.rate, Math.fma(momentum, velocity, gradient), p[step.pAt + i]);
        }
    }

    static void rmsProp(OptimizerStep step, float[] p, float[] g, float[] state, float rho, float epsilon) {
        for (int i = 0; i < step.n; i++) {
            float gradient = g[step.gAt + i];
            float mean = Math.fma(rho, state[step.firstAt + i], (1f - rho) * gradient * gradient);
            state[step.firstAt + i] = mean;
            float direction = gradient / ((float) Math.sqrt(mean) + epsilon);
            p[step.pAt + i] = Math.fma(-step.rate, direction, p[step.pAt + i]);
        }
    }

    static void adagrad(OptimizerStep step, float[] p, float[] g, float[] state, float epsilon) {
        for (int i = 0; i < step.n; i++) {
            float gradient = g[step.gAt + i];
            float sum = Math.fma(gradient, gradient, state[step.firstAt + i]);
            state[step.firstAt + i] = sum;
            float direction = gradient / ((float) Math.sqrt(sum) + epsilon);
            p[step.pAt + i] = Math.fma(-step.rate, direction, p[step.pAt + i]);
        }
    }

    static void adadelta(OptimizerStep step, float[] p, float[] g, float[] state, float rho, float epsilon) {
        for (int i = 0; i < step.n; i++) {
            float gradient = g[step.gAt + i];
            float mean = Math.fma(rho, state[step.firstAt + i], (1f - rho) * gradient * gradient);
            state[step.firstAt + i] = mean;
            float updates = state[step.secondAt + i];
            float direction = (float) Math.sqrt((updates + epsilon) / (mean + epsilon)) * gradient;
            state[step.secondAt + i] = Math.fma(rho, updates, (1f - rho) * direction * direction);
            p[step.pAt + i] = Math.fma(-step.rate, direction, p[step.pAt + i]);
        }
    }

    static void adam(OptimizerStep step, float[] p, float[] g, float[] state, Optimizer.Adam adam) {
        for (int i = 0; i < step.n; i++) {
            float gradient = g[step.gAt + i];
            float m = Math.fma(adam.beta1(), state[step.firstAt + i], (1f - adam.beta1()) * gradient);
            state[step.firstAt + i] = m;
            float v = Math.fma(adam.beta2(), state[step.secondAt + i], (1f - adam.beta2()) * gradient * gradient);
            state[step.secondAt + i] = v;
            float direction = m / Math.fma((float) Math.sqrt(v), step.root, adam.epsilon());
            float parameter = p[step.pAt + i];
            p[step.pAt + i] = Math.fma(-step.rate, direction, Math.fma(-step.decay, parameter, parameter));
        }
    }

    static void amsgrad(OptimizerStep step, float[] p, float[] g, float[] state, Optimizer.Adam adam) {
        for (int i = 0; i < step.n; i++) {
            float gradient = g[step.gAt + i];
            float m = Math.fma(adam.beta1(), state[step.firstAt + i], (1f - adam.beta1()) * gradient);
            state[step.firstAt + i] = m;
            float v = Math.fma(adam.beta2(), state[step.secondAt + i], (1f - adam.beta2()) * gradient * gradient);
            state[step.secondAt + i] = v;
            float largest = state[step.thirdAt + i] < v ? v : state[step.thirdAt + i];
            state[step.thirdAt + i] = largest;
            float direction = m / Math.fma((float) Math.sqrt(largest), step.root, adam.epsilon());
            float parameter = p[step.pAt + i];
            p[step.pAt + i] = Math.fma(-step.rate, direction, Math.fma(-step.decay, parameter, parameter));
        }
    }
}
