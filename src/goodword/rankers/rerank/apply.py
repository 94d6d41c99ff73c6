"""From scores to a list that obeys the shop's rules: filter, choose for variety within caps, give exposure, place pins.

The same for one shopper and for a million: `Reranker.arrange` takes the scores of one shopper, whole.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from goodword.rankers.interactions import Codes, Floats, History
from goodword.rankers.rerank import variety
from goodword.rankers.rerank.exposure import lot, members, places
from goodword.rankers.rerank.goods import Goods
from goodword.rankers.rerank.rebuy import Rebuy, spent
from goodword.rankers.rerank.rules import Exposure, Pin, Rules

DEPTH = 100  # candidates looked at for variety, at least
How = Literal["score", "exposure", "pin"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What is asked for one list beside the shop's rules.

    Attributes:
        age: of the shopper in years; None where it is not known.
        skip: items not wanted, by number: what is in the basket, the item looked at.
        low, high: a band of prices the shopper chose.
        categories: only these; empty: all.
        lot: a word that fixes which lists get the odd place of an exposure rule.
    """

    k: int
    age: int | None = None
    skip: Collection[int] = ()
    low: float | None = None
    high: float | None = None
    categories: Collection[str] = ()
    lot: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """One place of a list. `rule` names the exposure rule or the payer that put it there."""

    item: int
    score: float
    how: How = "score"
    rule: str = ""


@dataclass(kw_only=True, eq=False)
class Reranker:
    """The rules of a shop over its goods at a moment; what does not differ by shopper is worked out once."""

    rules: Rules
    goods: Goods
    rebuy: Rebuy | None
    now: int
    _allowed: NDArray[np.bool_] = field(init=False, repr=False)
    _groups: list[tuple[Exposure, NDArray[np.bool_]]] = field(init=False, repr=False)
    _numbers: dict[str, int] = field(init=False, repr=False)
    _masks: dict[int | None, NDArray[np.bool_]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._allowed = _allowed(self.rules, self.goods)
        self._groups = [(r, members(r, self.goods, now=self.now)) for r in self.rules.exposure]
        self._numbers = {sku: n for n, sku in enumerate(self.goods.skus)}

    def may_show(self, wish: Wish) -> NDArray[np.bool_]:
        """What a list may hold whoever it is for, but for what they own; [items].

        Goods with an age limit are for those whose age is known and reached, nobody else.
        """
        goods, may = self.goods, self._allowed
        may = may & (goods.age <= (wish.age or 0))
        if wish.low is not None or wish.high is not None:  # a price nobody knows is in no band
            may &= (goods.price >= (wish.low or 0)) & (goods.price <= (wish.high if wish.high is not None else np.inf))
        if wish.categories:
            wanted = [n for n, c in enumerate(goods.categories) if _within(c, wish.categories)]
            may &= np.isin(goods.category, wanted)
        if wish.skip:
            may[[n for n in wish.skip if 0 <= n < len(may)]] = False
        return may

    def arrange(
        self, scores: Floats, history: History | None, wish: Wish, *, pool: Codes | None = None
    ) -> list[Placed]:
        """The list for one shopper, at most k long, never padded with what the rules forbid.

        Args:
            scores: of every item, or of the items of `pool`; -inf where the ranker will not show it.
            history: what the shopper owns and did; None: nothing is held against any item.
            pool: numbers of the items there is to choose from, each once; None: all.
        """
        if pool is not None:
            whole = np.full(len(self.goods), -np.inf, np.float32)
            whole[pool] = scores
            scores = whole
        may = self._kept(wish) & np.isfinite(scores)
        if history is not None and self.rules.owned.on:
            may[self._spent(history)] = False
        pins = self._pins(may)[: wish.k] if self.rules.pin else []
        organic = may
        organic[[n for n, _ in pins]] = False
        candidates = _best(scores, organic, max(DEPTH, 4 * wish.k))
        room = wish.k - len(pins)
        chosen = self._choose(scores, candidates, room)
        chosen = self._expose(chosen, scores, organic, wish, room)
        return _with_pins(chosen, pins, scores)

    def _kept(self, wish: Wish) -> NDArray[np.bool_]:
        """`may_show`, kept for those who ask for nothing of their own, which is nearly everybody; a copy."""
        if wish.skip or wish.categories or wish.low is not None or wish.high is not None:
            return self.may_show(wish)
        if wish.age not in self._masks:
            self._masks[wish.age] = self.may_show(wish)
        return self._masks[wish.age].copy()

    def _spent(self, history: History) -> Codes:
        if self.rebuy is None:
            return np.unique(history.items[history.items < len(self.goods)])
        owned = self.rules.owned
        return spent(self.rebuy, history, share=owned.rebuyable_from, rest=owned.rest)

    def _choose(self, scores: Floats, candidates: Codes, k: int) -> list[Placed]:
        caps = _Caps(self.goods, candidates, self.rules)
        how, features = self.rules.variety, self.goods.features
        some = scores[candidates]
        if how.method == "none" or how.weight == 0 or features is None or len(candidates) < 2:
            order = variety.by_score(some, k, caps.may, caps.took)
        else:
            pick = variety.mmr if how.method == "mmr" else variety.dpp
            order = pick(some, variety.likeness(features, candidates), k, how.weight, caps.may, caps.took)
        return [Placed(item=int(candidates[n]), score=float(some[n])) for n in order]

    def _expose(
        self, chosen: list[Placed], scores: Floats, may: NDArray[np.bool_], wish: Wish, room: int
    ) -> list[Placed]:
        """Put the best items of each exposure rule in the place of the lowest others, until the rule has its share."""
        for rule, inside in self._groups:
            due = places(rule.share, room, lot(rule.name, wish.lot))
            lacking = due - sum(bool(inside[p.item]) for p in chosen)
            if lacking <= 0:
                continue
            free = may & inside
            free[[p.item for p in chosen]] = False
            for item in _best(scores, free, lacking):
                new = Placed(item=int(item), score=float(scores[item]), how="exposure", rule=rule.name)
                if len(chosen) < room:
                    chosen.append(new)
                    continue
                at = next((n for n in range(len(chosen) - 1, -1, -1)
                           if chosen[n].how == "score" and not inside[chosen[n].item]), None)  # fmt: skip
                if at is None:
                    break
                del chosen[at]
                chosen.append(new)
        return chosen

    def _pins(self, may: NDArray[np.bool_]) -> list[tuple[int, Pin]]:
        """Paid places that hold now and may be shown: a pin buys a place, not a way round a rule."""
        today = datetime.fromtimestamp(self.now, UTC).date()
        found = []
        for pin in sorted(self.rules.pin, key=lambda p: p.place):
            number = self._numbers.get(pin.sku, -1)
            if number >= 0 and may[number] and (pin.start or today) <= today <= (pin.end or today):
                found.append((number, pin))
        return found


class _Caps:
    """Counts what was taken of each kind and seller, and forbids more than the cap."""

    def __init__(self, goods: Goods, candidates: Codes, rules: Rules) -> None:
        self._may = np.ones(len(candidates), np.bool_)
        self._limits = [
            (codes[candidates], most, np.zeros(int(codes.max(initial=-1)) + 1, np.int64))
            for codes, most in ((goods.kind, rules.caps.category), (goods.seller, rules.caps.seller))
            if most and len(candidates)
        ]

    def may(self) -> NDArray[np.bool_]:
        return self._may

    def took(self, at: int) -> None:
        self._may[at] = False
        for codes, most, count in self._limits:
            if codes[at] >= 0:
                count[codes[at]] += 1
                if count[codes[at]] >= most:
                    self._may[codes == codes[at]] = False


def _allowed(rules: Rules, goods: Goods) -> NDArray[np.bool_]:
    may = np.ones(len(goods), np.bool_)
    if rules.stock.on:
        unknown = np.isnan(goods.stock)
        may &= np.where(unknown, rules.stock.unknown == "show", np.nan_to_num(goods.stock) >= rules.stock.at_least)
    if rules.price.low is not None or rules.price.high is not None:
        unknown = np.isnan(goods.price)
        high = rules.price.high if rules.price.high is not None else np.inf
        inside = (goods.price >= (rules.price.low or 0)) & (goods.price <= high)
        may &= np.where(unknown, rules.price.unknown == "show", inside)
    out = rules.exclude
    if out.skus:
        may &= ~np.isin(np.array(goods.skus, dtype=object), list(out.skus))
    if out.categories:
        may &= ~np.isin(goods.category, [n for n, c in enumerate(goods.categories) if _within(c, out.categories)])
    if out.sellers:
        may &= ~np.isin(goods.seller, [n for n, s in enumerate(goods.sellers) if s in out.sellers])
    return may


def _within(category: str, wanted: Collection[str]) -> bool:
    """'Tea' holds 'Tea > Green tea'."""
    return any(category == w or category.startswith(f"{w} >") for w in wanted)


def _best(scores: Floats, may: NDArray[np.bool_], k: int) -> Codes:
    """The k best items that may be shown, best first; equal scores by number."""
    some = np.flatnonzero(may)
    if len(some) > k:
        values = scores[some]
        above = values > values.min()  # most items of a sparse ranker share the lowest score, which slows selecting
        if np.count_nonzero(above) >= k:
            some, values = some[above], values[above]
        cut = np.partition(values, len(some) - k)[len(some) - k]
        some = some[values >= cut]  # all of those level with the last, so that numbers decide
    order = np.argsort(-scores[some], kind="stable")[:k]
    return np.asarray(some[order], dtype=np.int32)


def _with_pins(chosen: list[Placed], pins: list[tuple[int, Pin]], scores: Floats) -> list[Placed]:
    out = list(chosen)
    for number, pin in pins:
        paid = Placed(item=number, score=float(scores[number]), how="pin", rule=pin.payer)
        out.insert(min(pin.place - 1, len(out)), paid)
    return out
