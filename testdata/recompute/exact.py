"""Exact arithmetic: what the published methods say of rounding, curves and shares.

Everything is a fraction or a whole number, so that a figure is the same here as where
it was worked out first. Only the standard library is needed.
"""

from fractions import Fraction
from math import floor

FULL = 10000  # hundredths of a point, or of a percent, in the whole


def half_up(value):
    """The nearest whole number; halves go up."""
    return floor(Fraction(value) + Fraction(1, 2))


def on_line(points, x, value="value"):
    """The value at x of points {at, value}: linear between them, flat outside."""
    points = sorted((p for p in points if p.get("at") is not None), key=lambda p: int(p["at"]))
    x = Fraction(x)
    if x <= int(points[0]["at"]):
        return Fraction(points[0][value])
    for left, right in zip(points, points[1:]):
        a, b = int(left["at"]), int(right["at"])
        if x <= b:
            return left[value] + Fraction(right[value] - left[value]) * (x - a) / (b - a)
    return Fraction(points[-1][value])


def apportion(parts, total):
    """Whole numbers that sum to total: each part rounded down, what is then missing to
    the largest remainders, ties to the first."""
    parts = [Fraction(p) for p in parts]
    out = [floor(p) for p in parts]
    order = sorted(range(len(parts)), key=lambda i: -(parts[i] - out[i]))  # a stable sort
    for i in order[: total - sum(out)]:
        out[i] += 1
    return out


def parameters(of):
    """The numbers of a method by name."""
    return {p["name"]: int(p["value"]) for p in of.get("parameters", [])}


def number(record, field):
    """A fact as a whole number; None where it is not stated."""
    value = (record or {}).get(field)
    return None if value is None else int(value)
