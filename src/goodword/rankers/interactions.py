"""What shoppers did, as arrays: ids of any kind mapped to dense numbers, and rows sorted by shopper and time.

Needs the extra `recommend` (numpy, scipy, polars): import this room late, after `goodword.rankers.extra.need()`.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Codes = NDArray[np.int32]  # dense numbers of shoppers or items, from 0
Times = NDArray[np.int64]  # seconds since 1970 (UTC), or positions where the shop has no dates
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
DATED = 100_000_000  # a time below this (March 1973) is a position in a sequence, not a date


def plain(value: Hashable) -> str:
    """An id of any type as the one text it is known by: 7, 7.0, numpy 7 and ' 7 ' are the same id."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    return str(value).strip()


class Ids:
    """Ids in the order of their dense numbers. Ids are compared as text (see `plain`)."""

    def __init__(self, names: Iterable[Hashable] = ()) -> None:
        self._names: list[str] = [plain(n) for n in names]
        self._codes: dict[str, int] = {}

    @property
    def names(self) -> Sequence[str]:
        """All ids by dense number."""
        return self._names

    def _map(self) -> dict[str, int]:
        if len(self._codes) != len(self._names):  # made when first asked for: batch work needs no look-up by id
            self._codes = {n: i for i, n in enumerate(self._names)}
        return self._codes

    def code(self, name: Hashable) -> int | None:
        """The dense number of an id; None where it is unknown."""
        return self._map().get(plain(name))

    def codes(self, names: Iterable[Hashable]) -> Codes:
        """Dense numbers; -1 where an id is unknown."""
        known = self._map()
        return np.array([known.get(plain(n), -1) for n in names], np.int32)

    def add(self, names: Iterable[Hashable]) -> Codes:
        """Dense numbers of ids, unknown ones being given the next free ones."""
        known = self._map()
        out = []
        for name in map(plain, names):
            if (code := known.get(name)) is None:
                code = known[name] = len(self._names)
                self._names.append(name)
            out.append(code)
        return np.array(out, np.int32)

    def __len__(self) -> int:
        return len(self._names)

    def __getitem__(self, code: int) -> str:
        return self._names[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ids) and self._names == other._names

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, weakref_slot=True)
class History:
    """What one shopper did, oldest first.

    Attributes:
        items: dense numbers of items, one an event, with repeats.
        times: when; never later than `now`.
        weights: what an event counts: 1 a purchase, less a view; never negative (returns are already taken off).
        now: the moment the list is for; None: the time of the last event.
    """

    items: Codes
    times: Times
    weights: Floats
    now: int | None = None

    def __len__(self) -> int:
        return len(self.items)

    @property
    def at(self) -> int:
        """The moment the list is for."""
        return self.now if self.now is not None else int(self.times[-1]) if len(self.times) else 0


def history(
    items: Sequence[int] | Codes,
    *,
    times: Sequence[int] | Times | None = None,
    weights: Sequence[float] | Floats | None = None,
    now: int | None = None,
) -> History:
    """A history from plain values, in any order; unknown items (-1) and what lies after `now` are left out.

    Args:
        times: None: the events are in order, positions stand for times.
        weights: None: 1 each.
    """
    codes = np.asarray(items, np.int32)
    when = np.arange(len(codes), dtype=np.int64) if times is None else np.asarray(times, np.int64)
    what = np.ones(len(codes), np.float32) if weights is None else np.asarray(weights, np.float32)
    keep = (codes >= 0) & (what > 0)
    if now is not None:
        keep &= when <= now
    order = np.argsort(when[keep], kind="stable")
    return History(items=codes[keep][order], times=when[keep][order], weights=what[keep][order], now=now)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Histories:
    """Many histories in one set of arrays: history `n` is rows `starts[n]` to `starts[n + 1]`.

    `now` holds the moment of each; the length of `starts` is one more than that of `now`.
    """

    starts: NDArray[np.int64]
    items: Codes
    times: Times
    weights: Floats
    now: Times

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, n: int) -> History:
        rows = slice(int(self.starts[n]), int(self.starts[n + 1]))
        return History(
            items=self.items[rows], times=self.times[rows], weights=self.weights[rows], now=int(self.now[n])
        )  # fmt: skip

    def __iter__(self) -> Iterator[History]:
        return (self[n] for n in range(len(self)))

    @property
    def rows(self) -> NDArray[np.int64]:
        """The number of the history each event belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    @property
    def steps(self) -> NDArray[np.int64]:
        """How many events of the same history come after each event."""
        return np.repeat(self.starts[1:], np.diff(self.starts)) - 1 - np.arange(len(self.items))

    def within(self, items: int) -> "Histories":
        """The same without items that are numbered `items` or higher: those that came after the last fit."""
        if not len(self.items) or int(self.items.max()) < items:
            return self
        keep = self.items < items
        starts = np.concatenate([[0], np.cumsum(keep)])[self.starts]
        return Histories(
            starts=starts, items=self.items[keep], times=self.times[keep], weights=self.weights[keep], now=self.now
        )  # fmt: skip

    def part(self, first: int, last: int) -> "Histories":
        """The histories from `first` to before `last`, sharing the arrays."""
        a, b = int(self.starts[first]), int(self.starts[last])
        return Histories(
            starts=self.starts[first : last + 1] - a, items=self.items[a:b], times=self.times[a:b],
            weights=self.weights[a:b], now=self.now[first:last],
        )  # fmt: skip


def together(histories: Iterable[History]) -> Histories:
    """Histories as one set of arrays."""
    some = list(histories)
    starts = np.concatenate([[0], np.cumsum([len(h) for h in some], dtype=np.int64)]).astype(np.int64)
    if not some:
        nothing = history([])
        return Histories(
            starts=starts, items=nothing.items, times=nothing.times, weights=nothing.weights, now=nothing.times
        )  # fmt: skip
    return Histories(
        starts=starts, items=np.concatenate([h.items for h in some]), times=np.concatenate([h.times for h in some]),
        weights=np.concatenate([h.weights for h in some]), now=np.array([h.at for h in some], np.int64),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Interactions:
    """All events of a shop, sorted by shopper, then time, then the order they were given in.

    Attributes:
        users, items: dense numbers, one an event; `user_ids`, `item_ids` give the ids.
        times: seconds since 1970, or positions (see `dated`).
        weights: what an event counts, above 0.
        since, until: between which moments events were kept; None: those of the first and the last one. Taking events
            out does not change them, so that a shop without one shopper is still the same shop.
    """

    user_ids: Ids
    item_ids: Ids
    users: Codes
    items: Codes
    times: Times
    weights: Floats
    since: int | None = None
    until: int | None = None

    def __len__(self) -> int:
        return len(self.items)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Events of shopper u are rows `starts[u]` to `starts[u + 1]`."""
        return np.searchsorted(self.users, np.arange(len(self.user_ids) + 1)).astype(np.int64)

    @cached_property
    def dated(self) -> bool:
        """Whether times are dates; if not they are positions, and ages in days mean nothing."""
        return self.now >= DATED

    @cached_property
    def now(self) -> int:
        """The moment the events were drawn."""
        return self.until if self.until is not None else int(self.times.max()) if len(self.times) else 0

    @cached_property
    def begin(self) -> int:
        """The moment from which events were kept."""
        return self.since if self.since is not None else int(self.times.min()) if len(self.times) else 0

    def history(self, user: int, *, now: int | None = None) -> History:
        """What one shopper did, up to `now`."""
        rows = slice(int(self.starts[user]), int(self.starts[user + 1]))
        found = History(items=self.items[rows], times=self.times[rows], weights=self.weights[rows], now=now)
        if now is None or not len(found) or int(found.times[-1]) <= now:
            return found
        return history(found.items, times=found.times, weights=found.weights, now=now)

    def histories(
        self, users: Sequence[int] | NDArray[np.integer] | None = None, *, now: int | None = None
    ) -> Histories:
        """What many shoppers did; None: all of them, without copying. `now` None: each one's last event."""
        if users is None:
            last = self.times[np.maximum(self.starts[1:] - 1, 0)] if len(self) else np.zeros(0, np.int64)
            at = np.full(len(self.user_ids), now, np.int64) if now is not None else last
            return Histories(starts=self.starts, items=self.items, times=self.times, weights=self.weights, now=at)
        who = np.asarray(users, np.int64)
        counts = self.starts[who + 1] - self.starts[who]
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        rows = np.repeat(self.starts[who] - starts[:-1], counts) + np.arange(starts[-1])
        at = self.times[np.maximum(self.starts[who + 1] - 1, 0)] if now is None else np.full(len(who), now, np.int64)
        return Histories(
            starts=starts, items=self.items[rows], times=self.times[rows], weights=self.weights[rows], now=at
        )  # fmt: skip

    def matrix(self, values: Floats | Doubles | None = None) -> Any:
        """Shoppers × items as scipy CSR, repeats added up. `values`: one an event; None: the weights."""
        data = self.weights if values is None else values
        shape = (len(self.user_ids), len(self.item_ids))
        made = sparse.csr_matrix((data.copy(), self.items.copy(), self.starts), shape=shape)
        made.sum_duplicates()
        return made

    def where(self, keep: NDArray[np.bool_]) -> "Interactions":
        """Some of the events; ids, their numbers, `begin` and `now` stay."""
        return Interactions(
            user_ids=self.user_ids, item_ids=self.item_ids, users=self.users[keep], items=self.items[keep],
            times=self.times[keep], weights=self.weights[keep], since=self.begin, until=self.now,
        )  # fmt: skip

    def without(self, users: Iterable[int]) -> "Interactions":
        """All events but those of some shoppers; ids and their numbers stay."""
        return self.where(~np.isin(self.users, np.fromiter(users, np.int32)))

    def before(self, time: int) -> "Interactions":
        """The shop as it was at a moment: the events before it; ids and their numbers stay."""
        return replace(self.where(self.times < time), until=time)


def interactions(
    users: Iterable[Hashable],
    items: Iterable[Hashable],
    *,
    times: Iterable[int] | None = None,
    weights: Iterable[float] | None = None,
    user_ids: Ids | None = None,
    item_ids: Ids | None = None,
) -> Interactions:
    """Interactions from plain values in any order. For files see `goodword.rankers.events`.

    Args:
        times: None: the rows are in order of time.
        weights: None: 1 each.
        user_ids, item_ids: numbers already given, which stay; new ids are added to copies of them.
    """
    who, what = Ids(user_ids or ()), Ids(item_ids or ())
    u, i = who.add(users), what.add(items)
    t = np.arange(len(u), dtype=np.int64) if times is None else np.fromiter(times, np.int64)
    w = np.ones(len(u), np.float32) if weights is None else np.fromiter(weights, np.float32)
    return in_order(user_ids=who, item_ids=what, users=u, items=i, times=t, weights=w)


def in_order(
    *, user_ids: Ids, item_ids: Ids, users: Codes, items: Codes, times: Times, weights: Floats
) -> Interactions:
    """Interactions from arrays in any order; a stable sort, so equal times keep the order given."""
    order = np.lexsort((times, users))
    return Interactions(
        user_ids=user_ids, item_ids=item_ids, users=users[order], items=items[order], times=times[order],
        weights=weights[order],
    )  # fmt: skip
