"""Crowds in time: many reviews of one product, or by one author, in a few days."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from goodword.opinions.stats import poisson_tail
from goodword.text.pieces import Ints

_DAYS = (2, 5)  # lengths of window looked at
_LEAST = 6  # reviews that make a crowd
_CHANCE = 1e-4  # of such a crowd on a product without one, all windows of the product together
_SPREE, _SPREE_DAYS = 4, 2
_ONE_SIDED = 0.85
Floats = NDArray[np.float64]
Sign = tuple[int, str, str]


def bursts(product: Ints, day: Ints, rating: Floats) -> Iterator[Sign]:
    """Reviews in a window that a Poisson process of the product's own pace would hardly give.

    What is to be expected is the product's share of all reviews times those of the whole shop in these days, so that a
    sale that brings every product reviews is no burst, and never less than the product's own pace.
    """
    known = np.flatnonzero((product >= 0) & (day >= 0))
    if not len(known):
        return
    everyday = np.sort(day[known])
    order = known[np.lexsort((day[known], product[known]))]
    starts = np.flatnonzero(np.append(True, product[order][1:] != product[order][:-1]))
    for group in np.split(order, starts[1:]):
        if len(group) >= _LEAST:
            yield from _of_product(group, day[group], rating[group], everyday)


def _of_product(group: Ints, day: Ints, rating: Floats, everyday: Ints) -> Iterator[Sign]:
    span = int(everyday[-1] - everyday[0]) + 1
    windows = max(1, span)
    taken = np.zeros(len(group), np.bool_)
    for days in _DAYS:
        last = np.searchsorted(day, day + days, side="left")
        for i in np.argsort(np.arange(len(day)) - last, kind="stable").tolist():  # the fullest window first
            count = int(last[i] - i)
            if count < _LEAST or taken[i : last[i]].any():
                continue
            rest, others = len(group) - count, len(everyday) - len(group)
            around = np.searchsorted(everyday, day[i] + days) - np.searchsorted(everyday, day[i]) - count
            expected = max(rest * days / max(span - days, days), rest * around / max(1, others), 0.5)
            if poisson_tail(count, float(expected)) * windows > _CHANCE:
                continue
            taken[i : last[i]] = True
            yield from _told(group[i : last[i]], rating[i : last[i]], count, days, float(expected))


def _told(places: Ints, rating: Floats, count: int, days: int, expected: float) -> Iterator[Sign]:
    known = rating[~np.isnan(rating)]
    detail = f"n={count};days={days};expected={expected:.1f}"
    for stars in (5.0, 1.0):
        share = float((known == stars).mean()) if len(known) >= _LEAST else 0.0
        if share >= _ONE_SIDED:
            for place, own in zip(places.tolist(), rating.tolist(), strict=True):
                if own == stars:
                    yield place, "burst_one_sided", f"{detail};share={share * 100:.0f};stars={stars:g}"
            return
    for place in places.tolist():
        yield place, "burst", detail


def sprees(author: Ints, product: Ints, day: Ints, rating: Floats) -> Iterator[Sign]:
    """One author, many products, in a day or two."""
    known = np.flatnonzero((author >= 0) & (day >= 0) & (product >= 0))
    if not len(known):
        return
    order = known[np.lexsort((day[known], author[known]))]
    starts = np.flatnonzero(np.append(True, author[order][1:] != author[order][:-1]))
    for group in np.split(order, starts[1:]):
        if len(group) < _SPREE:
            continue
        last = np.searchsorted(day[group], day[group] + _SPREE_DAYS, side="left")
        i = 0
        while i < len(group):
            window = group[i : last[i]]
            products = len(set(product[window].tolist()))
            if products < _SPREE:
                i += 1
                continue
            stars = set(rating[window].tolist())
            one = len(stars) == 1 and stars <= {1.0, 5.0}
            code = "author_spree_one_sided" if one else "author_spree"
            more = f";stars={stars.pop():g}" if one else ""
            for place in window.tolist():
                yield place, code, f"n={products};days={_SPREE_DAYS}{more}"
            i = int(last[i])
