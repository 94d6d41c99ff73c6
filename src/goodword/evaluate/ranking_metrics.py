"""Accuracy of ranked lists, one value a user: recall, precision, hit rate, NDCG, average precision, reciprocal rank.

Full ranking only: the list must have been chosen from the whole catalogue. Metrics over a sample of negatives reorder
models (Krichene and Rendle, On Sampled Metrics for Item Recommendation, KDD 2020).

Lists are arrays of shape (users, depth) of item numbers, best first, -1 where a list is shorter. What is relevant is a
sparse matrix of shape (users, items), relevant where not zero; every user has at least one relevant item.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Lists = NDArray[np.int32] | NDArray[np.int64]
PerUser = NDArray[np.float64]
Hits = NDArray[np.bool_]


def hits(lists: Lists, truth: csr_array) -> Hits:
    """Whether the item at each place of each list is relevant to its user.

    Raises:
        ValueError: a list names an item twice, or one outside the catalogue; or the shapes do not fit.
    """
    users, items = truth.shape
    if lists.ndim != 2 or len(lists) != users:
        raise ValueError(f"{users} users in the truth, lists of shape {lists.shape}")
    if lists.size and (lists.max() >= items or lists.min() < -1):
        raise ValueError(f"a list names an item outside 0..{items - 1}")
    shown = lists >= 0
    keys = (np.arange(users, dtype=np.int64)[:, None] * items + lists)[shown]
    if len(np.unique(keys)) != len(keys):
        raise ValueError("a list names an item twice")
    found = np.zeros(lists.shape, dtype=np.bool_)
    found[shown] = np.isin(keys, _keys(truth), assume_unique=True)
    return found


def _keys(truth: csr_array) -> NDArray[np.int64]:
    """One number for each relevant pair of user and item."""
    rows = np.repeat(np.arange(truth.shape[0], dtype=np.int64), np.diff(truth.indptr))
    relevant = truth.data != 0
    return np.unique(rows[relevant] * truth.shape[1] + truth.indices[relevant])


def sizes(truth: csr_array) -> NDArray[np.int64]:
    """How many items are relevant to each user.

    Raises:
        ValueError: none is, to some user: no metric here is defined for them.
    """
    counted = np.bincount(_keys(truth) // truth.shape[1], minlength=truth.shape[0]).astype(np.int64)
    if not counted.all():
        raise ValueError("a user has no relevant item: leave them out")
    return counted


def recall(found: Hits, relevant: NDArray[np.int64], k: int) -> PerUser:
    """Share of the relevant items that stand among the first k."""
    return _share(found[:, :k].sum(1), relevant)


def precision(found: Hits, relevant: NDArray[np.int64], k: int) -> PerUser:
    """Share of the k places that hold a relevant item; a list shorter than k has empty places."""
    del relevant
    return _share(found[:, :k].sum(1), k)


def hit_rate(found: Hits, relevant: NDArray[np.int64], k: int) -> PerUser:
    """1 where any of the first k is relevant."""
    del relevant
    return np.asarray(found[:, :k].any(1), dtype=np.float64)


def ndcg(found: Hits, relevant: NDArray[np.int64], k: int) -> PerUser:
    """Discounted gain, 1 / log2(place + 1) for each hit, over the best that was possible (Järvelin and Kekäläinen, 2002)."""  # noqa: E501
    discount = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate(([0.0], discount.cumsum()))[np.minimum(relevant, k)]
    return _share(found[:, :k] @ discount[: found[:, :k].shape[1]], ideal)


def average_precision(found: Hits, relevant: NDArray[np.int64], k: int) -> PerUser:
    """Mean precision at the places of the hits; a perfect list has 1: divided by min(k, relevant items).

    TREC divides by the number of relevant items whatever k is; times `relevant / min(k, relevant)` the two are equal.
    """
    top = found[:, :k]
    at = top.cumsum(1) / np.arange(1, top.shape[1] + 1)
    return _share((at * top).sum(1), np.minimum(relevant, k))


def reciprocal_rank(found: Hits, relevant: NDArray[np.int64], k: int) -> PerUser:
    """1 / place of the first hit among the first k, 0 without one."""
    del relevant
    top = found[:, :k]
    return _share(top.any(1), top.argmax(1) + 1)


def _share(part: Any, whole: NDArray[Any] | int) -> PerUser:
    return np.asarray(part / whole, dtype=np.float64)


METRICS: dict[str, Callable[[Hits, NDArray[np.int64], int], PerUser]] = {
    "ndcg": ndcg, "recall": recall, "precision": precision, "hit_rate": hit_rate, "map": average_precision,
    "mrr": reciprocal_rank,
}  # fmt: skip
