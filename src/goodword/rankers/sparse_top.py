"""Best items where most scores are zero: only what has a score, and the best of the prior, is looked at."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.base import Lists
from goodword.rankers.interactions import Floats, Histories

_ROWS = 1024
WORTH = 25_000  # items from which looking at those with a score only is faster


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
    barred = np.zeros(len(prior), bool) if allowed is None else ~allowed
    order = np.argsort(-prior, kind="stable").astype(np.int32)
    order = order[~barred[order]]
    most = float(prior[order[0]]) if len(order) else -np.inf  # what an item without a score has at most
    for first in range(0, len(histories), _ROWS):
        some = histories.part(first, min(first + _ROWS, len(histories)))
        told = score(some)
        told.data += prior[told.indices]
        told.data[barred[told.indices]] = -np.inf
        hidden = some.within(len(prior))
        for n in range(len(some)):
            cells = slice(told.indptr[n], told.indptr[n + 1])
            items, scores = told.indices[cells], told.data[cells]
            had = hidden.items[hidden.starts[n] : hidden.starts[n + 1]] if not seen else items[:0]
            barred_before = barred[had]
            barred[had] = True
            scores[barred[items]] = -np.inf
            found, values = _best(items, scores, k)
            if len(found) < k or values[-1] <= most:
                spare = order[: 2 * k + len(had) + len(items)]
                spare = spare[~barred[spare]]
                spare = spare[~np.isin(spare, items)][:k]
                found, values = _best(
                    np.concatenate([items, spare]), np.concatenate([scores, prior[spare]]).astype(np.float32), k
                )
            barred[had] = barred_before
            out_items[first + n, : len(found)], out_scores[first + n, : len(found)] = found, values
    return Lists(items=out_items, scores=out_scores)


def _best(items: NDArray[np.int32], scores: Floats, k: int) -> tuple[NDArray[np.int32], Floats]:
    """The k best that are not barred, best first; equal scores by number."""
    if len(scores) > k:
        chosen = scores.argpartition(len(scores) - k)[-k:]
        items, scores = items[chosen], scores[chosen]
    ranked = np.lexsort((items, -scores))
    left = ranked[scores[ranked] > -np.inf]
    return items[left], scores[left]
