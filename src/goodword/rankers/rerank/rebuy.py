"""What is bought again, learnt from the shop's own events: soap is, a tent is not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.interactions import Codes, Doubles, History, Interactions


@dataclass(frozen=True, kw_only=True, eq=False)
class Rebuy:
    """By item: the share of buyers who bought it again, drawn towards its category's, and the usual days between."""

    share: Doubles
    days: Doubles  # NaN where nobody bought it twice
    buyers: NDArray[np.int64]


def learn(bought: Interactions, category: Codes, *, pull: float = 20.0) -> Rebuy:
    """Learn from purchases.

    The share of an item is (again + pull * share of its category) / (buyers + pull), the share of a category likewise
    drawn to that of the shop: with few buyers the kind decides, with many the item itself.

    Args:
        category: of each item, -1 unknown; there may be more items than were ever bought.
        pull: how many buyers the prior is worth.
    """
    items = len(category)
    pair = bought.users.astype(np.int64) * max(items, 1) + bought.items
    order = np.lexsort((bought.times, pair))
    pair, times = pair[order], bought.times[order]
    distinct, first, count = np.unique(pair, return_index=True, return_counts=True)
    days = np.zeros(len(pair))
    days[1:] = np.where(pair[1:] == pair[:-1], (times[1:] - times[:-1]) / 86400, 0)
    if bought.dated:
        days[days < 1] = 0  # two rows of one day are one purchase
    later = np.add.reduceat((days > 0).astype(np.int64), first) if len(first) else count
    what = (distinct % max(items, 1)).astype(np.int64)
    buyers = np.bincount(what, minlength=items).astype(np.int64)
    again = np.bincount(what, later > 0, minlength=items)
    overall = float(again.sum() / buyers.sum()) if buyers.sum() else 0.0
    kinds = int(category.max(initial=-1)) + 1
    known = category >= 0
    of_kind = np.bincount(category[known], buyers[known], minlength=kinds)
    again_of_kind = np.bincount(category[known], again[known], minlength=kinds)
    kind_share = (again_of_kind + pull * overall) / (of_kind + pull)
    prior = np.full(items, overall)
    prior[known] = kind_share[category[known]]
    share = (again + pull * prior) / (buyers + pull)
    return Rebuy(share=share, days=_usual(pair, days, items), buyers=buyers)


def _usual(pair: NDArray[np.int64], days: Doubles, items: int) -> Doubles:
    """Median days between two purchases of one item by one shopper."""
    out = np.full(items, np.nan)
    repeat = np.flatnonzero(days > 0)
    if not len(repeat):
        return out
    what = pair[repeat] % max(items, 1)
    order = np.argsort(what, kind="stable")
    kinds, starts = np.unique(what[order], return_index=True)
    for kind, some in zip(kinds, np.split(days[repeat][order], starts[1:]), strict=True):
        out[kind] = np.median(some)
    return out


def spent(rebuy: Rebuy, history: History, *, share: float, rest: float) -> Codes:
    """Items of a history that are not to be offered again now: not bought again by enough, or bought too lately.

    An item of which it is not known how long people wait comes back at once.
    """
    if not len(history):
        return np.empty(0, np.int32)
    owned, back = np.unique(history.items[::-1], return_index=True)
    known = owned < len(rebuy.share)
    owned, back = owned[known], back[known]
    age = (history.at - history.times[len(history) - 1 - back]) / 86400
    wait = np.nan_to_num(rebuy.days[owned] * rest, nan=0.0)
    return np.asarray(owned[(rebuy.share[owned] < share) | (age < wait)], dtype=np.int32)
