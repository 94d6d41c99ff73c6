"""Shoppers out of the ordinary: programs that read the shop, and resellers. They are pointed out with reasons, and a
person or a setting decides whether a model learns from them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.event_table import words
from goodword.rankers.events import KINDS, Read
from goodword.types import Lang

FAST, MINUTES = 60, 10  # events in so many minutes, nothing bought ever
SWEEP, SWEEP_SHARE = 50, 0.5  # different items, and their share of the catalogue
BULK, BULK_TIMES = 20.0, 5.0  # pieces a purchase, and how many times the 95th of 100 shoppers
HEAVY, HEAVY_TIMES = 50, 5.0  # purchases, and how many times the 99th of 100 shoppers


@dataclass(frozen=True, kw_only=True, slots=True)
class Unusual:
    """One shopper, by number, with the rule that pointed at them and its figures; 'fast' and 'sweep' are bots."""

    user: int
    code: str
    figures: dict[str, int]

    @property
    def bot(self) -> bool:
        """Whether it is a program."""
        return self.code in {"fast", "sweep"}

    def told(self, lang: Lang) -> str:
        """The reason in words."""
        return str(words()["unusual"][self.code][lang]).format(**self.figures)


def unusual(read: Read) -> list[Unusual]:
    """All shoppers out of the ordinary, by number; one may have several reasons."""
    found = [*_bots(read), *_resellers(read)]
    return sorted(found, key=lambda u: (u.user, u.code))


def _bots(read: Read) -> Iterator[Unusual]:
    events = read.events
    number = len(events.user_ids)
    bought = np.bincount(events.users, read.kinds != KINDS.index("view"), minlength=number)
    looked = np.diff(events.starts)
    items = len(np.unique(events.items))
    for user in np.flatnonzero((bought == 0) & (looked >= min(FAST, SWEEP))):
        rows = slice(int(events.starts[user]), int(events.starts[user + 1]))
        most = _most_within(events.times[rows], MINUTES * 60) if events.dated else 0
        if most >= FAST:
            yield Unusual(user=int(user), code="fast", figures={"events": most, "minutes": MINUTES})
        different = len(np.unique(events.items[rows]))
        if different >= max(SWEEP, SWEEP_SHARE * items):
            figures = {"items": different, "share": round(100 * different / items)}
            yield Unusual(user=int(user), code="sweep", figures=figures)


def _most_within(times: NDArray[np.int64], seconds: int) -> int:
    """The most events in any stretch of so many seconds; times are sorted."""
    return int((np.searchsorted(times, times + seconds, side="right") - np.arange(len(times))).max())


def _resellers(read: Read) -> Iterator[Unusual]:
    events, number = read.events, len(read.events.user_ids)
    sold = (read.kinds == KINDS.index("purchase")) | (read.kinds == 0)
    purchases = np.bincount(events.users, sold, minlength=number)
    buyers = np.flatnonzero(purchases)
    if len(buyers) < 20:  # too few to say what is usual
        return
    pieces = np.bincount(events.users, read.quantities * sold, minlength=number)
    mean = pieces[buyers] / purchases[buyers]
    usual, many = np.percentile(mean, 95), np.percentile(purchases[buyers], 99)
    for user, each in zip(buyers.tolist(), mean.tolist(), strict=True):
        if each >= max(BULK, BULK_TIMES * usual):
            yield Unusual(
                user=user, code="bulk", figures={"pieces": round(each), "usual": round(float(np.median(mean)))}
            )
        if purchases[user] >= max(HEAVY, HEAVY_TIMES * many):
            figures = {"purchases": int(purchases[user]), "times": round(float(purchases[user] / many))}
            yield Unusual(user=user, code="heavy", figures=figures)
