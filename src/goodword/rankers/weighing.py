"""What each event of a history counts, by its age; and sums that can be taken back exactly.

A weight is what the event counts in itself times a decay by position (each later event of the same shopper lowers it)
and by age in days. Sums over shoppers are kept in fixed point: every summand is a multiple of `GRAIN`, so a double adds
and subtracts it without rounding, in any order. That is what makes forgetting exact.
"""

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.interactions import Doubles, Floats, Histories, History, Times

DAY = 86_400
GRAIN = 2.0**-30  # below 2**22 in all, sums of such multiples are exact


def in_grains(values: NDArray[np.floating]) -> Doubles:
    """Values rounded to multiples of GRAIN."""
    return np.asarray(np.rint(np.asarray(values, np.float64) / GRAIN) * GRAIN, np.float64)


def weigh(histories: Histories, *, step: float = 0.0, half_life: float | None = None) -> Doubles:
    """Weight of every event; [events].

    Args:
        step: each later event takes the factor exp(-step).
        half_life: days after which an event counts half, from the moment the list is for; None: age does not matter.
    """
    out = histories.weights.astype(np.float64)
    if step:
        out *= np.exp(-step * histories.steps)
    if half_life is not None:
        out *= faded(np.repeat(histories.now, np.diff(histories.starts)) - histories.times, half_life)
    return out


def weigh_one(history: History, *, step: float = 0.0, half_life: float | None = None) -> Doubles:
    """`weigh` for one history."""
    out = history.weights.astype(np.float64)
    if step:
        out *= np.exp(-step * np.arange(len(out) - 1, -1, -1))
    if half_life is not None:
        out *= faded(history.at - history.times, half_life)
    return out


def faded(age: Times, half_life: float) -> Doubles:
    """What is left after so many seconds; an age below 0 (a clock that is wrong) counts as 0."""
    return np.asarray(np.exp2(np.maximum(age, 0) / (-DAY * half_life)), np.float64)


def shares(weights: Doubles, rows: NDArray[np.int64], number: int) -> Floats:
    """Weights divided by their sum in each row; [events]."""
    sums = np.bincount(rows, weights, minlength=number)
    return np.asarray(weights / np.maximum(sums, 1e-12)[rows], np.float32)
