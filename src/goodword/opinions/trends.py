"""Shares over time and where they change.

Change points are found by binary segmentation with the binomial likelihood ratio (Scott and Knott 1974); a change is
kept where permuted series show one as large in less than 1 of 100 cases, so that of a hundred series without change
about one shows one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from goodword.opinions.stats import Share, difference, share

_PERMUTED, _LEVEL, _SEED = 199, 0.01, 20261124
_LEAST = 8  # reviews on either side
_MOST_BINS = 60


@dataclass(frozen=True, slots=True)
class Bin:
    """One stretch of time: its first day (ISO), and the share in it."""

    begin: str
    share: Share


@dataclass(frozen=True, slots=True)
class Change:
    """From the bin at `at` on (its first day `when`), the share is another."""

    at: int
    when: str
    before: Share
    after: Share
    p: float


@dataclass(frozen=True, slots=True)
class Clock:
    """Days to bins: 'day', 'week', 'month' or 'quarter', whichever shows the time covered in 12 to 60 steps."""

    step: str
    begins: tuple[str, ...]  # first day of every bin, without gaps

    def bins(self, days: NDArray[np.int64]) -> NDArray[np.int64]:
        """The bin of every day; -1 for a day outside."""
        edges = np.array([date.fromisoformat(b).toordinal() for b in self.begins])
        found = np.searchsorted(edges, days, side="right") - 1
        return np.where(days < 0, -1, found)


def clock(first: int, last: int) -> Clock:
    """The clock for reviews from `first` to `last` (ordinals)."""
    span = last - first + 1
    step = "day" if span <= 21 else "week" if span <= 140 else "month" if span <= 30 * _MOST_BINS else "quarter"
    begins = [_floor(date.fromordinal(first), step)]
    while (after := _next(begins[-1], step)) <= date.fromordinal(last):
        begins.append(after)
    return Clock(step, tuple(b.isoformat() for b in begins))


def _floor(day: date, step: str) -> date:
    if step == "week":
        return date.fromordinal(day.toordinal() - day.weekday())
    if step == "month":
        return day.replace(day=1)
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1) if step == "quarter" else day


def _next(day: date, step: str) -> date:
    if step in {"day", "week"}:
        return date.fromordinal(day.toordinal() + (1 if step == "day" else 7))
    months = day.month - 1 + (1 if step == "month" else 3)
    return date(day.year + months // 12, months % 12 + 1, 1)


def series(clocked: Clock, hits: Sequence[int], of: Sequence[int]) -> tuple[Bin, ...]:
    """Shares by bin."""
    return tuple(Bin(b, share(int(h), int(n))) for b, h, n in zip(clocked.begins, hits, of, strict=True))


def changes(bins: Sequence[Bin]) -> tuple[Change, ...]:
    """Where the share changes, in order of time."""
    hits = np.array([b.share.count for b in bins], np.float64)
    of = np.array([b.share.of for b in bins], np.float64)
    found: list[tuple[int, float]] = []
    _split(hits, of, 0, len(bins), found, np.random.default_rng(_SEED))
    found.sort()
    out, edges = [], [0, *(at for at, _ in found), len(bins)]
    for n, (at, p) in enumerate(found):
        before = _sum(bins[edges[n] : at])
        after = _sum(bins[at : edges[n + 2]])
        out.append(Change(at, bins[at].begin, before, after, p))
    return tuple(out)


def _sum(bins: Sequence[Bin]) -> Share:
    return share(sum(b.share.count for b in bins), sum(b.share.of for b in bins))


def _split(
    hits: NDArray[np.float64], of: NDArray[np.float64], begin: int, end: int, found: list[tuple[int, float]],
    chance: np.random.Generator,
) -> None:  # fmt: skip
    part, whole = hits[begin:end], of[begin:end]
    at, gain = _best(part[None], whole)
    if gain[0] <= 0:
        return
    # Under 'no change' each bin's hits are spread over the bins as a draw without replacement spreads them.
    drawn = chance.multivariate_hypergeometric(whole.astype(np.int64), int(part.sum()), _PERMUTED, method="marginals")
    larger = int((_best(drawn.astype(np.float64), whole)[1] >= gain[0]).sum())
    p = (larger + 1) / (_PERMUTED + 1)
    if p > _LEVEL:
        return
    cut = begin + int(at[0])
    found.append((cut, p))
    _split(hits, of, begin, cut, found, chance)
    _split(hits, of, cut, end, found, chance)


def _best(hits: NDArray[np.float64], of: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The cut with the largest likelihood ratio of each row of `hits`, and that ratio; 0 where none is allowed."""
    rows, n = hits.shape
    if n < 2:
        return np.zeros(rows, np.int64), np.zeros(rows)
    left, left_of = np.cumsum(hits, axis=1)[:, :-1], np.cumsum(of)[:-1]
    total, total_of = hits.sum(axis=1, keepdims=True), of.sum()
    gain = _likelihood(left, left_of) + _likelihood(total - left, total_of - left_of) - _likelihood(total, total_of)
    gain[:, (left_of < _LEAST) | (total_of - left_of < _LEAST)] = 0
    best = gain.argmax(axis=1)
    return best + 1, gain[np.arange(rows), best]


def _likelihood(hits: NDArray[np.float64], of: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.clip(hits / of, 1e-12, 1 - 1e-12)
        out: NDArray[np.float64] = np.where(of > 0, hits * np.log(p) + (of - hits) * np.log1p(-p), 0.0)
    return out


def moved(bins: Sequence[Bin]) -> float:
    """The last third of the time less the first third, as a share; for ranking, not for telling."""
    third = max(1, len(bins) // 3)
    return difference(_sum(bins[-third:]), _sum(bins[:third])).value
