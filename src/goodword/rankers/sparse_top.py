"""Best items where most scores are zero: only what has a score, and the best of the prior, is looked at."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.base import Lists
from goodword.rankers.interactions import Floats, Histories

_ROWS = 1024


def sparse_lists(
    score: Callable[[Histories], Any],
    histories: Histories,
    k: int,
    *,
    prior: Floats,
    seen: bool = False,
    allowed: NDArray[np.bool_] | None = None,
) -> Lists:
    """Lists of many shoppers from a function that scores some of them as CSR, to which the prior is added.

    The same lists as `base.top_lists` over dense scores; items neither scored nor in the prior may fill the end.
    """
    out_items, out_scores = (
        np.full((len(histories), k), -1, np.int32),
        np.full((len(histories), k), -np.inf, np.float32),
    )
    order = np.argsort(-prior, kind="stable").astype(np.int32)
    if allowed is not None:
        order = order[allowed[order]]
    for first in range(0, len(histories), _ROWS):
        some = histories.part(first, min(first + _ROWS, len(histories)))
        told = score(some)
        for n in range(len(some)):
            had = some.items[some.starts[n] : some.starts[n + 1]] if not seen else some.items[:0]
            cells = slice(told.indptr[n], told.indptr[n + 1])
            items, scores = _best(told.indices[cells], told.data[cells], k, prior, order, had, allowed)
            out_items[first + n, : len(items)], out_scores[first + n, : len(items)] = items, scores
    return Lists(items=out_items, scores=out_scores)


def _best(
    items: NDArray[np.int32],
    scores: Floats,
    k: int,
    prior: Floats,
    order: NDArray[np.int32],
    had: NDArray[np.int32],
    allowed: NDArray[np.bool_] | None,
) -> tuple[NDArray[np.int32], Floats]:
    spare = order[: k + len(had) + _below(scores, items)]  # of these, k are left when what was had is gone
    full = np.zeros(len(items) + len(spare), np.float32)
    full[: len(items)] = scores
    both = np.concatenate([items, spare])
    full += prior[both]
    full[len(items) :][np.isin(spare, items)] = -np.inf  # counted already, with its score
    if len(had):
        full[np.isin(both, had)] = -np.inf
    if allowed is not None:
        full[: len(items)][~allowed[items]] = -np.inf
    if len(full) > k:
        chosen = np.argpartition(-full, k - 1)[:k]
        both, full = both[chosen], full[chosen]
    ranked = np.lexsort((both, -full))
    left = ranked[full[ranked] > -np.inf]
    return both[left], full[left]


def _below(scores: Floats, items: NDArray[np.int32]) -> int:
    """How many of the scored items may lie below those of the prior alone."""
    return int((scores <= 0).sum()) if len(items) else 0
