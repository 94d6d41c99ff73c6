"""A quick honest trial of a ranker on a shop's own past: learn from earlier, rank the whole catalogue, look at later.

`auto` chooses by this. The full evaluation, with intervals, is `goodword recommend evaluate`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.base import Ranker
from goodword.rankers.interactions import Codes, Interactions
from goodword.rankers.weighing import DAY

Protocol = Literal["temporal", "last"]
CUT = 10  # length of the lists
_USERS, _SEED = 2000, 7


@dataclass(frozen=True, kw_only=True, eq=False)
class Past:
    """Earlier events, and who did what later. `later` are pairs, sorted by `users`, without doubles."""

    protocol: Protocol
    days: int  # of the later part; 0 where protocol is 'last'
    earlier: Interactions
    users: Codes
    items: Codes
    repeats: float  # share of later events that were of things had before

    def truth(self, rebuy: bool) -> tuple[Codes, Codes]:
        """The later pairs that count."""
        if rebuy:
            return self.users, self.items
        number = len(self.earlier.item_ids)
        had = np.isin(_keys(self.users, self.items, number), _keys(self.earlier.users, self.earlier.items, number))
        return self.users[~had], self.items[~had]


def past(interactions: Interactions) -> Past | None:
    """Split in time order: the last days where there are dates and enough of them, else each shopper's last event.

    None where too little is left on either side.
    """
    span = (interactions.now - int(interactions.times.min())) / DAY if len(interactions) else 0.0
    if interactions.dated and span >= 30:
        days = int(min(30, max(3, span / 10)))
        cut = interactions.now - days * DAY
        made = _made("temporal", days, interactions.before(cut), interactions.where(interactions.times >= cut))
        if len(made.users) >= 50:
            return made
    after = np.repeat(interactions.starts[1:], np.diff(interactions.starts)) - 1 - np.arange(len(interactions))
    made = _made("last", 0, interactions.where(after > 0), interactions.where(after == 0))
    return made if len(made.users) >= 50 else None


def _made(protocol: Protocol, days: int, earlier: Interactions, later: Interactions) -> Past:
    known = np.isin(later.users, np.unique(earlier.users))
    users, items, number = later.users[known], later.items[known], len(earlier.item_ids)
    had = np.isin(_keys(users, items, number), _keys(earlier.users, earlier.items, number))
    keys = np.unique(_keys(users, items, number))
    return Past(
        protocol=protocol, days=days, earlier=earlier, users=(keys // number).astype(np.int32),
        items=(keys % number).astype(np.int32), repeats=float(had.mean()) if len(had) else 0.0,
    )  # fmt: skip


def _keys(users: Codes, items: Codes, number: int) -> NDArray[np.int64]:
    return users.astype(np.int64) * number + items


def ndcg(ranker: Ranker, tried: Past, *, rebuy: bool) -> tuple[float, int]:
    """NDCG@10 of a ranker fitted on `tried.earlier`, and over how many shoppers (at most 2,000, drawn once)."""
    users, items = tried.truth(rebuy)
    chosen = np.unique(users)
    if len(chosen) > _USERS:
        chosen = np.sort(np.random.default_rng(_SEED).choice(chosen, _USERS, replace=False))
    if not len(chosen):
        return 0.0, 0
    now = tried.earlier.now if tried.earlier.dated else None
    lists = ranker.top(tried.earlier.histories(chosen, now=now), CUT, seen=rebuy).items
    number = len(tried.earlier.item_ids)
    wanted = _keys(users, items, number)
    shown = _keys(np.repeat(chosen, CUT), lists.ravel(), number)
    hits = (np.isin(shown, wanted) & (lists.ravel() >= 0)).reshape(lists.shape)
    worth = 1 / np.log2(np.arange(2, CUT + 2))
    each = np.bincount(np.searchsorted(chosen, users[np.isin(users, chosen)]), minlength=len(chosen))
    ideal = np.cumsum(worth)[np.minimum(each, CUT) - 1]
    return float(((hits * worth).sum(axis=1) / ideal).mean()), len(chosen)
