// SPDX-License-Identifier: Apache-2.0
package org.lanewise.kernels.internal.optimizer;

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
    void applyRule(float[] p, int pAt, float[] g, int gAt, float[] ruled, int ruledAt, int n, float scale, float clip,
            float l1, float l2) {
        for (int i = 0; i < n; i++) {
            float parameter = p[pAt + i];
            float scaled = g[gAt + i] * scale;
            float above = scaled > clip ? clip : scaled;
            float clipped = above < -clip ? -clip : above;
            float sign = parameter > 0f ? l1 : parameter < 0f ? -l1 : 0f;
            ruled[ruledAt + i] = Math.fma(l2, parameter, clipped + sign);
        }
    }

    @Override
    void sgd(float[] p, int pAt, float[] g, int gAt, int n, float rate) {
        for (int i = 0; i < n; i++) {
            p[pAt + i] = Math.fma(-rate, g[gAt + i], p[pAt + i]);
        }
    }

    @Override
    void momentum(float[] p, int pAt, float[] g, int gAt, float[] v, int vAt, int n, float rate, float momentum) {
        for (int i = 0; i < n; i++) {
            float velocity = Math.fma(momentum, v[vAt + i], g[gAt + i]);
            v[vAt + i] = velocity;
            p[pAt + i] = Math.fma(-rate, velocity, p[pAt + i]);
        }
    }

    @Override
    void averagingMomentum(float[] p, int pAt, float[] g, int gAt, float[] v, int vAt, int n, float rate, float beta) {
        for (int i = 0; i < n; i++) {
            float velocity = Math.fma(beta, v[vAt + i], (1f - beta) * g[gAt + i]);
            v[vAt + i] = velocity;
            p[pAt + i] = Math.fma(-rate, velocity, p[pAt + i]);
        }
    }

    @Override
    void nesterov(float[] p, int pAt, float[] g, int gAt, float[] v, int vAt, int n, float rate, float momentum) {
        for (int i = 0; i < n; i++) {
            float gradient = g[gAt + i];
            float velocity = Math.fma(momentum, v[vAt + i], gradient);
            v[vAt + i] = velocity;
            p[pAt + i] = Math.fma(-rate, Math.fma(momentum, velocity, gradient), p[pAt + i]);
        }
    }

    @Override
    void rmsProp(float[] p, int pAt, float[] g, int gAt, float[] s, int sAt, int n, float rate, float rho,
            float epsilon) {
        for (int i = 0; i < n; i++) {
            float gradient = g[gAt + i];
            float mean = Math.fma(rho, s[sAt + i], (1f - rho) * gradient * gradient);
            s[sAt + i] = mean;
            float direction = gradient / ((float) Math.sqrt(mean) + epsilon);
            p[pAt + i] = Math.fma(-rate, direction, p[pAt + i]);
        }
    }

    @Override
    void adagrad(float[] p, int pAt, float[] g, int gAt, float[] s, int sAt, int n, float rate, float epsilon) {
        for (int i = 0; i < n; i++) {
            float gradient = g[gAt + i];
            float sum = Math.fma(gradient, gradient, s[sAt + i]);
            s[sAt + i] = sum;
            float direction = gradient / ((float) Math.sqrt(sum) + epsilon);
            p[pAt + i] = Math.fma(-rate, direction, p[pAt + i]);
        }
    }

    @Override
    void adadelta(float[] p, int pAt, float[] g, int gAt, float[] state, int sAt, int uAt, int n, float rate,
            float rho, float epsilon) {
        for (int i = 0; i < n; i++) {
            float gradient = g[gAt + i];
            float mean = Math.fma(rho, state[sAt + i], (1f - rho) * gradient * gradient);
            state[sAt + i] = mean;
            float updates = state[uAt + i];
            float direction = (float) Math.sqrt((updates + epsilon) / (mean + epsilon)) * gradient;
            state[uAt + i] = Math.fma(rho, updates, (1f - rho) * direction * direction);
            p[pAt + i] = Math.fma(-rate, direction, p[pAt + i]);
        }
    }

    @Override
    void adam(float[] p, int pAt, float[] g, int gAt, float[] state, int mAt, int vAt, int n, float rate, float root,
            float decay, float beta1, float beta2, float epsilon) {
        for (int i = 0; i < n; i++) {
            float gradient = g[gAt + i];
            float m = Math.fma(beta1, state[mAt + i], (1f - beta1) * gradient);
            state[mAt + i] = m;
            float v = Math.fma(beta2, state[vAt + i], (1f - beta2) * gradient * gradient);
            state[vAt + i] = v;
            float direction = m / Math.fma((float) Math.sqrt(v), root, epsilon);
            float parameter = p[pAt + i];
            p[pAt + i] = Math.fma(-rate, direction, Math.fma(-decay, parameter, parameter));
        }
    }

    @Override
    void amsgrad(float[] p, int pAt, float[] g, int gAt, float[] state, int mAt, int vAt, int largestAt, int n,
            float rate, float root, float decay, float beta1, float beta2, float epsilon) {
        for (int i = 0; i < n; i++) {
            float gradient = g[gAt + i];
            float m = Math.fma(beta1, state[mAt + i], (1f - beta1) * gradient);
            state[mAt + i] = m;
            float v = Math.fma(beta2, state[vAt + i], (1f - beta2) * gradient * gradient);
            state[vAt + i] = v;
            float largest = state[largestAt + i] < v ? v : state[largestAt + i];
            state[largestAt + i] = largest;
            float direction = m / Math.fma((float) Math.sqrt(largest), root, epsilon);
            float parameter = p[pAt + i];
            p[pAt + i] = Math.fma(-rate, direction, Math.fma(-decay, parameter, parameter));
        }
    }
}
