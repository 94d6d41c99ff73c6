"""Choosing a list that is good and not all alike: MMR, and greedy MAP of a determinantal point process.

Both choose step by step, so that caps can be kept on the way. Relevance is first brought to 0..1 over the candidates.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from goodword.rankers.interactions import Doubles

May = Callable[[], NDArray[np.bool_]]  # which candidates may come next


def likeness(features: Any, items: NDArray[np.int32]) -> Doubles:
    """Cosine of the features of each pair of items; [len(items), len(items)], 1 on the diagonal."""
    rows = sparse.csr_array(features[items])
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(1)).ravel())
    rows.data = rows.data / np.repeat(np.where(norms > 0, norms, 1), np.diff(rows.indptr))
    alike: Doubles = (rows @ rows.T).toarray()
    np.fill_diagonal(alike, 1)
    return alike


def relevance(scores: NDArray[Any]) -> Doubles:
    """Scores brought to 0..1, order kept; all 1 where they are equal."""
    value = np.asarray(scores, dtype=np.float64)
    low, high = value.min(initial=np.inf), value.max(initial=-np.inf)
    return (value - low) / (high - low) if high > low else np.ones_like(value)


def by_score(scores: NDArray[Any], k: int, may: May, took: Callable[[int], None]) -> list[int]:
    """The best k in order of score that may be taken."""
    order = list(np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable"))
    chosen: list[int] = []
    for at in order:
        if len(chosen) == k:
            break
        if may()[at]:
            chosen.append(int(at))
            took(int(at))
    return chosen


def mmr(
    scores: NDArray[Any], alike: Doubles, k: int, weight: float, may: May, took: Callable[[int], None]
) -> list[int]:
    """Maximal marginal relevance: (1 - weight) relevance - weight likeness to the nearest one chosen.

    Carbonell and Goldstein, SIGIR 1998.

    Args:
        may: asked before each step; [candidates], false for what caps forbid.
        took: told after each step.
    """
    worth = relevance(scores)
    nearest = np.zeros(len(worth))
    chosen: list[int] = []
    free = np.ones(len(worth), np.bool_)
    while len(chosen) < k:
        left = free & may()
        if not left.any():
            break
        value = np.where(left, (1 - weight) * worth - weight * nearest, -np.inf)
        at = int(np.argmax(value))
        chosen.append(at)
        took(at)
        free[at] = False
        nearest = np.maximum(nearest, alike[at])
    return chosen


def dpp(
    scores: NDArray[Any], alike: Doubles, k: int, weight: float, may: May, took: Callable[[int], None]
) -> list[int]:
    """Greedy MAP of a determinantal point process with kernel exp(a (r_i + r_j) / 2) s_ij, a = (1 - weight) / weight.

    Chen, Zhang and Zhou, Fast Greedy MAP Inference for Determinantal Point Process, NeurIPS 2018. Once what is left is
    a combination of what was chosen, the rest follows by score.
    """
    worth = relevance(scores)
    sharp = (1 - weight) / max(weight, 1e-6)
    quality = np.exp(np.minimum(sharp, 60.0) * (worth - 1) / 2)
    kernel = quality[:, None] * alike * quality[None, :]
    gain = np.diag(kernel).copy()
    rows = np.zeros((k, len(worth)))
    free = np.ones(len(worth), np.bool_)
    chosen: list[int] = []
    while len(chosen) < k:
        left = free & may()
        if not left.any():
            break
        spent = np.where(left, gain, -np.inf).max() < 1e-12
        at = int(np.argmax(np.where(left, worth if spent else gain, -np.inf)))
        if not spent:
            done = len(chosen)
            row = (kernel[at] - rows[:done].T @ rows[:done, at]) / np.sqrt(gain[at])
            rows[done] = row
            gain = gain - row * row
        chosen.append(at)
        took(at)
        free[at] = False
    return chosen
