# SPDX-License-Identifier: Apache-2.0
"""Write independent expected values for tests, as JSON files.

The values come from PyTorch (float64, with autograd for the derivatives); those of the textbook
momentum come from numpy, and the float32 chains of the matrix products from exact rationals.

Usage: python3 make_golden.py SEED FOLDER

SEED seeds the random generators; FOLDER receives the files and is created if it is missing.
Needs numpy and torch.
"""
import json
import os
import sys
from fractions import Fraction

import numpy as np
import torch
import torch.nn.functional as F

DTYPE = torch.float64

# The exact chain of a product is computed only up to this many multiplications.
MAX_CHAIN_PRODUCTS = 100000


def as_float32_values(values):
    """Round to float32 and return the rounded values as float64."""
    return np.asarray(values, np.float32).astype(np.float64)


def to_list(values):
    """Flatten a tensor or an array to a list of floats, row by row."""
    if hasattr(values, "detach"):
        values = values.detach()
    return [float(value) for value in np.asarray(values, dtype=np.float64).ravel()]


def to_int_list(values):
    return [int(value) for value in values]


def save(folder, name, content):
    with open(f"{folder}/{name}.json", "w") as file:
        json.dump(content, file, indent=0, allow_nan=False)


# Activations


def softplus(z):
    return torch.logaddexp(z, torch.zeros_like(z))


def activations():
    """Return (name, parameters, function) of each case."""
    return [
        ("identity", {}, lambda z: z * 1),
        ("sigmoid", {}, torch.sigmoid),
        ("sigmoid", {"beta": 1.7, "gamma": 0.6}, lambda z: 0.6 * torch.sigmoid(1.7 * z)),
        ("tanh", {}, torch.tanh),
        ("relu", {}, torch.relu),
        ("leaky_relu", {"alpha": 0.01}, lambda z: F.leaky_relu(z, 0.01)),
        ("leaky_relu", {"alpha": 0.2}, lambda z: F.leaky_relu(z, 0.2)),
        ("silu", {}, F.silu),
        ("silu", {"beta": 1.7, "gamma": 0.6}, lambda z: z * 0.6 * torch.sigmoid(1.7 * z)),
        ("elu", {"alpha": 1.0}, lambda z: F.elu(z, 1.0)),
        ("elu", {"alpha": 0.5}, lambda z: F.elu(z, 0.5)),
        ("softplus", {}, softplus),
        (
            "softplus",
            {"beta": 1.7, "gamma": 0.6},
            lambda z: 0.6 / 1.7 * torch.logaddexp(1.7 * z, torch.zeros_like(z)),
        ),
        ("mish", {}, lambda z: z * torch.tanh(softplus(z))),
        (
            "mish",
            {"beta": 1.7},
            lambda z: z * torch.tanh(torch.logaddexp(1.7 * z, torch.zeros_like(z)) / 1.7),
        ),
        ("squareplus", {"beta": 1.0}, lambda z: (z + torch.sqrt(z * z + 1.0)) / 2),
        ("squareplus", {"beta": 4.0}, lambda z: (z + torch.sqrt(z * z + 4.0)) / 2),
        ("gelu_erf", {}, lambda z: F.gelu(z)),
        ("gelu_tanh", {}, lambda z: F.gelu(z, approximate="tanh")),
    ]


def write_activations(folder, rng):
    special_values = [
        -100, -30, -20, -9.1, -1e-3, -1e-7, -1e-30, 0, 1e-30, 1e-7, 1e-3, 9.1, 20, 30, 100,
    ]
    x = as_float32_values(np.concatenate([rng.normal(0, 3, 64), special_values]))
    cases = []
    for name, params, function in activations():
        z = torch.tensor(x, dtype=DTYPE, requires_grad=True)
        y = function(z)
        y.sum().backward()
        cases.append({
            "activation": name,
            "params": params,
            "x": to_list(x),
            "y": to_list(y),
            "dydx": to_list(z.grad),
        })
    save(folder, "activations", {
        "note": "y and dy/dx in float64; x are exact float32 values; "
                "the derivative of relu and leaky_relu at 0 follows x<=0",
        "cases": cases,
    })


# Softmax


def softmax_case(rng, rows, cols):
    logits = as_float32_values(rng.normal(0, 4, (rows, cols)))
    logits[0, 0] = 80.0
    dy = as_float32_values(rng.normal(0, 1, (rows, cols)))

    softmax_input = torch.tensor(logits, dtype=DTYPE, requires_grad=True)
    softmax = torch.softmax(softmax_input, 1)
    softmax.backward(torch.tensor(dy))

    log_softmax_input = torch.tensor(logits, dtype=DTYPE, requires_grad=True)
    log_softmax = torch.log_softmax(log_softmax_input, 1)
    log_softmax.backward(torch.tensor(dy))

    labels = rng.integers(0, cols, rows)
    cross_entropy_input = torch.tensor(logits, dtype=DTYPE, requires_grad=True)
    cross_entropy = F.cross_entropy(cross_entropy_input, torch.tensor(labels))
    cross_entropy.backward()

    return {
        "rows": rows,
        "cols": cols,
        "z": to_list(logits),
        "dy": to_list(dy),
        "softmax": to_list(softmax),
        "softmax_dz": to_list(softmax_input.grad),
        "log_softmax": to_list(log_softmax),
        "log_softmax_dz": to_list(log_softmax_input.grad),
        "labels": to_int_list(labels),
        "cross_entropy_mean": float(cross_entropy.detach()),
        "cross_entropy_dz": to_list(cross_entropy_input.grad),
    }


def write_softmax(folder, rng):
    shapes = ((1, 1), (1, 7), (5, 10), (3, 33), (4, 1000))
    cases = [softmax_case(rng, rows, cols) for rows, cols in shapes]
    save(folder, "softmax", {"cases": cases})


# Losses


def half_sse_sum(prediction, target):
    return 0.5 * ((prediction - target) ** 2).sum()


def huber_mean(prediction, target):
    return F.huber_loss(prediction, target, delta=0.7)


def categorical_cross_entropy_mean_over_rows(prediction, target):
    return -(target * torch.log(prediction)).sum() / len(target)


def binary_focal_with_logits_mean(logits, target):
    """Focal loss with alpha 0.25 and gamma 2."""
    probability_of_target = torch.where(
        target == 1, torch.sigmoid(logits), 1 - torch.sigmoid(logits)
    )
    modulation = (1 - probability_of_target) ** 2.0
    weight = torch.where(
        target == 1, torch.tensor(0.25, dtype=DTYPE), torch.tensor(0.75, dtype=DTYPE)
    )
    factor = modulation * weight
    cross_entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    return (factor * cross_entropy).mean()


def loss_case(name, function, prediction, target, **params):
    rows, cols = prediction.shape
    prediction_tensor = torch.tensor(prediction, dtype=DTYPE, requires_grad=True)
    value = function(prediction_tensor, torch.tensor(target, dtype=DTYPE))
    value.backward()
    return {
        "loss": name,
        "params": params,
        "rows": rows,
        "cols": cols,
        "prediction": to_list(prediction),
        "target": to_list(target),
        "value": float(value.detach()),
        "dprediction": to_list(prediction_tensor.grad),
    }


def write_losses(folder, rng):
    rows, cols = 6, 4
    prediction = as_float32_values(rng.normal(0, 1, (rows, cols)))
    target = as_float32_values(rng.normal(0, 1, (rows, cols)))
    target[0, 0] = prediction[0, 0]
    probability = as_float32_values(1 / (1 + np.exp(-rng.normal(0, 2, (rows, cols)))))
    binary_target = as_float32_values(rng.integers(0, 2, (rows, cols)))
    one_hot = np.eye(cols)[rng.integers(0, cols, rows)]
    exponentials = np.exp(prediction)
    class_probability = as_float32_values(exponentials / exponentials.sum(1, keepdims=True))

    cases = [
        loss_case("mse_mean", F.mse_loss, prediction, target),
        loss_case("mae_mean", F.l1_loss, prediction, target),
        loss_case("half_sse_sum", half_sse_sum, prediction, target),
        loss_case("huber_mean", huber_mean, prediction, target, delta=0.7),
        loss_case(
            "binary_cross_entropy_mean", F.binary_cross_entropy, probability, binary_target
        ),
        loss_case(
            "binary_cross_entropy_with_logits_mean",
            F.binary_cross_entropy_with_logits,
            prediction,
            binary_target,
        ),
        loss_case(
            "categorical_cross_entropy_mean_over_rows",
            categorical_cross_entropy_mean_over_rows,
            class_probability,
            one_hot,
        ),
        loss_case(
            "binary_focal_with_logits_mean",
            binary_focal_with_logits_mean,
            prediction,
            binary_target,
            alpha=0.25,
            gamma=2.0,
        ),
    ]
    save(folder, "losses", {
        "note": "mean over all elements unless the name says otherwise",
        "cases": cases,
    })


# Batch normalization and layer normalization


def normalization_case(rng, rows, cols):
    x = as_float32_values(rng.normal(1.5, 2, (rows, cols)))
    gamma = as_float32_values(rng.normal(1, 0.3, cols))
    beta = as_float32_values(rng.normal(0, 0.3, cols))
    dy = as_float32_values(rng.normal(0, 1, (rows, cols)))
    running_mean = as_float32_values(rng.normal(0, 1, cols))
    running_var = as_float32_values(rng.uniform(0.5, 2, cols))

    # Batch norm in training: forward, backward and the new running statistics.
    batch_norm = torch.nn.BatchNorm1d(cols, eps=1e-5, momentum=0.1, dtype=DTYPE)
    batch_norm.weight.data = torch.tensor(gamma)
    batch_norm.bias.data = torch.tensor(beta)
    batch_norm.running_mean = torch.tensor(running_mean)
    batch_norm.running_var = torch.tensor(running_var)
    batch_input = torch.tensor(x, requires_grad=True)
    train_y = batch_norm(batch_input)
    train_y.backward(torch.tensor(dy))
    new_running_mean = batch_norm.running_mean.clone()
    new_running_var = batch_norm.running_var.clone()

    # Batch norm in inference, with the running statistics from before the training step.
    batch_norm.eval()
    batch_norm.running_mean = torch.tensor(running_mean)
    batch_norm.running_var = torch.tensor(running_var)
    inference_y = batch_norm(torch.tensor(x))

    # Layer norm.
    layer_input = torch.tensor(x, requires_grad=True)
    layer_gamma = torch.tensor(gamma, requires_grad=True)
    layer_beta = torch.tensor(beta, requires_grad=True)
    layer_y = F.layer_norm(layer_input, (cols,), layer_gamma, layer_beta, 1e-5)
    layer_y.backward(torch.tensor(dy))

    return {
        "rows": rows,
        "cols": cols,
        "eps": 1e-5,
        "momentum": 0.1,
        "x": to_list(x),
        "gamma": to_list(gamma),
        "beta": to_list(beta),
        "dy": to_list(dy),
        "running_mean": to_list(running_mean),
        "running_var": to_list(running_var),
        "train_y": to_list(train_y),
        "dx": to_list(batch_input.grad),
        "dgamma": to_list(batch_norm.weight.grad),
        "dbeta": to_list(batch_norm.bias.grad),
        "new_running_mean": to_list(new_running_mean),
        "new_running_var_unbiased": to_list(new_running_var),
        "inference_y": to_list(inference_y),
        "layer_norm_y": to_list(layer_y),
        "layer_norm_dx": to_list(layer_input.grad),
        "layer_norm_dgamma": to_list(layer_gamma.grad),
        "layer_norm_dbeta": to_list(layer_beta.grad),
    }


def write_normalization(folder, rng):
    shapes = ((2, 1), (8, 5), (33, 17), (128, 64))
    cases = [normalization_case(rng, rows, cols) for rows, cols in shapes]
    save(folder, "normalization", {
        "note": "batch norm over rows per column; "
                "running = (1-momentum)*running + momentum*batch; "
                "the running variance takes the unbiased batch variance",
        "cases": cases,
    })


# Optimizers


def optimizers():
    """Return (description, function that makes the optimizer) of each case."""
    optim = torch.optim
    return [
        (
            {"optimizer": "sgd", "lr": 0.1},
            lambda params: optim.SGD(params, lr=0.1),
        ),
        (
            {"optimizer": "rmsprop", "lr": 0.01, "rho": 0.9, "eps": 1e-8},
            lambda params: optim.RMSprop(params, lr=0.01, alpha=0.9, eps=1e-8),
        ),
        (
            {"optimizer": "adagrad", "lr": 0.05, "eps": 1e-10},
            lambda params: optim.Adagrad(params, lr=0.05, eps=1e-10),
        ),
        (
            {"optimizer": "adadelta", "lr": 1.0, "rho": 0.95, "eps": 1e-6},
            lambda params: optim.Adadelta(params, lr=1.0, rho=0.95, eps=1e-6),
        ),
        (
            {"optimizer": "adam", "lr": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
            lambda params: optim.Adam(params, lr=0.01),
        ),
        (
            {
                "optimizer": "adam_l2",
                "lr": 0.01,
                "beta1": 0.9,
                "beta2": 0.999,
                "eps": 1e-8,
                "weight_decay": 0.1,
            },
            lambda params: optim.Adam(params, lr=0.01, weight_decay=0.1),
        ),
        (
            {
                "optimizer": "adamw",
                "lr": 0.01,
                "beta1": 0.9,
                "beta2": 0.999,
                "eps": 1e-8,
                "weight_decay": 0.1,
            },
            lambda params: optim.AdamW(params, lr=0.01, weight_decay=0.1),
        ),
        (
            {"optimizer": "nesterov_pytorch", "lr": 0.05, "momentum": 0.9},
            lambda params: optim.SGD(params, lr=0.05, momentum=0.9, nesterov=True),
        ),
    ]


def optimizer_trajectory(make_optimizer, initial, gradients):
    """Return the parameters after each gradient, in turn."""
    parameter = torch.nn.Parameter(torch.tensor(initial))
    optimizer = make_optimizer([parameter])
    trajectory = []
    for gradient in gradients:
        parameter.grad = torch.tensor(gradient)
        optimizer.step()
        trajectory.append(to_list(parameter.detach()))
    return trajectory


def momentum_trajectory(initial, gradients):
    """Textbook momentum: an exponential moving average of the gradients."""
    velocity = np.zeros(len(initial))
    parameter = initial.copy()
    trajectory = []
    for gradient in gradients:
        velocity = 0.9 * velocity + 0.1 * gradient
        parameter = parameter - 0.05 * velocity
        trajectory.append(to_list(parameter))
    return trajectory


def write_optimizers(folder, rng):
    size = 23
    initial = as_float32_values(rng.normal(0, 1, size))
    gradients = [as_float32_values(rng.normal(0, 1, size)) for _ in range(6)]
    gradients[2][3] = 0.0

    cases = []
    for description, make_optimizer in optimizers():
        trajectory = optimizer_trajectory(make_optimizer, initial, gradients)
        cases.append({**description, "trajectory": trajectory})
    cases.append({
        "optimizer": "momentum_ema",
        "lr": 0.05,
        "beta": 0.9,
        "trajectory": momentum_trajectory(initial, gradients),
        "note": "v=beta*v+(1-beta)*g; p=p-lr*v",
    })
    save(folder, "optimizers", {
        "note": "parameters after each of the gradients, in turn",
        "parameters": to_list(initial),
        "gradients": [to_list(gradient) for gradient in gradients],
        "cases": cases,
    })


# A small network, 20 training steps


def to_parameters(arrays):
    return [torch.nn.Parameter(torch.tensor(array)) for array in arrays]


def network_logits(x, weights, biases, gammas, betas):
    hidden = torch.tensor(x)
    for layer in range(3):
        hidden = hidden @ weights[layer] + biases[layer]
        if layer < 2:
            hidden = F.batch_norm(
                hidden, None, None, gammas[layer], betas[layer], True, 0.1, 1e-5
            )
            hidden = torch.tanh(hidden) if layer == 0 else torch.relu(hidden)
    return hidden


def write_network(folder, rng):
    dims = (7, 16, 9, 3)
    x = as_float32_values(rng.normal(0, 1, (40, 7)))
    labels = rng.integers(0, 3, 40)
    initial_weights = [
        as_float32_values(rng.normal(0, 0.5, shape)) for shape in zip(dims, dims[1:])
    ]
    initial_biases = [as_float32_values(rng.normal(0, 0.1, size)) for size in dims[1:]]

    weights = to_parameters(initial_weights)
    biases = to_parameters(initial_biases)
    gammas = [torch.nn.Parameter(torch.ones(size, dtype=DTYPE)) for size in dims[1:-1]]
    betas = [torch.nn.Parameter(torch.zeros(size, dtype=DTYPE)) for size in dims[1:-1]]
    optimizer = torch.optim.Adam(weights + biases + gammas + betas, lr=0.02)
    losses = []
    for _ in range(20):
        optimizer.zero_grad()
        logits = network_logits(x, weights, biases, gammas, betas)
        loss = F.cross_entropy(logits, torch.tensor(labels))
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))

    save(folder, "network", {
        "note": "dense(16) batchnorm tanh dense(9) batchnorm relu dense(3) "
                "softmax cross-entropy, full batch of 40, Adam lr 0.02, 20 steps; "
                "weights are [in][out] row-major",
        "dims": list(dims),
        "x": to_list(x),
        "labels": to_int_list(labels),
        "weights": [to_list(weight) for weight in initial_weights],
        "biases": [to_list(bias) for bias in initial_biases],
        "losses": losses,
        "final_weights": [to_list(weight) for weight in weights],
        "final_biases": [to_list(bias) for bias in biases],
        "final_gamma": [to_list(gamma) for gamma in gammas],
        "final_beta": [to_list(beta) for beta in betas],
    })


# Matrix products


def fma_float32(a, b, c):
    """Return a * b + c of float32 values, rounded once (to nearest, ties to even)."""
    exact = Fraction(float(a)) * Fraction(float(b)) + Fraction(float(c))
    if exact == 0:
        # Float arithmetic gives the zero its sign.
        return np.float32(float(a) * float(b) + float(c))

    # Rounding through float64 may be off by one place, so compare with both neighbours.
    guess = np.float32(float(exact))
    candidates = (
        np.nextafter(guess, np.float32(-np.inf)),
        guess,
        np.nextafter(guess, np.float32(np.inf)),
    )
    ranked = []
    for candidate in candidates:
        error = abs(Fraction(float(candidate)) - exact)
        last_bit = int(np.float32(candidate).view(np.uint32)) & 1
        ranked.append((error, last_bit, float(candidate)))
    return np.float32(min(ranked)[2])


def chain_float_bits(a, b):
    """Return the bits of the exact float32 chain acc = fma(a, b, acc), inner index ascending."""
    a32 = a.astype(np.float32)
    b32 = b.astype(np.float32)
    rows, inner = a.shape
    cols = b.shape[1]
    chain = np.zeros((rows, cols), np.float32)
    for row in range(rows):
        for col in range(cols):
            acc = np.float32(0)
            for index in range(inner):
                acc = fma_float32(a32[row, index], b32[index, col], acc)
            chain[row, col] = acc
    return to_int_list(chain.view(np.uint32).ravel())


def gemm_case(rng, m, n, k):
    a = as_float32_values(rng.normal(0, 1, (m, k)))
    b = as_float32_values(rng.normal(0, 1, (k, n)))
    # Not used, but drawn: it keeps the later draws, and so the expected values, as they are.
    rng.normal(0, 1, n)
    bits = None
    if m * n * k <= MAX_CHAIN_PRODUCTS:
        bits = chain_float_bits(a, b)
    return {
        "m": m,
        "n": n,
        "k": k,
        "a": to_list(a),
        "b": to_list(b),
        "c": to_list(a @ b),
        "c_chain_float_bits": bits,
    }


def write_gemm(folder, rng):
    sizes = ((1, 1, 1), (3, 5, 7), (17, 33, 65), (13, 48, 100), (64, 10, 128))
    cases = [gemm_case(rng, m, n, k) for m, n, k in sizes]
    save(folder, "gemm", {
        "note": "c in float64; c_chain_float_bits = Float.floatToIntBits of the chain "
                "acc=fma(a[i][p],b[p][j],acc), p ascending from acc=0, "
                "computed with exact rationals",
        "cases": cases,
    })


def main():
    seed = int(sys.argv[1])
    folder = sys.argv[2]
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)

    # All sections draw from the same generator: their order decides the values.
    write_activations(folder, rng)
    write_softmax(folder, rng)
    write_losses(folder, rng)
    write_normalization(folder, rng)
    write_optimizers(folder, rng)
    write_network(folder, rng)
    write_gemm(folder, rng)


if __name__ == "__main__":
    main()
