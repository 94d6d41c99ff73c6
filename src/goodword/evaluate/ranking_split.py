"""What a recommender may learn from and what it is judged by: leave-last-out, a date for all, the next basket.

A date for all is the honest one: it holds back the future of everybody, so nothing of it leaks into what is learnt
(Meng et al., Exploring Data Splitting Strategies, RecSys 2020). Leave-last-out is what papers report.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from goodword.errors import InputError
from goodword.rankers.interactions import Codes, Interactions

Protocol = Literal["leave-last-out", "temporal", "next-basket"]
PROTOCOLS: tuple[Protocol, ...] = ("leave-last-out", "temporal", "next-basket")
_DAY = 86400
_LAST_DAYS = 30  # of a shop with dates, if it has at least three times as many


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """One protocol applied to one shop.

    Attributes:
        train: what may be learnt from.
        owned: the part of it that makes an item the shopper's own (purchases, not views); scipy CSR of `users` × items.
        holders: how many of all shoppers have each item, in that sense.
        users: numbers of the shoppers judged: those with a history in `train` and something to be found after it.
        truth: sparse (users, items), what they went on to do.
        now: the moment lists are made for; None: each shopper's last event in `train`.
        rebuy: whether items a shopper has already may be listed and count.
    """

    protocol: Protocol
    train: Interactions
    owned: csr_array
    holders: NDArray[np.int64]
    users: Codes
    truth: csr_array
    now: int | None
    rebuy: bool


def split(
    events: Interactions,
    protocol: Protocol,
    *,
    rebuy: bool | None = None,
    cutoff: int | None = None,
    counts: NDArray[np.bool_] | None = None,
) -> Split:
    """Split a shop's events.

    Args:
        rebuy: whether what a shopper has already counts; None: yes for the next basket, no otherwise.
        cutoff: of 'temporal', the first moment that is held back; None: the last 30 days, or the last tenth of the
            events where there are fewer than 90 days or no dates.
        counts: which events are worth finding (purchases, not views); None: all.

    Raises:
        InputError: nobody is left to be judged; says why.
    """
    again = (protocol == "next-basket") if rebuy is None else rebuy
    worth = np.ones(len(events), np.bool_) if counts is None else counts
    now: int | None = None
    if protocol == "temporal":
        now = _cutoff(events) if cutoff is None else cutoff
        held = events.times >= now
    elif protocol == "leave-last-out":
        held = _last_events(events, worth)
    else:
        held = _last_baskets(events, worth)
    train, own = events.where(~held), events.where(~held & worth)
    users, truth = _truth(events, held & worth, train, None if again else own)
    if not len(users):
        raise InputError(
            "no shopper has both a history and something after it to be found",
            cure="Give more events, or another protocol: one event a shopper tells nothing",
        )
    have = own.matrix()
    holders = np.bincount(have.indices, minlength=have.shape[1]).astype(np.int64)
    owned: Any = csr_array(have[users])
    owned.data[:] = 1
    return Split(
        protocol=protocol, train=train, owned=owned, holders=holders, users=users, truth=truth, now=now, rebuy=again
    )


def cutoff_of(text: str) -> int:
    """The moment a date names.

    Raises:
        InputError: it is no ISO 8601 date.
    """
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is no date", cure="Write it like 2026-10-31") from None
    return int(told.replace(tzinfo=told.tzinfo or UTC).timestamp())


def _cutoff(events: Interactions) -> int:
    if not len(events):
        return 0
    first, last = int(events.times.min()), int(events.times.max())
    if events.dated and last - first >= 3 * _LAST_DAYS * _DAY:
        return last - _LAST_DAYS * _DAY + 1
    return max(int(np.quantile(events.times, 0.9)), first + 1)


def _last_events(events: Interactions, worth: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """From each shopper's last event that is worth finding on: what came after it is the future as well."""
    held = np.zeros(len(events), np.bool_)
    last = _last_row(events, worth)
    rows = np.arange(len(events))
    there = last[events.users]
    held[(there >= 0) & (rows >= there)] = True
    if worth.all() or not len(events):
        return held
    # What led up to it gives it away: the view and the basket minutes before the purchase.
    final = np.maximum(there, 0)
    led = (events.items == events.items[final]) & (events.times > events.times[final] - (_DAY if events.dated else 1))
    out: NDArray[np.bool_] = held | ((there >= 0) & led)
    return out


def _last_baskets(events: Interactions, worth: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """From the first event of each shopper's last basket on; a basket is a day, or a position where there are no dates."""  # noqa: E501
    basket = events.times // _DAY if events.dated else events.times
    last = _last_row(events, worth)
    final = np.where(last >= 0, basket[np.maximum(last, 0)], np.iinfo(np.int64).max)
    return np.asarray(basket >= final[events.users])


def _last_row(events: Interactions, worth: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The last row worth finding of each shopper; -1 without one."""
    out = np.full(len(events.user_ids), -1, np.int64)
    rows = np.flatnonzero(worth)
    out[events.users[rows]] = rows  # rows are in order of time: the last one stays
    return out


def _truth(
    events: Interactions, found: NDArray[np.bool_], train: Interactions, known: Interactions | None
) -> tuple[Codes, csr_array]:
    items = len(events.item_ids)
    pairs = np.unique(_pairs(events.users[found], events.items[found], items))
    if known is not None:
        pairs = np.setdiff1d(pairs, _pairs(known.users, known.items, items))
    who = pairs // max(items, 1)
    pairs = pairs[np.isin(who, np.unique(train.users))]
    users, rows = np.unique(pairs // max(items, 1), return_inverse=True)
    columns = pairs % max(items, 1)
    truth: Any = csr_array((np.ones(len(pairs)), (rows, columns)), shape=(len(users), items))
    return users.astype(np.int32), truth


def _pairs(users: Codes, items: Codes, n: int) -> NDArray[np.int64]:
    return users.astype(np.int64) * max(n, 1) + items
