"""Judging rankers by one split: the same shoppers, the same truth, the same figures for all, user by user."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import process_time

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from goodword.evaluate import ranking_calibration as calibration
from goodword.evaluate import ranking_exposure as exposure
from goodword.evaluate.ranking_intervals import Estimate, Gap, estimate, gap
from goodword.evaluate.ranking_metrics import METRICS, Lists, PerUser, hits, sizes
from goodword.evaluate.ranking_split import Split
from goodword.rankers.base import Ranker
from goodword.rankers.interactions import Codes, Histories

# Lists for many shoppers, by number: histories and their shoppers in, items out.
Listing = Callable[[Histories, Codes, int], Lists]
CATALOGUE = ("coverage", "gini")  # of all lists together: one figure, no interval


@dataclass(frozen=True, kw_only=True, eq=False)
class Known:
    """What is known of the items beside the events; every part may be absent."""

    categories: NDArray[np.int64] | None = None
    features: csr_array | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Figures:
    """What came of one ranker.

    Attributes:
        values: 'ndcg@10' and the like, with intervals over shoppers.
        catalogue: 'coverage@10' and 'gini@10'.
        per_user: the values each estimate is the mean of.
        fit_seconds, lists_per_second: processor time of all threads.
    """

    name: str
    users: int
    values: Mapping[str, Estimate]
    catalogue: Mapping[str, float]
    per_user: Mapping[str, PerUser]
    gaps: tuple[Gap, ...] = ()
    fit_seconds: float = 0.0
    lists_per_second: float = 0.0
    lists: Lists = field(default_factory=lambda: np.empty((0, 0), np.int32), repr=False)


def judge(
    name: str,
    ranker: Ranker,
    on: Split,
    *,
    ks: Sequence[int] = (10, 20),
    known: Known | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    fit: bool = True,
    listing: Listing | None = None,
    rounds: int = 1000,
) -> Figures:
    """Fit a ranker on the training part and judge its lists.

    Args:
        groups: columns of shoppers: name to the group of each shopper of `on.users`.
        fit: False where it is fitted on this very split already.
        listing: how lists are made from it; None: its own best items.
    """
    began = process_time()
    if fit:
        ranker.fit(on.train)
    fitted = process_time()
    histories = on.train.histories(on.users, now=on.now)
    make = listing or plain(ranker, on)
    lists = make(histories, on.users, max(ks))
    done = process_time()
    per_user, catalogue = measure(lists, on, ks=ks, known=known or Known())
    first = min(ks)
    gaps = tuple(
        gap(per_user[f"{metric}@{first}"], labels, column=column, metric=f"{metric}@{first}", rounds=rounds)
        for column, labels in (groups or {}).items()
        for metric in ("ndcg", "recall", "novelty")
    )
    return Figures(
        name=name, users=len(on.users), values={m: estimate(v, rounds=rounds) for m, v in per_user.items()},
        catalogue=catalogue, per_user=per_user, gaps=gaps, fit_seconds=fitted - began,
        lists_per_second=len(on.users) / max(done - fitted, 1e-9), lists=lists,
    )  # fmt: skip


def plain(ranker: Ranker, on: Split) -> Listing:
    """The ranker's own best items, without what the shopper has where re-buying does not count.

    What a shopper only looked at is no item of theirs: it may be listed.
    """

    def listing(histories: Histories, _: Codes, k: int) -> Lists:
        if on.rebuy:
            return ranker.top(histories, k, seen=True).items
        if on.owned.nnz == 0 or len(histories) != on.owned.shape[0]:
            return ranker.top(histories, k).items
        most = int(np.diff(on.owned.indptr).max())
        return without(ranker.top(histories, min(k + most, ranker.items), seen=True).items, on.owned, k)

    return listing


def without(lists: Lists, owned: csr_array, k: int) -> Lists:
    """The first k of each list that are not owned; -1 where fewer are left."""
    items = owned.shape[1]
    rows = np.arange(len(lists), dtype=np.int64)[:, None]
    mine = np.repeat(np.arange(owned.shape[0], dtype=np.int64), np.diff(owned.indptr)) * items + owned.indices
    drop = (lists < 0) | np.isin(rows * items + lists, mine)
    order = np.argsort(drop, axis=1, kind="stable")[:, :k]
    kept = np.where(np.take_along_axis(drop, order, 1), -1, np.take_along_axis(lists, order, 1))
    return np.pad(kept, ((0, 0), (0, max(0, k - kept.shape[1]))), constant_values=-1)


def measure(lists: Lists, on: Split, *, ks: Sequence[int], known: Known) -> tuple[dict[str, PerUser], dict[str, float]]:
    """Every figure of some lists: one value a shopper, and one for the catalogue."""
    found, relevant = hits(lists, on.truth), sizes(on.truth)
    items = on.truth.shape[1]
    holders = on.holders
    people = len(np.unique(on.train.users))
    own = on.owned
    popular = _popular(on, holders, max(ks))
    per_user: dict[str, PerUser] = {}
    catalogue: dict[str, float] = {}
    for k in sorted(ks):
        per_user |= {f"{name}@{k}": metric(found, relevant, k) for name, metric in METRICS.items()}
        per_user[f"novelty@{k}"] = exposure.novelty(lists, holders, people, k)
        per_user[f"popularity@{k}"] = exposure.popularity(lists, holders, people, k)
        per_user[f"popularity_lift@{k}"] = exposure.lift(lists, own, holders, people, k)
        per_user[f"tail_share@{k}"] = exposure.tail_share(lists, holders, k)
        per_user[f"serendipity@{k}"] = exposure.serendipity(found, lists, popular, k)
        if known.categories is not None:
            per_user[f"miscalibration@{k}"] = calibration.miscalibration(lists, own, known.categories, k)
        if known.features is not None:
            per_user[f"variety@{k}"] = exposure.variety(lists, known.features, k)
        counts = exposure.exposure(lists, items, k)
        catalogue |= {f"coverage@{k}": exposure.coverage(counts), f"gini@{k}": exposure.gini(counts)}
    return per_user, catalogue


def _popular(on: Split, holders: NDArray[np.int64], k: int) -> Lists:
    """The list that needs no recommender: what most have, without what the shopper has."""
    best = np.argsort(-holders, kind="stable")
    most = 0 if on.rebuy else int(np.diff(on.owned.indptr).max(initial=0))
    lists = np.tile(best[: k + most], (len(on.users), 1))
    return lists[:, :k] if on.rebuy else without(lists, on.owned, k)
