"""Shares with their intervals, differences of shares, and many tests at once. Standard library only."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, erfc, exp, lgamma, log, sqrt

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`, and where the true share lies with 95 % confidence."""

    count: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share; 0 of none."""
        return self.count / self.of if self.of else 0.0


def share(count: int, of: int, z: float = Z95) -> Share:
    """A share with its Wilson score interval (Wilson 1927; Brown, Cai and DasGupta 2001)."""
    if not of:
        return Share(count, of, 0.0, 1.0)
    p, n = count / of, of
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == of else min(1.0, middle + half)
    return Share(count, of, low, high)


@dataclass(frozen=True, slots=True)
class Difference:
    """One share less another, its 95 % interval, and the chance of such a difference where there is none."""

    value: float
    low: float
    high: float
    p: float


def difference(one: Share, other: Share) -> Difference:
    """Newcombe's interval (1998, method 10) and Fisher's exact test where numbers are small, else the z test."""
    value = one.value - other.value
    low = value - sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    high = value + sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Difference(value, low, high, _p(one, other))


def _p(one: Share, other: Share) -> float:
    if not one.of or not other.of:
        return 1.0
    a, b, c, d = one.count, one.of - one.count, other.count, other.of - other.count
    total = one.of + other.of
    hits = a + c
    if hits in {0, total}:
        return 1.0
    expected = min(hits, total - hits) * min(one.of, other.of) / total
    if expected < 5 and total < 2000:
        return _fisher(a, b, c, d)
    pooled = hits / total
    z = (one.value - other.value) / sqrt(pooled * (1 - pooled) * (1 / one.of + 1 / other.of))
    return erfc(abs(z) / sqrt(2))


def _fisher(a: int, b: int, c: int, d: int) -> float:
    n, k, m = a + b + c + d, a + c, a + b
    whole = comb(n, k)
    chances = {x: comb(m, x) * comb(n - m, k - x) / whole for x in range(max(0, k - n + m), min(k, m) + 1)}
    return min(1.0, sum(p for p in chances.values() if p <= chances[a] * (1 + 1e-9)))


def standing_out(chances: Sequence[float], rate: float = 0.05) -> list[bool]:
    """Which of many tests stand at that false discovery rate (Benjamini and Hochberg 1995)."""
    order = sorted(range(len(chances)), key=lambda i: chances[i])
    last = max((n for n, i in enumerate(order, 1) if chances[i] <= rate * n / len(chances)), default=0)
    kept = set(order[:last])
    return [i in kept for i in range(len(chances))]


def poisson_tail(count: int, expected: float) -> float:
    """The chance of `count` or more where `expected` are expected."""
    if count <= 0:
        return 1.0
    if expected <= 0:
        return 0.0
    below = sum(exp(k * log(expected) - expected - lgamma(k + 1)) for k in range(count))
    if below < 1 - 1e-9:
        return 1 - below
    total, k = 0.0, count
    while True:  # the tail itself, where one less the rest would be lost in rounding
        step = exp(k * log(expected) - expected - lgamma(k + 1))
        total += step
        k += 1
        if step < total * 1e-12 or k > count + 10_000:
            return total
