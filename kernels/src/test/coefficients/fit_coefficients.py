# SPDX-License-Identifier: Apache-2.0
"""Fit the polynomials of the elementary functions anew and compare them with the constants in the sources.

Usage: python3 fit_coefficients.py   (needs mpmath; takes about two minutes)

Each polynomial is a minimax fit by the Remez exchange algorithm. Coefficients are rounded to float one
after the other, the lowest first, and the rest is fitted again after each. For each coefficient this
program prints its distance from the fit, in units in the last place: "same" where rounding the fit gives
the constant. For each polynomial it prints the largest error of the constants, in exact arithmetic, and
that of the best polynomial with coefficients that are not rounded.

Where rounded coefficients leave a residual that has more extrema than the rest has unknowns, the exchange
need not settle: many polynomials are then equally good, and the constants are one of them. The program
prints "open" there. It fails if a constant that it has reproduced once differs, or if the error of a
polynomial is above the bound that its documentation states.
"""
import re
import struct
import sys
from pathlib import Path

import mpmath as mp

mp.mp.prec = 160

SOURCES = Path(__file__).resolve().parents[2] / "main/java/org/lanewise/kernels/internal"
GRID = 1500
FINE_GRID = 6000
MOST_EXCHANGES = 14


class Polynomial:
    """constant + sum of coefficients times powers, close to a function on an interval.

    `weight` turns an error of the polynomial to the error that is minimized; `reproduced` counts the
    coefficients, from the lowest, that the fit gives bit for bit; `bound` is the documented log2 of the
    largest error.
    """

    def __init__(self, prefix, powers, function, interval, fixed, weight, bound, reproduced):
        self.prefix = prefix
        self.powers = list(powers)
        self.function = function
        self.low, self.high = (mp.mpf(end) for end in interval)
        self.fixed = fixed
        self.weight = weight
        self.bound = bound
        self.reproduced = reproduced

    def name(self, power):
        return f"{self.prefix}_{power}"

    def grid(self, size):
        """Points of the interval with the function and the weight; without 0, where the weight is infinite."""
        points = [self.low + (self.high - self.low) * i / size for i in range(size + 1)]
        return [(x, self.function(x), abs(self.weight(x))) for x in points if abs(x) > mp.mpf(2) ** -30]


def constants(file):
    """The float constants of a Java source, by name."""
    found = re.findall(r"static final float (\w+) =\s*(-?[0-9][0-9a-fx.p+-]*)f\b", (SOURCES / file).read_text())
    return {name: to_float(float.fromhex(text) if "x" in text else float(text)) for name, text in found}


def to_float(value):
    """Round to the nearest float."""
    return struct.unpack("f", struct.pack("f", float(value)))[0]


def ulp(value):
    """Distance of the floats at a value."""
    bits = struct.unpack("I", struct.pack("f", abs(value)))[0]
    return struct.unpack("f", struct.pack("I", bits + 1))[0] - abs(value)


def evaluate(coefficients, x):
    highest = max(coefficients)
    return mp.polyval([coefficients.get(power, mp.mpf(0)) for power in range(highest, -1, -1)], x)


def errors(coefficients, grid):
    return [(f - evaluate(coefficients, x)) * weight for x, f, weight in grid]


def solve(polynomial, reference, powers, fixed):
    """The coefficients whose errors alternate with one magnitude at the reference points."""
    count = len(powers)
    matrix = mp.matrix(count + 1, count + 1)
    right = mp.matrix(count + 1, 1)
    for row, x in enumerate(reference):
        for column, power in enumerate(powers):
            matrix[row, column] = x ** power
        matrix[row, count] = (-1) ** row / abs(polynomial.weight(x))
        right[row] = polynomial.function(x) - evaluate(fixed, x)
    solution = mp.lu_solve(matrix, right)
    return {power: solution[i] for i, power in enumerate(powers)}


def extrema(values):
    """The place of the largest error between each two changes of its sign."""
    places = []
    for place, error in enumerate(values):
        if not places or (error > 0) != (values[places[-1]] > 0):
            places.append(place)
        elif abs(error) > abs(values[places[-1]]):
            places[-1] = place
    return places


def exchange(polynomial, powers, fixed, grid):
    """Fit some powers beside fixed coefficients; None where the reference does not settle."""
    count = len(powers)
    middle = (polynomial.low + polynomial.high) / 2
    half = (polynomial.high - polynomial.low) / 2
    reference = [middle - half * mp.cos(mp.pi * (i + mp.mpf(1) / 2) / (count + 1)) for i in range(count + 1)]
    reference = [x if abs(x) > mp.mpf(2) ** -30 else x + half / 1000 for x in reference]
    for _ in range(MOST_EXCHANGES):
        fitted = solve(polynomial, reference, powers, fixed)
        values = errors({**fixed, **fitted}, grid)
        places = extrema(values)
        if len(places) < count + 1:
            return None
        while len(places) > count + 1:
            places.pop(0 if abs(values[places[0]]) < abs(values[places[-1]]) else -1)
        exchanged = [grid[place][0] for place in places]
        if exchanged == reference:
            return fitted
        reference = exchanged
    return None


def log2_of_largest(values):
    return float(mp.log(max(abs(value) for value in values), 2))


def fit(polynomial, constant):
    """Print a polynomial's line; return whether all is as documented."""
    good = True
    grid = polynomial.grid(GRID)
    fine = polynomial.grid(FINE_GRID)
    fixed = dict(polynomial.fixed)
    best = None
    told = []
    for index, power in enumerate(polynomial.powers):
        stored = constant[polynomial.name(power)]
        fitted = exchange(polynomial, polynomial.powers[index:], fixed, grid)
        if index == 0:
            best = log2_of_largest(errors({**fixed, **fitted}, grid))
        same = fitted is not None and to_float(fitted[power]) == stored
        distance = "open" if fitted is None else f"{float((fitted[power] - stored) / ulp(stored)):+.2f}"
        told.append(f"{polynomial.name(power)} {'same' if same else distance}")
        good &= same or index >= polynomial.reproduced
        fixed[power] = mp.mpf(stored)
    error = log2_of_largest(errors(fixed, fine))
    good &= error <= polynomial.bound + 0.05
    print(f"{polynomial.prefix}: error 2^{error:.2f}, stated 2^{polynomial.bound}, best 2^{best:.2f}; {', '.join(told)}",
          flush=True)
    return good


def tail_of_gelu(constant):
    """The rational function of the normal distribution's tail: its error alone, for the exchange is linear."""
    p = {0: mp.mpf(1) / 2, **{power: mp.mpf(constant[f"TAIL_P{power}"]) for power in range(1, 5)}}
    q = {0: mp.mpf(1), **{power: mp.mpf(constant[f"TAIL_Q{power}"]) for power in range(1, 6)}}
    points = [-mp.mpf(16) * i / FINE_GRID for i in range(FINE_GRID + 1)]
    error = log2_of_largest([evaluate(p, u) / evaluate(q, u) / (mp.ncdf(u) * mp.exp(u * u / 2)) - 1 for u in points])
    print(f"TAIL: error 2^{error:.2f}, stated 2^-26.4")
    return error <= -26.35


def main():
    third = mp.mpf(1) / 3
    half_step = mp.mpf("1.0005") * mp.log(2) / 2
    slope = {1: mp.mpf(1)}
    polynomials = [
        Polynomial("EXPM1", range(2, 7), mp.expm1, (-half_step, half_step), slope, lambda x: 1 / mp.expm1(x), -26.0, 5),
        Polynomial("LOG", range(2, 11), mp.log1p, (-third, third), slope, lambda x: 1 / mp.log1p(x), -27.5, 5),
        Polynomial("LOG1P", range(2, 11), mp.log1p, (0, 1), slope, lambda x: 1 / mp.log1p(x), -27.5, 2),
        # An error of ln(1 + erf) is one of 1 + erf relative to itself, which the weight takes to erf.
        Polynomial("ERF", range(1, 10), lambda u: mp.log(mp.erfc(-u)) - u, (-4, 0), {0: mp.mpf(0)},
                   lambda u: mp.erfc(-u) / mp.erf(u), -27.8, 4),
    ]
    constant = constants("formula/ScalarMath.java")
    good = [fit(polynomial, constant) for polynomial in polynomials]
    good.append(tail_of_gelu(constants("activation/ScalarFormulas.java")))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
