"""What a recommender does to the catalogue and to taste: who is shown, how often, and how far from the beaten track.

Lists are arrays (users, depth), -1 where shorter; `holders` counts for each item the users who have it in training.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from goodword.evaluate.ranking_metrics import Hits, Lists, PerUser

HEAD = 0.2  # the most popular fifth of the catalogue; the rest is the long tail


def exposure(lists: Lists, items: int, k: int) -> NDArray[np.int64]:
    """How many of the lists show each item among their first k."""
    shown = lists[:, :k]
    return np.bincount(shown[shown >= 0], minlength=items).astype(np.int64)


def coverage(counts: NDArray[np.int64]) -> float:
    """Share of the catalogue that anybody is shown."""
    return float((counts > 0).mean()) if len(counts) else 0.0


def gini(counts: NDArray[np.int64]) -> float:
    """Inequality of exposure over the whole catalogue: 0 all alike, towards 1 all on one item; 0 with nothing shown.

    The mean absolute difference of all pairs over twice the mean.
    """
    total = counts.sum()
    if not total:
        return 0.0
    ordered, n = np.sort(counts).astype(np.float64), len(counts)
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def novelty(lists: Lists, holders: NDArray[np.int64], users: int, k: int) -> PerUser:
    """Mean self-information of what is shown, in bits: -log2 of the share of users who have it (Vargas and Castells, 2011).

    An item nobody has counts as one that a single user has.
    """  # noqa: E501
    bits = -np.log2(np.maximum(holders, 1) / max(users, 1))
    return _mean_of(lists[:, :k], bits)


def popularity(lists: Lists, holders: NDArray[np.int64], users: int, k: int) -> PerUser:
    """Mean share of users who have what is shown: average recommendation popularity (Yin et al., 2012)."""
    return _mean_of(lists[:, :k], holders / max(users, 1))


def lift(lists: Lists, history: csr_array, holders: NDArray[np.int64], users: int, k: int) -> PerUser:
    """Popularity lift: how much more popular the list is than the user's own history, as a share of the latter.

    0: as popular; 0.5: half as popular again (Abdollahpouri et al., 2020). NaN for a user without history.
    """
    share = holders / max(users, 1)
    owned = np.diff(history.indptr)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = np.add.reduceat(np.append(share[history.indices], 0.0), history.indptr[:-1])
        own = np.where(owned > 0, own / np.maximum(owned, 1), np.nan)
        return popularity(lists, holders, users, k) / own - 1


def tail_share(lists: Lists, holders: NDArray[np.int64], k: int) -> PerUser:
    """Share of what is shown that is outside the most popular fifth of the catalogue."""
    head = np.argsort(-holders, kind="stable")[: int(HEAD * len(holders))]
    tail = np.ones(len(holders))
    tail[head] = 0
    return _mean_of(lists[:, :k], tail)


def serendipity(found: Hits, lists: Lists, expected: Lists, k: int) -> PerUser:
    """Share of the k places that hold a hit which the plain popularity list would not have shown (Ge et al., 2010).

    Args:
        expected: for each user the first k of the list that needs no recommender.
    """
    top, plain = lists[:, :k], expected[:, :k]
    seen = (top[:, :, None] == plain[:, None, :]).any(2)
    return np.asarray((found[:, :k] & ~seen).sum(1) / k, dtype=np.float64)


def variety(lists: Lists, features: csr_array, k: int) -> PerUser:
    """Mean distance of the pairs of a list, 1 - cosine of their features; 0 where fewer than two are shown.

    Args:
        features: (items, features), any scale; an item without features is unlike everything.
    """
    unit: Any = csr_array(features).astype(np.float64)  # a matrix would broadcast otherwise than an array; a copy
    norms = np.sqrt(np.asarray(unit.multiply(unit).sum(1)).ravel())
    unit.data /= np.repeat(np.where(norms > 0, norms, 1), np.diff(unit.indptr))
    top = lists[:, :k]
    out = np.zeros(len(top))
    for row, shown in enumerate(top):
        rows = unit[shown[shown >= 0]]
        n = rows.shape[0]
        if n > 1:
            total = np.asarray(rows.sum(0)).ravel()
            own = rows.multiply(rows).sum()
            out[row] = 1 - (total @ total - own) / (n * (n - 1))
    return out


def _mean_of(shown: Lists, value: NDArray[np.float64]) -> PerUser:
    """Mean of an item's value over what is shown; NaN for an empty list."""
    there = shown >= 0
    total = np.where(there, value[np.where(there, shown, 0)], 0.0).sum(1)
    with np.errstate(invalid="ignore"):
        return np.where(there.any(1), total / np.maximum(there.sum(1), 1), np.nan)
