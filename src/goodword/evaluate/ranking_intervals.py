"""How sure a figure is: bootstrap over users, paired differences, and gaps between groups of users.

Users, not events, are drawn: the events of one user are not independent (Efron and Tibshirani, 1993, ch. 6 and 13).
Figures of the catalogue as a whole (coverage, Gini) get no interval: a resample shows fewer items by construction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodword.evaluate.ranking_metrics import PerUser

ROUNDS, LEVEL, SEED = 1000, 0.95, 42
_CHUNK = 2_000_000  # weights held at once


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A mean with its interval. `users` is how many it is a mean of."""

    value: float
    low: float
    high: float
    users: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """A metric by group: the widest gap between two groups, and how often chance alone makes one as wide."""

    column: str
    metric: str
    groups: Mapping[str, Estimate]
    gap: float  # largest mean - smallest mean
    low: float
    high: float
    chance: float  # share of random re-labellings with a gap at least as wide


def estimate(values: PerUser, *, rounds: int = ROUNDS, level: float = LEVEL, seed: int = SEED) -> Estimate:
    """Mean over users, NaN left out, with the percentile interval of `rounds` resamples. All NaN: NaN."""
    told = values[~np.isnan(values)]
    if not len(told):
        return Estimate(value=float("nan"), low=float("nan"), high=float("nan"), users=0)
    low, high = _percentiles(_means(told, rounds, np.random.default_rng(seed)), level)
    return Estimate(value=float(told.mean()), low=low, high=high, users=len(told))


def difference(ours: PerUser, theirs: PerUser, *, rounds: int = ROUNDS, level: float = LEVEL) -> Estimate:
    """Mean of the differences, user by user: the paired bootstrap, far sharper than two intervals laid side by side.

    Raises:
        ValueError: not the same users.
    """
    if ours.shape != theirs.shape:
        raise ValueError(f"{len(ours)} users here, {len(theirs)} there")
    return estimate(ours - theirs, rounds=rounds, level=level)


def gap(values: PerUser, labels: Sequence[str], *, column: str, metric: str, rounds: int = ROUNDS) -> Gap:
    """A metric by group of users.

    Args:
        labels: the group of each user; users without one ('') are left out.
    """
    names = np.asarray(labels, dtype=object)
    known = (names != "") & ~np.isnan(values)
    values, names = values[known], names[known]
    kinds, codes = np.unique(names.astype(str), return_inverse=True)
    groups = {str(k): estimate(values[codes == n], rounds=rounds) for n, k in enumerate(kinds)}
    if len(groups) < 2:
        return Gap(column=column, metric=metric, groups=groups, gap=0.0, low=0.0, high=0.0, chance=1.0)
    rng = np.random.default_rng(SEED)
    drawn = np.stack([_means(values[codes == n], rounds, rng) for n in range(len(kinds))])
    low, high = _percentiles(drawn.max(0) - drawn.min(0), LEVEL)
    found = _spread(values, codes, len(kinds))
    shuffled = np.array([_spread(values, rng.permutation(codes), len(kinds)) for _ in range(rounds)])
    chance = (1 + (shuffled >= found - 1e-12).sum()) / (1 + rounds)
    return Gap(column=column, metric=metric, groups=groups, gap=found, low=low, high=high, chance=float(chance))


def _spread(values: PerUser, codes: NDArray[np.intp], kinds: int) -> float:
    means = np.bincount(codes, values, minlength=kinds) / np.bincount(codes, minlength=kinds)
    return float(means.max() - means.min())


def _means(values: PerUser, rounds: int, rng: np.random.Generator) -> PerUser:
    """Means of `rounds` resamples, drawn with replacement."""
    n = len(values)
    step = max(1, _CHUNK // n)
    parts = [values[rng.integers(0, n, size=(min(step, rounds - done), n))].mean(1) for done in range(0, rounds, step)]
    return np.concatenate(parts)


def _percentiles(drawn: PerUser, level: float) -> tuple[float, float]:
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
