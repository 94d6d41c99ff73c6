"""Recommending: history → scores → rules → reasons, for one shopper, beside a product, for a basket, or for all.

A list without personalisation is one word away and needs no history. What a shopper did in the last second counts:
histories are handed to the ranker, which keeps none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from goodword.errors import InputError
from goodword.jobs.recommend_reason import Kind, Reason, reason
from goodword.jobs.recommend_standing import Standing, token
from goodword.jobs.recommend_words import Voice, Words
from goodword.rankers.base import Ranker
from goodword.rankers.interactions import Doubles, Floats, History, Interactions, together
from goodword.rankers.rerank.apply import Placed, Reranker, Wish
from goodword.rankers.rerank.goods import Goods
from goodword.rankers.rerank.rebuy import Rebuy
from goodword.rankers.rerank.rules import Rules
from goodword.store import catalogue
from goodword.store.engine import Store
from goodword.types import Product, Statement

GONE = "gone\x1e"  # how the empty number of a deleted shopper begins
KINDS: tuple[Kind, ...] = ("other", "view", "cart", "purchase", "basket", "viewing")  # as `rankers.events` numbers them
OLDEST, LONGEST = 130, 1000  # years; places of a list
_AT_ONCE = 512  # shoppers of a batch
_TIE = 1e-6
_POOL = 200  # best items of each that the rules choose from, in a batch

General = Literal["", "asked", "objection", "minor", "unknown", "nothing"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Fitted:
    """All a recommender knows. `jobs.recommend_folder` writes and reads it.

    Attributes:
        general: the score of every item that is the same for everybody; [goods].
        kinds: of each event, numbers into `KINDS`.
        standing: objections, deletions and corrections.
    """

    ranker: Ranker
    general: Floats
    events: Interactions
    kinds: NDArray[np.int8]
    goods: Goods
    rebuy: Rebuy
    rules: Rules
    card: Mapping[str, Any]
    standing: Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One event handed over with the request."""

    sku: str
    kind: Kind = "view"
    weight: float = 1.0
    time: int | None = None  # None: now


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """What a list is asked for with.

    Attributes:
        personal: False: a list that is the same for everyone.
        consent: the shopper's own consent to use events that would tell of sensitive matters.
        extra: what happened since the events were read.
    """

    k: int = 10
    personal: bool = True
    age: int | None = None
    consent: bool = False
    extra: tuple[Seen, ...] = ()
    skip: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One place of a list. `said` is None where no wording of the reason may be said."""

    sku: str
    title: str
    placed: Placed
    why: Reason
    said: Statement | None

    @property
    def advertisement(self) -> bool:
        """Whether the place is paid for."""
        return self.placed.how == "pin"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommended:
    """A list. `general` says why it is not personal, '' where it is."""

    shopper: str | None
    items: tuple[Item, ...]
    general: General = ""
    unknown: tuple[str, ...] = ()  # skus asked about that nobody knows


@dataclass(frozen=True, kw_only=True, slots=True)
class _Basis:
    history: History  # what may be scored by
    kinds: tuple[Kind, ...]
    owned: History  # what they have: purchases, those that may not be scored by included


class Recommender:
    """A fitted recommender at work."""

    def __init__(self, fitted: Fitted, store: Store, voice: Voice) -> None:
        self.fitted, self.store = fitted, store
        self.now = fitted.events.now
        self._reranker = Reranker(rules=fitted.rules, goods=fitted.goods, rebuy=fitted.rebuy, now=self.now)
        self._words = Words(voice)
        self._products: dict[str, Product | None] = {}
        self._numbers = {sku: n for n, sku in enumerate(fitted.goods.skus)}
        self._lift = _lift(fitted)
        self._common = fitted.ranker.prior() + self._lift

    # ------------------------------------------------------------ lists

    def for_shopper(self, shopper: str, ask: Ask) -> Recommended:
        """A list for one shopper; one for everybody where they are unknown, a minor, or want none of their own.

        Raises:
            InputError: a wrong number of places, age or price band.
        """
        _check(ask)
        general: General = ""
        if not ask.personal:
            general = "asked"
        elif token(shopper) in self.fitted.standing.objections:
            general = "objection"
        elif ask.age is not None and ask.age < self.fitted.rules.minors.adult:
            general = "minor"
        basis = _NOTHING if general else self._basis(shopper, ask)
        if not general and not len(basis.history):
            known = self.fitted.events.user_ids.code(shopper) is not None
            general = "nothing" if known or ask.extra else "unknown"
        unknown = tuple(e.sku for e in ask.extra if e.sku not in self._numbers)
        return replace(self._list(shopper, basis, ask, general, own=True), unknown=unknown)

    def similar(self, sku: str, ask: Ask) -> Recommended:
        """What goes with one product; the same for everyone.

        Raises:
            InputError: nobody knows that product.
        """
        _check(ask)
        number = self._number(sku)
        return self._beside([number], "viewing", ask)

    def basket(self, skus: Sequence[str], ask: Ask) -> Recommended:
        """What goes with what is in a basket; nothing else is known of the shopper.

        Raises:
            InputError: nobody knows any of the products.
        """
        _check(ask)
        known = [self._numbers[s] for s in skus if s in self._numbers]
        missing = tuple(s for s in skus if s not in self._numbers)
        if not known:
            self._number(skus[0] if skus else "")
        return replace(self._beside(known, "basket", ask), unknown=missing)

    def _beside(self, numbers: Sequence[int], kind: Kind, ask: Ask) -> Recommended:
        times = np.full(len(numbers), self.now, np.int64)
        items, weights = np.array(numbers, np.int32), np.ones(len(numbers), np.float32)
        history = History(items=items, times=times, weights=weights, now=self.now)
        basis = self._consented(_Basis(history=history, kinds=(kind,) * len(numbers), owned=history), ask.consent)
        skip = tuple(self.fitted.goods.skus[n] for n in numbers)
        asked = replace(ask, skip=(*ask.skip, *skip))
        return self._list(None, basis, asked, "" if len(basis.history) else "nothing", own=False)

    def everyone(self, ask: Ask) -> Iterator[Recommended]:
        """A list for every shopper the events know, in the order of their numbers; memory stays bounded."""
        _check(ask)
        users = self.fitted.events.user_ids
        for first in range(0, len(users), _AT_ONCE):
            here = [name for name in users.names[first : first + _AT_ONCE] if not name.startswith(GONE)]
            yield from self._batch(here, ask)

    def _batch(self, shoppers: Sequence[str], ask: Ask) -> Iterator[Recommended]:
        """Best items of many at once, the rules over those; one that runs short is worked out alone."""
        alone = not ask.personal or (ask.age is not None and ask.age < self.fitted.rules.minors.adult)
        bases = [self._basis(s, ask) for s in shoppers]
        if alone:
            yield from (self.for_shopper(s, ask) for s in shoppers)
            return
        depth = min(self.fitted.ranker.items, max(_POOL, 4 * ask.k))
        may = self._reranker.may_show(self._wish("", ask))[: self.fitted.ranker.items]
        best = self.fitted.ranker.top(together(b.history for b in bases), depth, seen=True, allowed=may)
        for n, (shopper, basis) in enumerate(zip(shoppers, bases, strict=True)):
            if (
                self.fitted.rules.exposure
                or not len(basis.history)
                or token(shopper) in self.fitted.standing.objections
            ):
                yield self.for_shopper(shopper, ask)
                continue
            pool = best.items[n][best.items[n] >= 0]
            scores = best.scores[n][best.items[n] >= 0] + self._lift[pool]
            placed = self._reranker.arrange(scores, basis.owned, self._wish(shopper, ask), pool=pool)
            if (len(placed) < ask.k and len(pool) == depth) or any(abs(p.score) <= 2 * _TIE for p in placed):
                yield self.for_shopper(shopper, ask)
                continue
            yield self._told(shopper, placed, basis, "")

    # ------------------------------------------------------------ parts

    def _list(self, shopper: str | None, basis: _Basis, ask: Ask, general: General, *, own: bool) -> Recommended:
        scores = self.fitted.general if general else self._scores(basis.history)
        if not general and np.array_equal(scores[: len(self._common)], self._common):
            general, scores = "nothing", self.fitted.general  # no event moves anything
        personal = not general
        # A list for everyone is the same for everyone: not even what a shopper has is taken out of it.
        owned = basis.owned if own and personal else None
        placed = self._reranker.arrange(scores, owned, self._wish(shopper or "", ask))
        return self._told(shopper, placed, basis if personal else _NOTHING, general)

    def _scores(self, history: History) -> Floats:
        """Scores of all goods; those that came after the fit have none yet."""
        scores = self.fitted.ranker.scores(history) + self._lift
        short = len(self.fitted.goods) - len(scores)
        return scores if not short else np.concatenate([scores, np.full(short, -np.inf, np.float32)])

    def _told(self, shopper: str | None, placed: Sequence[Placed], basis: _Basis, general: General) -> Recommended:
        fitted = self.fitted
        skus = [fitted.goods.skus[p.item] for p in placed]
        named = [fitted.goods.skus[n] for n in np.unique(basis.history.items).tolist()]
        self._load([*skus, *named])
        prior = fitted.general if general else self._common
        reasons = [self._reason(p, basis, prior) for p in placed]
        about = [self._products.get(fitted.goods.skus[r.about]) if r.about is not None else None for r in reasons]
        said = self._words.many(self.store, list(zip(reasons, about, strict=True)))
        items = tuple(
            Item(sku=sku, title=self.title_of(sku), placed=p, why=why, said=words)
            for sku, p, why, words in zip(skus, placed, reasons, said, strict=True)
        )
        return Recommended(shopper=shopper, items=items, general=general)

    def _reason(self, placed: Placed, basis: _Basis, prior: Floats) -> Reason:
        scored = placed.item < self.fitted.ranker.items
        adds: Doubles = np.zeros(len(basis.history))
        if scored and len(basis.history):
            adds = self.fitted.ranker.contributions(basis.history, placed.item)
        common = float(prior[placed.item]) if placed.item < len(prior) else 0.0
        return reason(placed, common, adds, basis.history, basis.kinds, self.fitted.goods, can_name=self._can_name)

    def _basis(self, shopper: str, ask: Ask) -> _Basis:
        events, code = self.fitted.events, self.fitted.events.user_ids.code(shopper)
        rows = slice(0, 0) if code is None else slice(int(events.starts[code]), int(events.starts[code + 1]))
        items, times, weights = events.items[rows], events.times[rows], events.weights[rows]
        kinds = [KINDS[n] for n in self.fitted.kinds[rows].tolist()]
        for one in ask.extra:
            if one.sku in self._numbers:
                items = np.append(items, np.int32(self._numbers[one.sku]))
                times = np.append(times, np.int64(self.now if one.time is None else one.time))
                weights = np.append(weights, np.float32(one.weight))
                kinds.append(one.kind)
        if ask.extra:
            order = np.argsort(times, kind="stable")
            items, times, weights = items[order], times[order], weights[order]
            kinds = [kinds[n] for n in order.tolist()]
        now = max(self.now, int(times[-1])) if len(times) else self.now
        found = History(items=items, times=times, weights=weights, now=now)
        have = np.array([kind not in {"view", "cart"} for kind in kinds], np.bool_)
        owned = History(items=items[have], times=times[have], weights=weights[have], now=now)
        return self._consented(_Basis(history=found, kinds=tuple(kinds), owned=owned), ask.consent)

    def _consented(self, basis: _Basis, consent: bool) -> _Basis:
        """Without events that would tell of a sensitive matter, unless the shopper agreed to their use."""
        if consent or self.fitted.rules.sensitive.without_consent == "use" or not len(basis.history):
            return basis
        keep = self.fitted.goods.topic[basis.history.items] < 0
        if keep.all():
            return basis
        h = basis.history
        kept = History(items=h.items[keep], times=h.times[keep], weights=h.weights[keep], now=h.now)
        kinds = tuple(k for k, yes in zip(basis.kinds, keep, strict=True) if yes)
        return _Basis(history=kept, kinds=kinds, owned=basis.owned)

    def _wish(self, shopper: str, ask: Ask) -> Wish:
        skip = tuple(self._numbers[s] for s in ask.skip if s in self._numbers)
        return Wish(k=ask.k, age=ask.age, skip=skip, low=ask.low, high=ask.high, categories=ask.categories, lot=shopper)

    def _number(self, sku: str) -> int:
        if sku not in self._numbers:
            raise InputError(f"no product {sku!r} in the events or the catalogue", cure="See the sku column")
        return self._numbers[sku]

    def _load(self, skus: Sequence[str]) -> None:
        """Products by sku, read once."""
        missing = [s for s in dict.fromkeys(skus) if s not in self._products]
        if missing:
            with self.store.read() as conn:
                found = {p.sku: p for p in catalogue.products(conn, missing)}
            self._products |= {s: found.get(s) for s in missing}

    def _can_name(self, item: int) -> bool:
        product = self._products.get(self.fitted.goods.skus[item])
        return product is not None and any(f.key == "title" for f in product.facts)

    def title_of(self, sku: str) -> str:
        """What a product of a list, or of the history behind it, is called; '' where the shop holds no title."""
        product = self._products.get(sku)
        if product is None:
            return ""
        lang = self._words.voice.lang
        return next((f.text for f in product.facts if f.key == "title" and f.lang == lang), product.title)


_EMPTY = History(items=np.empty(0, np.int32), times=np.empty(0, np.int64), weights=np.empty(0, np.float32))
_NOTHING = _Basis(history=_EMPTY, kinds=(), owned=_EMPTY)


def _lift(fitted: Fitted) -> Floats:
    """A hair of what is popular, where the ranker itself has no part that is the same for everybody: items of which no
    event says anything then follow in the order of the general list, and not in that of their numbers.
    """
    own = fitted.ranker.prior()
    if own.any():
        return np.zeros(len(own), np.float32)
    common = np.where(np.isfinite(fitted.general), fitted.general, 0)[: len(own)]
    return np.asarray(_TIE * common / max(float(common.max(initial=0.0)), 1e-9), np.float32)


def _check(ask: Ask) -> None:
    if not 1 <= ask.k <= LONGEST:
        raise InputError(f"a list has 1 to {LONGEST} places, not {ask.k}", cure="Give -k a number in that range")
    if ask.age is not None and not 0 <= ask.age <= OLDEST:
        raise InputError(f"{ask.age} is no age", cure="Give whole years")
    if any(v is not None and not (np.isfinite(v) and v >= 0) for v in (ask.low, ask.high)):
        raise InputError("a price band needs numbers from 0 up", cure="Give --price LOW-HIGH")
    if ask.low is not None and ask.high is not None and ask.low > ask.high:
        raise InputError(f"the price band {ask.low}-{ask.high} is empty", cure="Write the lower price first")
